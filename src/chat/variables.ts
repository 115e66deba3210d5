import type { z } from "zod";

/** A value of JSON. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/** What a template is given besides messages and its model's tokens. */
export type TemplateVariables = Readonly<Record<string, Json>>;

/** What a run asks of the template. */
export interface ChatOptions {
  readonly thinking: boolean;
  readonly pastReasoning: "template" | "all" | "none";
  /** Null: not told. */
  readonly reasoningEffort: string | null;
  /** Any others; null: none. */
  readonly chatTemplateKwargs: TemplateVariables | null;
}

/**
 * The variables that say what a run asks for, under each name that templates know it by. Those given by name win; as in
 * llama.cpp, `reasoning_effort` among them stands for `reasoning_strength` too, and `preserve_reasoning` for the four
 * that tell whether reasoning of earlier turns stays.
 */
export function templateVariables(options: ChatOptions): TemplateVariables {
  const { thinking, pastReasoning, reasoningEffort } = options;
  const others = options.chatTemplateKwargs ?? {};
  const isKept = others["preserve_reasoning"] ?? { template: null, all: true, none: false }[pastReasoning];
  const effort = others["reasoning_effort"] ?? reasoningEffort;
  return {
    enable_thinking: thinking,
    thinking,
    ...(typeof isKept === "boolean" ? keptReasoning(isKept) : {}),
    ...(typeof effort === "string" ? { reasoning_effort: effort, reasoning_strength: effort } : {}),
    ...others,
  };
}

function keptReasoning(isKept: boolean): TemplateVariables {
  return {
    preserve_thinking: isKept,
    clear_thinking: !isKept,
    truncate_history_thinking: !isKept,
    drop_thinking: !isKept,
  };
}

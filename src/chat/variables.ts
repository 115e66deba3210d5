import type { z } from "zod";

/** A value of JSON. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/** What a template is given besides messages and its model's tokens. */
export type TemplateVariables = Readonly<Record<string, Json>>;

/** What a run asks of the template. */
export interface ChatOptions {
  readonly thinking: boolean;
  readonly keepReasoning: "template" | "all" | "none";
  /** Null: not told. */
  readonly reasoningEffort: string | null;
  /** Any others; null: none. */
  readonly chatTemplateKwargs: TemplateVariables | null;
}

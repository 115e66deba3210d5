import { z } from "zod";
import type { ArmFacts } from "../settings/arm-facts.ts";
import type { Settings } from "../settings/settings.ts";
import { arm, type Arm, type ModelFacts, withoutReasoning } from "./experiment.ts";

/** Ways to get at an answer: at once, after reasoning by prompt, by a reasoning model, by a vote. */
export const modeNames = ["direct", "cot", "thinking", "voting"] as const;
export type ModeName = (typeof modeNames)[number];

/** An option that limits answers. @param when in which arms */
export function answerTokens(when: string) {
  return z
    .int()
    .positive()
    .optional()
    .describe(`answer limit ${when}; without it room for what is usual there`);
}

/** Options of experiments that compare modes. */
export const modeOptions = {
  cotTokens: answerTokens("with chain of thought"),
  thinkingTokens: answerTokens("with thinking"),
  samples: z.int().min(2).default(5).describe("samples of a vote"),
};

export interface ModeSettings {
  readonly cotTokens?: number | undefined;
  readonly thinkingTokens?: number | undefined;
  readonly samples: number;
}

/** An arm in a mode; what else changes comes with it. */
export function inMode(
  mode: ModeName,
  name: string,
  base: Settings,
  given: ModeSettings,
  model: ModelFacts,
  change: Partial<Settings> = {},
  facts: Partial<ArmFacts> = {},
): Arm {
  const made = arm(name, base, { ...changeOf(mode, base, given), ...change }, facts);
  return mode === "thinking" ? withoutReasoning(made, model) : made;
}

/**
 * An arm for each mode and number of keys. The mode is named where there are several, or one that is not the usual one.
 *
 * @param change what an arm of so many keys a turn differs in besides its mode
 */
export function byModeAndKeys(
  base: Settings,
  {
    keys,
    modes,
    ...given
  }: ModeSettings & { readonly keys: readonly number[]; readonly modes: readonly ModeName[] },
  model: ModelFacts,
  change: (keys: number) => Partial<Settings>,
): Arm[] {
  const isNamed = modes.some((mode) => mode !== "direct");
  return modes.flatMap((mode) =>
    keys.map((size) =>
      inMode(
        mode,
        isNamed ? `${mode} K=${size}` : `K=${size}`,
        base,
        given,
        model,
        change(size),
        isNamed ? { mode } : {},
      ),
    ),
  );
}

function changeOf(mode: ModeName, base: Settings, given: ModeSettings): Partial<Settings> {
  switch (mode) {
    case "direct":
      return {};
    case "cot":
      return { prompt: "cot", maxAnswerTokens: given.cotTokens ?? "auto" };
    case "thinking":
      return {
        maxAnswerTokens: given.thinkingTokens ?? "auto",
        thinking: "on",
        history: "own",
        keepReasoning: "none",
      };
    case "voting":
      return {
        temperature: base.temperature > 0 ? base.temperature : 0.7,
        votes: `majority:${given.samples}`,
      };
  }
}

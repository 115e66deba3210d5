import { z } from "zod";
import type { Condition } from "../runs/request.ts";
import { arm, type Arm, type ArmChange, type ModelFacts, withoutReasoning } from "./experiment.ts";

/** Ways to get at an answer: at once, after reasoning by prompt, by a reasoning model, by a vote. */
export const modeNames = ["direct", "cot", "thinking", "voting"] as const;
export type ModeName = (typeof modeNames)[number];

/** Options of experiments that compare modes. */
export const modeOptions = {
  cotTokens: z.int().positive().default(256).describe("answer limit with chain of thought"),
  thinkingTokens: z.int().positive().default(2048).describe("answer limit with thinking"),
  samples: z.int().min(2).default(5).describe("samples of a vote"),
};

export interface ModeSettings {
  readonly cotTokens: number;
  readonly thinkingTokens: number;
  readonly samples: number;
}

/** An arm in a mode; what else changes comes with it. */
export function inMode(
  mode: ModeName,
  name: string,
  base: Condition,
  settings: ModeSettings,
  model: ModelFacts,
  change: ArmChange = {},
): Arm {
  const own = changeOf(mode, base, settings);
  const merged: ArmChange = {
    ...own,
    ...change,
    settings: { ...own.settings, ...change.settings },
    protocol: { ...own.protocol, ...change.protocol },
  };
  const made = arm(name, base, merged);
  return mode === "thinking" ? withoutReasoning(made, model) : made;
}

function changeOf(mode: ModeName, base: Condition, settings: ModeSettings): ArmChange {
  switch (mode) {
    case "direct":
      return {};
    case "cot":
      return { settings: { prompt: "cot" }, maxAnswerTokens: settings.cotTokens };
    case "thinking":
      return {
        maxAnswerTokens: settings.thinkingTokens,
        protocol: { thinking: "on", history: { kind: "stripped" } },
      };
    case "voting":
      return {
        temperature: base.temperature > 0 ? base.temperature : 0.7,
        protocol: { votes: { kind: "majority", samples: settings.samples } },
      };
  }
}

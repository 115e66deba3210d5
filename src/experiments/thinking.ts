import { z } from "zod";
import type { Settings } from "../settings/settings.ts";
import { inMode, modeOptions } from "./modes.ts";
import { control, type Experiment } from "./experiment.ts";

const options = z.object({
  budgets: z.array(z.int().positive()).default([]).describe("reasoning tokens after which it is closed"),
  kept: z.boolean().default(true).describe("whether there is an arm whose reasoning stays in the history"),
  ...modeOptions,
});

/**
 * Does working it out in words help, and what does it cost? Reasoning off and on, kept in the history or left out, with a
 * budget; chain of thought by prompt for models without. (Figures 6, 8 and 13.)
 */
export const thinking: Experiment<typeof options> = {
  name: "thinking",
  question: "Does reasoning make models go further, and what does it cost?",
  options,
  arms(base, given, model) {
    const on = (name: string, change: Partial<Settings>) =>
      inMode("thinking", name, base, given, model, change);
    return [
      control("direct", base),
      inMode("cot", "chain of thought", base, given, model),
      on("thinking", {}),
      ...(given.kept ? [on("thinking, kept", { keepReasoning: "all" })] : []),
      ...given.budgets.map((thinkingBudget) => on(`thinking, at most ${thinkingBudget}`, { thinkingBudget })),
    ];
  },
};

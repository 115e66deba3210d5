import { z } from "zod";
import { type Arm, arm, control, type ModelFacts, type Experiment } from "./experiment.ts";
import type { Settings } from "../settings/settings.ts";

const options = z.object({
  temperatures: z.array(z.number().positive()).default([]).describe("further ones to try"),
});

/** Sampling that the makers of a family recommend for answers without reasoning, by GGUF architecture. */
const recommended: Readonly<Record<string, Partial<Settings>>> = {
  gemma2: { temperature: 1, topP: 0.95, topK: 64 },
  gemma3: { temperature: 1, topP: 0.95, topK: 64 },
  llama: { temperature: 0.6, topP: 0.9 },
  phi3: { temperature: 0.8, topP: 0.95 },
  qwen2: { temperature: 0.7, topP: 0.8, topK: 20 },
  qwen3: { temperature: 0.7, topP: 0.8, topK: 20 },
  qwen3moe: { temperature: 0.7, topP: 0.8, topK: 20 },
};
const usual: Partial<Settings> = { temperature: 0.7, topP: 0.95 };

/**
 * Does sampling change the picture? Greedy, and as the model's makers recommend; where no recommendation is known, a usual
 * sampling, under a name that doesn't claim more. (Figure 14.)
 */
export const temperature: Experiment<typeof options> = {
  name: "temperature",
  question: "Does sampling change how far a model gets?",
  options,
  arms: (base, given, model) => [
    control("greedy", base, { temperature: 0 }),
    sampled(base, model),
    ...given.temperatures.map((value) => arm(`temperature ${value}`, base, { temperature: value })),
  ],
};

function sampled(base: Settings, { architecture }: ModelFacts): Arm {
  const known = recommended[architecture ?? ""];
  return known === undefined
    ? arm("usual sampling (no recommendation known)", base, usual)
    : arm("recommended sampling", base, known);
}

import { z } from "zod";
import { arm, type Experiment } from "./experiment.ts";

/**
 * What does it cost to store a model's weights, or its KV cache, in fewer bits? Behind one given history every turn of both
 * is a comparison, so far smaller differences are found than in horizons; on their own history the models tell what that
 * difference comes to. Table of power: bench/statistics/results/quantizations.md.
 */
export const quantization: Experiment = {
  name: "quantization",
  question:
    "Do quantizations of one model answer alike on one given history, and how far does each get on its own?",
  options: z.object({}),
  arms: (base) => [
    arm("given history", base, { history: "healed", until: "end" }),
    arm("own history", base, {}),
  ],
};

import { z } from "zod";
import { arm, control, type Experiment } from "./experiment.ts";

/**
 * How many errors are errors of form? The same instances free-form and with a grammar that lets only a tagged integer
 * through; its cost in time stands beside. (Figure 16.)
 */
export const format: Experiment = {
  name: "format",
  question: "How many errors are errors of form, and how many are wrong sums?",
  options: z.object({}),
  arms: (base) => [control("free form", base), arm("integer grammar", base, { format: "integer" })],
};

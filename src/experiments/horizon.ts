import { z } from "zod";
import { arm, type Experiment } from "./experiment.ts";

/**
 * How far does each model get with one key a turn, and does its first turn tell? Turns 1 and 2 are reported apart: turn
 * 1 needs no adding. (The paper's figure 4.)
 */
export const horizon: Experiment = {
  name: "horizon",
  question: "How far does each model get before its first error, and do turns 1 and 2 tell?",
  options: z.object({}),
  arms: (base) => [arm("own history", base, {})],
};

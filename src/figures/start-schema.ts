import { z } from "zod";
import { horizon, interval, proportion, turn } from "./figure-parts.ts";

/** Of all turns from one to another. */
const spanned = proportion.extend({ firstTurn: turn, lastTurn: turn });

/** Whether a row carries out its task at all; see floorOf. */
export const floorSchema = z.object({
  of: z
    .enum(["form", "task"])
    .describe("form: most of its wrong answers cannot be read; task: they are read, and wrong"),
  first: spanned
    .nullable()
    .describe(
      "right in the first turns that compose something, as many as hold 8 answers; in the first ones of all where rollouts ended at their first error and only those show it; null: there are none, and too few answers can be read",
    ),
  readable: proportion.describe("answers that can be read, of all"),
  right: proportion.describe("right ones, of those that can be read"),
});

/** Turn 1 beside the turns after it; see coldStartOf. */
export const coldStartSchema = z.object({
  first: proportion.describe("turn 1, of the rollouts that were asked a later turn, too"),
  later: proportion.describe("their later turns"),
  difference: z.number().describe("share right at turn 1 less that of the later turns"),
  ...interval,
  pValue: z.number().describe("if turn 1 were a turn of its rollout like every other"),
  isShown: z.boolean().describe("turn 1 is right less often: what is said of decay leaves it out"),
  isWorst: z.boolean().describe("no later turn was right as seldom"),
  horizon: horizon.nullable().describe("H50 with turn 1 counted as right; null: no cold start is shown"),
});

/** The later half of the turns behind turn 1 beside the earlier one; see improvementOf. */
export const improvementSchema = z.object({
  early: spanned,
  late: spanned,
  difference: z.number().describe("share right in the later half less that in the earlier one"),
  ...interval,
  pValue: z.number(),
  isShown: z.boolean().describe("the later half is right more often"),
});

/** What fits more of a row's wrong numbers than any other cause, and than none. */
export const mainSlipSchema = proportion.extend({
  kind: z.string(),
  chance: z.number().describe("share that errors without any meaning, of the same sizes, would have"),
  finding: z.string().describe("in words"),
});

export type Floor = z.infer<typeof floorSchema>;
export type FirstTurns = z.infer<typeof spanned>;
export type ColdStart = z.infer<typeof coldStartSchema>;
export type Improvement = z.infer<typeof improvementSchema>;
export type MainSlip = z.infer<typeof mainSlipSchema>;

import { z } from "zod";

/** What schemas of figures are made of. */
export const count = z.int().nonnegative();
export const turn = z.int().positive();
export const share = z.number().min(0).max(1).nullable();
export const measure = z.number().nonnegative().nullable();
export const interval = {
  low: z.number().nullable().describe("95 % interval; null: not known"),
  high: z.number().nullable(),
};

export const proportion = z.object({
  n: count,
  correct: count,
  accuracy: share,
  low: share.describe("95 % interval"),
  high: share,
});

export const askedThresholds = z
  .array(z.number())
  .readonly()
  .optional()
  .describe(
    "horizons that were asked for (--horizons), which are what tables show; they stand in `horizons` beside those of 0.5, 0.8 and 0.9; absent: nobody asked",
  );

export const horizon = z.object({
  s: z.number().describe("the threshold"),
  turns: turn
    .nullable()
    .describe("first turn whose task accuracy is strictly below s; null: not up to lastTurn"),
  steps: turn.nullable().describe("turns times keys per turn: the last step at which it can lie"),
  stepsFrom: turn.nullable().describe("the first step at which it can lie"),
  low: turn
    .nullable()
    .describe(
      "95 % interval, its low end with all cut rollouts wrong in their next turn, its high end with all right to the end; null: beyond the known turns",
    ),
  high: turn.nullable(),
  turnsLowCase: turn
    .nullable()
    .describe("turns if every cut rollout had been wrong in its next turn; null: not within the known turns"),
  status: z
    .enum(["reached", "beyond", "unknown"])
    .describe(
      "beyond: more than lastTurn turns; unknown: none can be told of (no turn finished, turns asked by themselves, stopped at the floor), or too few rollouts were left, for others were cut",
    ),
  lastTurn: count.describe(
    "last turn that a horizon is read at: at least 5 rollouts, or all if fewer were begun, have erred by then or are at risk",
  ),
  method: z.string(),
  n: count.describe("rollouts that finished a turn"),
  begun: count.describe("those, and the ones that a cut of their own ended before"),
  cut: count.describe(
    "of these, without an error when a full context, an engine error or a timeout of their own ended them",
  ),
});

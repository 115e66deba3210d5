import { z } from "zod";
import { boundedMean } from "../metrics/bounded-mean.ts";
import { samplesOf } from "./contender.ts";
import { groupFigure, meanTurns } from "./group-figure.ts";

/** How many turns a rollout has without an error, on average. */
export const restrictedMean = groupFigure({
  schema: meanTurns
    .extend({ standardError: z.number().describe("0: all were alike, which tells no interval") })
    .nullable()
    .describe("mean turns before the first error, none counted after `limit`"),
  measure: ({ rows, horizons }) => boundedMean(samplesOf(rows), Math.max(1, horizons[0]?.lastTurn ?? 1)),
  column: { metric: "horizon", title: "mean turns (95 %)", rank: 6, form: "meanTurns" },
});

import { z } from "zod";
import { predictedHorizon as predicted } from "../metrics/predicted-horizon.ts";
import { groupFigure, turnsWithInterval } from "./group-figure.ts";

/** H50 by what turns 1 and 2 tell. */
export const predictedHorizon = groupFigure({
  schema: z
    .object({ s: z.number(), ...turnsWithInterval.shape })
    .nullable()
    .describe("H50 if turn 1 and turn 2 were all there is to it"),
  measure({ turnAccuracy }) {
    const [first, second] = [1, 2].map((wanted) => turnAccuracy.find(({ turn }) => turn === wanted));
    return first === undefined || second === undefined ? null : predicted(first, second, 0.5);
  },
  column: { metric: "horizon", title: "H50 from turns 1, 2", rank: 3, form: "turns" },
});

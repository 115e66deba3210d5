import { z } from "zod";
import { boundedCurve } from "../metrics/bounded-curve.ts";
import { type ConstantDecay, constantDecay } from "../metrics/constant-decay.ts";
import {
  comparedTurns,
  curtailed,
  isOpenCut,
  rightToTheEnd,
  startingAt,
  wrongNext,
} from "../metrics/cuts.ts";
import { scoreDecay } from "../metrics/decay.ts";
import { hazardBins } from "../metrics/hazard.ts";
import type { PlayedRollout } from "../metrics/played-rollout.ts";
import { riskRows } from "../metrics/risk-rows.ts";
import { hazardTrend, type WeibullDecay, weibullDecay } from "../metrics/weibull-decay.ts";
import { decayingTurns } from "./cold-start.ts";
import { groupFigure } from "./group-figure.ts";
import { count, interval, type RunSummary, share, turn } from "./run-schema.ts";

const schema = z.object({
  fromTurn: turn.describe(
    "the turn that the laws begin at: 2 where the first has nothing to add to, or is a cold start, which then ends nothing",
  ),
  constant: z
    .object({ p: share, ...interval, aic: z.number().nullable(), heldOut: z.number().nullable() })
    .nullable(),
  weibull: z
    .object({
      shape: z.number().describe("below 1: the hazard falls, above 1: it rises"),
      ...interval,
      trend: z
        .enum(["falling", "flat", "rising", "unknown"])
        .describe("flat: no clear slope is possible; unknown: it cannot be told from a constant hazard"),
      aic: z.number().nullable(),
      heldOut: z.number().nullable(),
    })
    .nullable(),
  hazards: z
    .array(
      z.object({
        firstTurn: turn,
        lastTurn: turn,
        turnsAtRisk: count,
        firstErrors: count,
        hazard: share,
        ...interval,
      }),
    )
    .readonly()
    .describe("first errors by turn at risk, in bins of turns"),
});

/** The laws of decay fitted to a row. */
export const decay = groupFigure({
  schema: schema.nullable().describe("with --metric decay"),
  onlyWith: "decay",
  measure(row) {
    const { played, fromTurn, isBehindFirst } = decayingTurns(row);
    const taskAccuracy = isBehindFirst
      ? boundedCurve(played, row.taskAccuracy.length).points.slice(1)
      : row.taskAccuracy;
    return decayOf({ taskAccuracy }, row.settings, fromTurn, played);
  },
});

/**
 * The laws of decay fitted to a row from a turn on. Intervals reach from the lowest end to the highest of three fits, with
 * cut rollouts as they are, all wrong next, and all right to the end.
 */
export function decayOf(
  { taskAccuracy }: Pick<RunSummary, "taskAccuracy">,
  { turns }: Pick<RunSummary["settings"], "turns">,
  fromTurn: number,
  played: readonly PlayedRollout[],
): z.infer<typeof schema> {
  const last = comparedTurns(played, turns);
  const seen = startingAt(curtailed(played, last), fromTurn);
  const cases = seen.some(isOpenCut)
    ? [seen, wrongNext(seen), rightToTheEnd(seen, last - fromTurn + 1)]
    : [seen];
  const rows = cases.map(riskRows);
  const scores = scoreDecay(seen, 1);
  const [constant, weibull] = [spanOf(rows.map(constantDecay)), spanOf(rows.map(weibullDecay))];
  return {
    fromTurn,
    constant: constant === null ? null : { ...described(constant, scores.constant), p: constant.p },
    weibull:
      weibull === null
        ? null
        : {
            ...described(weibull, scores.weibull),
            shape: weibull.shape,
            trend: hazardTrend(weibull.low, weibull.high),
          },
    hazards: hazardBins(taskAccuracy),
  };
}

/**
 * The first fit, its interval widened to hold those of all; null without a first fit, open where another is missing.
 */
function spanOf<Fit extends Pick<ConstantDecay | WeibullDecay, "low" | "high">>(
  fits: readonly (Fit | null)[],
): Fit | null {
  const [first] = fits;
  if (first === null || first === undefined) return null;
  const ends = (end: "low" | "high"): number[] | null => {
    const known = fits.flatMap((fit) => fit?.[end] ?? []);
    return known.length === fits.length ? known : null;
  };
  const [lows, highs] = [ends("low"), ends("high")];
  return {
    ...first,
    low: lows === null ? null : Math.min(...lows),
    high: highs === null ? null : Math.max(...highs),
  };
}

function described(
  { low, high }: Pick<WeibullDecay, "low" | "high">,
  score: { readonly aic: number; readonly heldOut: number | null } | null,
) {
  return { low, high, aic: score?.aic ?? null, heldOut: score?.heldOut ?? null };
}

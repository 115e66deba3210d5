import { normalQuantile } from "./distributions.ts";
import { argMax, borderOf } from "./line-search.ts";
import { confidenceLevel } from "./proportion.ts";
import type { RiskRow } from "./risk-rows.ts";

/** S(t) = q^(t^k) for t = 1, 2, ... */
export interface WeibullLaw {
  /** k: 1 is a constant hazard, above 1 a rising one, below 1 a falling one. */
  readonly shape: number;
  /** ln(-ln q). A steep law has a q that is 1 in a double, so q itself would not do. */
  readonly logScale: number;
}

/** `flat`: whatever slope there is is slight. `unknown`: it can be constant as well as clearly rising or falling. */
export type HazardTrend = "falling" | "flat" | "rising" | "unknown";

export interface WeibullDecay extends WeibullLaw {
  /** 95 % interval of the shape; null: it goes on beyond the shapes that are searched. */
  readonly low: number | null;
  readonly high: number | null;
  readonly trend: HazardTrend;
  readonly logLikelihood: number;
}

/** Shapes are searched from 1/64 to 64: at the ends, almost only the first or only the last turn has a hazard. */
const widestLogShape = Math.log(64);
const gridSteps = 12;

/**
 * The discrete Weibull law (Nakagawa and Osaki 1975) by maximum likelihood. With n at risk and d first errors at turn t,
 * and h(t) = 1 - S(t) / S(t-1), the log-likelihood is sum d ln h + (n - d) ln(1 - h). For a given shape the best scale
 * is one root; the shape is then sought along that profile, by a grid and golden sections, and its interval holds
 * all shapes whose profile is within z^2 / 2 of the peak (Cox and Oakes 1984, 3.3).
 *
 * Where all errors were in turn 1, or all in the last turn, the likelihood grows towards an end of the search: the
 * shape is that end and the interval is open there.
 *
 * @returns null where nobody erred or nobody got past turn 1, so that no shape is better than another
 */
export function weibullDecay(rows: readonly RiskRow[]): WeibullDecay | null {
  const seen = rows.filter(({ atRisk }) => atRisk > 0);
  const lastTurn = seen.at(-1)?.turn ?? 0;
  if (lastTurn < 2 || seen.every(({ firstErrors }) => firstErrors === 0)) return null;
  const profile = profileOf(seen, lastTurn);
  const valueAt = (logShape: number): number => profile(logShape).logLikelihood;
  const step = (2 * widestLogShape) / gridSteps;
  const grid = Array.from({ length: gridSteps + 1 }, (_, index) => -widestLogShape + index * step);
  const values = grid.map(valueAt);
  const best = grid[values.indexOf(Math.max(...values))] ?? 0;
  const logShape = argMax(
    valueAt,
    Math.max(-widestLogShape, best - step),
    Math.min(widestLogShape, best + step),
  );
  const { logLikelihood, logCumulated } = profile(logShape);
  const least = logLikelihood - normalQuantile((1 + confidenceLevel) / 2) ** 2 / 2;
  const [low, high] = [-widestLogShape, widestLogShape].map((end) =>
    valueAt(end) >= least ? null : Math.exp(borderOf((x) => valueAt(x) >= least, logShape, end)),
  );
  const shape = Math.exp(logShape);
  const interval = { low: low ?? null, high: high ?? null };
  const logScale = logCumulated - shape * Math.log(lastTurn);
  return { shape, logScale, ...interval, trend: hazardTrend(interval.low, interval.high), logLikelihood };
}

/**
 * A slope of the hazard up to here is slight: t^(k-1) changes by less than a factor of 1.25 while the turns double, that is
 * k within 1 +- log2(1.25) = 0.68 to 1.32. About eighty first errors make an interval that narrow.
 */
const slightSlope = Math.log2(1.25);

/** What an interval of the shape says of the hazard. @param low null: open, as `high` */
export function hazardTrend(low: number | null, high: number | null): HazardTrend {
  if (high !== null && high < 1) return "falling";
  if (low !== null && low > 1) return "rising";
  const isSlight = low !== null && high !== null && low >= 1 - slightSlope && high <= 1 + slightSlope;
  return isSlight ? "flat" : "unknown";
}

/** ln S(t) = -exp(logScale) t^k. */
export function weibullLogSurvival({ shape, logScale }: WeibullLaw, turn: number): number {
  return turn === 0 ? 0 : -Math.exp(logScale + shape * Math.log(turn));
}

interface ProfilePoint {
  readonly logLikelihood: number;
  /** ln(-ln S) at the last turn with anybody at risk, for the best scale. */
  readonly logCumulated: number;
}

/**
 * The log-likelihood at the best scale, as a function of ln k. Scales are relative to the last turn: there, where the data
 * are, scale and shape hardly depend on each other, and no power overflows.
 */
function profileOf(rows: readonly RiskRow[], lastTurn: number): (logShape: number) => ProfilePoint {
  const failing = rows.filter(({ firstErrors }) => firstErrors > 0);
  const counts = failing.map(({ firstErrors }) => firstErrors);
  return (logShape) => {
    const shape = Math.exp(logShape);
    const increments = failing.map(({ turn }) => increment(turn, lastTurn, shape));
    const survived = rows.reduce(
      (sum, { turn, atRisk, firstErrors }) => sum + (atRisk - firstErrors) * increment(turn, lastTurn, shape),
      0,
    );
    const logCumulated = bestLogScale(counts, increments, survived);
    const scale = Math.exp(logCumulated);
    const failed = counts.reduce(
      (sum, count, index) => sum + count * Math.log(-Math.expm1(-scale * (increments[index] ?? 0))),
      0,
    );
    return { logLikelihood: failed - scale * survived, logCumulated };
  };
}

/** (t^k - (t-1)^k) / last^k, without the cancellation of late turns. */
function increment(turn: number, lastTurn: number, shape: number): number {
  return -Math.exp(shape * Math.log(turn / lastTurn)) * Math.expm1(shape * Math.log1p(-1 / turn));
}

/**
 * The b that makes sum d ln(1 - exp(-e^b i)) - e^b W largest, with d errors and increment i at each turn that has any, and
 * W = `survived`. With x = e^b i and r = x / (e^x - 1) the slope is sum d r - e^b W, which falls throughout; since
 * 1 - x/2 <= r <= 1 its root lies between D / (W + sum d i / 2) and D / W for e^b, D being all errors. Newton's
 * steps are kept within what is left of that bracket.
 */
function bestLogScale(counts: readonly number[], increments: readonly number[], survived: number): number {
  const errors = counts.reduce((sum, count) => sum + count, 0);
  const failed = counts.reduce((sum, count, index) => sum + count * (increments[index] ?? 0), 0);
  let low = Math.log(errors / (survived + failed / 2));
  let high = Math.log(errors / survived);
  let b = low;
  for (let round = 0; round < 100 && high - low > 1e-14 * Math.abs(b); round++) {
    const scale = Math.exp(b);
    let slope = -scale * survived;
    let curvature = slope;
    for (const [index, count] of counts.entries()) {
      const x = scale * (increments[index] ?? 0);
      const r = x === 0 ? 1 : x / Math.expm1(x);
      slope += count * r;
      curvature += count * r * (1 - r - x);
    }
    if (slope > 0) low = b;
    else high = b;
    const next = b - slope / curvature;
    const move = (next > low && next < high ? next : (low + high) / 2) - b;
    b += move;
    if (Math.abs(move) < 1e-13) break;
  }
  return b;
}

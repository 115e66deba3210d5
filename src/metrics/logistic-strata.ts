import { borderOf } from "./line-search.ts";

/** One judged turn and what may bear on it. */
export interface Observation {
  /** The instance; turns of one instance may go wrong together. */
  readonly cluster: number | string;
  /** The turn, say: each has an intercept of its own. Absent: one for all. */
  readonly stratum?: number;
  readonly covariate: number;
  readonly isCorrect: boolean;
}

/** Turns of one stratum, put together where their covariate is the same; some are right and some wrong. */
export interface Stratum {
  /** As the observations call it. */
  readonly stratum: number;
  readonly cells: readonly { readonly x: number; readonly n: number; readonly right: number }[];
  readonly rows: readonly { readonly cluster: number | string; readonly x: number; readonly y: 0 | 1 }[];
}

/** The likelihood at a slope, every intercept the best for it. */
export interface Fit {
  readonly slope: number;
  readonly intercepts: readonly number[];
  readonly logLikelihood: number;
  /** First and, its sign changed, second derivative of the profile. */
  readonly score: number;
  readonly information: number;
  /** What conditioning on each stratum's number of right turns adds to the log-likelihood, and its derivative. */
  readonly correction: number;
  readonly correctionSlope: number;
}

/** The strata that can tell, the covariate scaled to a standard deviation of 1 so that no sum loses digits. */
export function stratify(observations: readonly Observation[]): {
  readonly strata: readonly Stratum[];
  readonly spread: number;
} {
  const n = observations.length;
  const centre = observations.reduce((sum, { covariate }) => sum + covariate, 0) / n;
  const squares = observations.reduce((sum, { covariate }) => sum + (covariate - centre) ** 2, 0);
  const spread = Math.sqrt(squares / n);
  const groups = new Map<number, Stratum["rows"][number][]>();
  for (const { stratum = 0, cluster, covariate, isCorrect } of observations) {
    const rows = groups.get(stratum) ?? [];
    rows.push({ cluster, x: (covariate - centre) / spread, y: isCorrect ? 1 : 0 });
    groups.set(stratum, rows);
  }
  const strata = [...groups]
    .toSorted(([left], [right]) => left - right)
    .filter(([, rows]) => isTelling(rows));
  return { strata: strata.map(([stratum, rows]) => ({ stratum, rows, cells: cellsOf(rows) })), spread };
}

function isTelling(rows: Stratum["rows"]): boolean {
  const [first] = rows;
  return first !== undefined && rows.some(({ y }) => y !== first.y) && rows.some(({ x }) => x !== first.x);
}

function cellsOf(rows: Stratum["rows"]): Stratum["cells"] {
  const cells = new Map<number, { x: number; n: number; right: number }>();
  for (const { x, y } of rows) {
    const cell = cells.get(x) ?? { x, n: 0, right: 0 };
    cell.n++;
    cell.right += y;
    cells.set(x, cell);
  }
  return [...cells.values()].toSorted((left, right) => left.x - right.x);
}

/**
 * Which side of the covariate the right turns lie on in every stratum, touching or not: 1 above, -1 below. Null where
 * in some stratum they lie on both sides of wrong ones, where strata differ, and without strata.
 */
export function partedSide(strata: readonly Stratum[]): 1 | -1 | null {
  if (strata.length === 0) return null;
  const ranges = strata.map(({ cells }) => {
    const right = cells.filter((cell) => cell.right > 0).map(({ x }) => x);
    const wrong = cells.filter((cell) => cell.right < cell.n).map(({ x }) => x);
    return {
      isBelow: Math.max(...right) <= Math.min(...wrong),
      isAbove: Math.min(...right) >= Math.max(...wrong),
    };
  });
  if (ranges.every(({ isBelow }) => isBelow)) return -1;
  return ranges.every(({ isAbove }) => isAbove) ? 1 : null;
}

export function profileLikelihood(strata: readonly Stratum[], slope: number): Fit {
  let [logLikelihood, score, information, correction, correctionSlope] = [0, 0, 0, 0, 0];
  const intercepts = strata.map(({ cells }) => {
    const intercept = interceptFor(cells, slope);
    let [w, wx, wxx, u, ux] = [0, 0, 0, 0, 0];
    for (const { x, n, right } of cells) {
      const logOdds = intercept + slope * x;
      const chance = 1 / (1 + Math.exp(-logOdds));
      const weight = n * chance * (1 - chance);
      w += weight;
      wx += weight * x;
      wxx += weight * x ** 2;
      u += weight * (1 - 2 * chance);
      ux += weight * (1 - 2 * chance) * x;
      score += (right - n * chance) * x;
      logLikelihood += right * logOf(logOdds) + (n - right) * logOf(-logOdds);
    }
    if (w > 0) {
      information += wxx - wx ** 2 / w;
      correction += Math.log(w) / 2;
      correctionSlope += (ux - (u * wx) / w) / w / 2;
    }
    return intercept;
  });
  return { slope, intercepts, logLikelihood, score, information, correction, correctionSlope };
}

/** The log of the chance whose log-odds these are. */
function logOf(logOdds: number): number {
  return logOdds > 0 ? -Math.log1p(Math.exp(-logOdds)) : logOdds - Math.log1p(Math.exp(logOdds));
}

/** The intercept with which as many are right as were: Newton's steps, by halves where they leave the bracket. */
function interceptFor(cells: Stratum["cells"], slope: number): number {
  const right = cells.reduce((sum, cell) => sum + cell.right, 0);
  let low = -Math.max(...cells.map(({ x }) => slope * x)) - 40;
  let high = -Math.min(...cells.map(({ x }) => slope * x)) + 40;
  let intercept = (low + high) / 2;
  for (let round = 0; round < 200 && high - low > 1e-13 * (1 + Math.abs(intercept)); round++) {
    let [excess, weight] = [-right, 0];
    for (const { x, n } of cells) {
      const chance = 1 / (1 + Math.exp(-(intercept + slope * x)));
      excess += n * chance;
      weight += n * chance * (1 - chance);
    }
    if (excess > 0) high = intercept;
    else low = intercept;
    const next = intercept - excess / weight;
    const isInside = next > low && next < high;
    if (isInside && Math.abs(next - intercept) < 1e-13 * (1 + Math.abs(intercept))) return next;
    intercept = isInside ? next : (low + high) / 2;
  }
  return intercept;
}

/** Each cluster's part of the profile's score. */
export function clusterScores(
  strata: readonly Stratum[],
  { slope, intercepts }: Fit,
): ReadonlyMap<Observation["cluster"], number> {
  const scores = new Map<number | string, number>();
  for (const [index, { cells, rows }] of strata.entries()) {
    const intercept = intercepts[index] ?? 0;
    const chanceAt = (x: number): number => 1 / (1 + Math.exp(-(intercept + slope * x)));
    let [w, wx] = [0, 0];
    for (const { x, n } of cells) {
      const weight = n * chanceAt(x) * (1 - chanceAt(x));
      w += weight;
      wx += weight * x;
    }
    const mean = w > 0 ? wx / w : 0;
    for (const { cluster, x, y } of rows)
      scores.set(cluster, (scores.get(cluster) ?? 0) + (x - mean) * (y - chanceAt(x)));
  }
  return scores;
}

export function sumOfSquares(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value ** 2;
  return sum;
}

/** In log-odds per standard deviation of the covariate: from here on no two slopes differ in what they say of any turn. */
const steepest = 2 ** 20;

/** What the likelihood rises to as the slope goes on to that side for ever. */
export function supremum(strata: readonly Stratum[], side: 1 | -1): number {
  let reach = 16;
  let top = profileLikelihood(strata, side * reach).logLikelihood;
  for (;;) {
    reach *= 2;
    const next = profileLikelihood(strata, side * reach).logLikelihood;
    if (next - top < 1e-9 || reach >= steepest) return Math.max(next, top);
    top = next;
  }
}

/**
 * The slope nearest to the side's other end at which the profile has fallen by no more than `drop` from its supremum; null
 * where none as steep as can be told from no bound has fallen as far.
 */
export function fallenBy(strata: readonly Stratum[], side: 1 | -1, top: number, drop: number): number | null {
  const isWithin = (slope: number): boolean => top - profileLikelihood(strata, slope).logLikelihood <= drop;
  let [inside, outside] = [side, -side];
  while (Math.abs(inside) < steepest && !isWithin(inside)) inside *= 2;
  while (Math.abs(outside) < steepest && isWithin(outside)) outside *= 2;
  return isWithin(inside) && !isWithin(outside) ? borderOf(isWithin, inside, outside, 1e-6) : null;
}

import { studentQuantile } from "./distributions.ts";
import { confidenceLevel } from "./proportion.ts";

/** One judged turn and what may bear on it. */
export interface Observation {
  /** The rollout; turns of one rollout may go wrong together. */
  readonly cluster: number;
  readonly covariate: number;
  readonly isCorrect: boolean;
}

/** How the log-odds of a right turn change with a covariate. */
export interface LogisticSlope {
  readonly intercept: number;
  /** Change of the log-odds per unit of the covariate. */
  readonly slope: number;
  /** Cluster-robust. */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  readonly observations: number;
  readonly clusters: number;
}

/**
 * Logistic regression of right turns on one covariate by iteratively reweighted least squares (McCullagh and Nelder 1989,
 * 4.4), with the sandwich variance A^-1 B A^-1 G / (G-1) over G clusters (Liang and Zeger 1986; CR1), A = X'WX and B the
 * sum of outer products of the clusters' scores. The interval uses Student's t with G - 1 degrees of freedom (Cameron
 * and Miller 2015, VI.D).
 *
 * @returns null where no finite slope is best (Albert and Anderson 1984): all turns right or all wrong, one value of the
 *   covariate, or one that parts right from wrong; and where there are fewer than two clusters
 */
export function logisticSlope(observations: readonly Observation[]): LogisticSlope | null {
  const groups = groupByCluster(observations);
  if (groups.length < 2 || !isOverlapping(observations)) return null;
  const { centre, spread } = momentsOf(observations);
  const rows = groups.map((group) =>
    group.map(({ covariate, isCorrect }) => ({ x: (covariate - centre) / spread, y: isCorrect ? 1 : 0 })),
  );
  const fit = iterate(rows.flat());
  if (fit === null) return null;
  const standardError = Math.sqrt(slopeVariance(rows, fit)) / spread;
  const slope = fit.slope / spread;
  const reach = studentQuantile((1 + confidenceLevel) / 2, groups.length - 1) * standardError;
  return {
    intercept: fit.intercept - slope * centre,
    slope,
    standardError,
    low: slope - reach,
    high: slope + reach,
    observations: observations.length,
    clusters: groups.length,
  };
}

function groupByCluster(observations: readonly Observation[]): Observation[][] {
  const groups = new Map<number, Observation[]>();
  for (const observation of observations) {
    const group = groups.get(observation.cluster);
    if (group === undefined) groups.set(observation.cluster, [observation]);
    else group.push(observation);
  }
  return [...groups.values()];
}

/** Whether right and wrong turns lie on both sides of each other; touching at one value is not enough. */
function isOverlapping(observations: readonly Observation[]): boolean {
  const [right, wrong] = [true, false].map((isCorrect) => {
    const range = { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY };
    for (const observation of observations) {
      if (observation.isCorrect !== isCorrect) continue;
      range.least = Math.min(range.least, observation.covariate);
      range.most = Math.max(range.most, observation.covariate);
    }
    return range;
  });
  return right !== undefined && wrong !== undefined && right.most > wrong.least && wrong.most > right.least;
}

/** Mean and standard deviation, by which the covariate is scaled so that no sum loses digits. */
function momentsOf(observations: readonly Observation[]): { centre: number; spread: number } {
  const n = observations.length;
  const centre = observations.reduce((sum, { covariate }) => sum + covariate, 0) / n;
  const squares = observations.reduce((sum, { covariate }) => sum + (covariate - centre) ** 2, 0);
  return { centre, spread: Math.sqrt(squares / n) };
}

interface Row {
  readonly x: number;
  readonly y: number;
}

interface Fit {
  readonly intercept: number;
  readonly slope: number;
  /** A = X'WX at the solution: the sums of w, w x and w x^2. */
  readonly information: readonly [number, number, number];
}

/** Newton's steps, halved while they do not raise the likelihood. It is concave, so they end at its one peak. */
function iterate(rows: readonly Row[]): Fit | null {
  let [intercept, slope] = [0, 0];
  let likelihood = logLikelihood(rows, intercept, slope);
  for (let round = 0; round < 100; round++) {
    const { score, information } = derivatives(rows, intercept, slope);
    const [a, b, c] = information;
    const determinant = a * c - b ** 2;
    let moves = [(c * score[0] - b * score[1]) / determinant, (a * score[1] - b * score[0]) / determinant];
    if (!moves.every((move) => Number.isFinite(move))) return null;
    if (Math.hypot(...moves) < 1e-12 * (1 + Math.hypot(intercept, slope)))
      return { intercept, slope, information };
    let next = logLikelihood(rows, intercept + (moves[0] ?? 0), slope + (moves[1] ?? 0));
    while (next < likelihood - 1e-9 * Math.abs(likelihood)) {
      moves = moves.map((move) => move / 2);
      next = logLikelihood(rows, intercept + (moves[0] ?? 0), slope + (moves[1] ?? 0));
    }
    intercept += moves[0] ?? 0;
    slope += moves[1] ?? 0;
    likelihood = next;
  }
  return null;
}

function derivatives(rows: readonly Row[], intercept: number, slope: number) {
  const score: [number, number] = [0, 0];
  const information: [number, number, number] = [0, 0, 0];
  for (const { x, y } of rows) {
    const chance = 1 / (1 + Math.exp(-(intercept + slope * x)));
    const weight = chance * (1 - chance);
    score[0] += y - chance;
    score[1] += (y - chance) * x;
    information[0] += weight;
    information[1] += weight * x;
    information[2] += weight * x ** 2;
  }
  return { score, information };
}

function logLikelihood(rows: readonly Row[], intercept: number, slope: number): number {
  return rows.reduce((sum, { x, y }) => {
    const logOdds = (intercept + slope * x) * (y === 1 ? 1 : -1);
    return sum - (logOdds > 0 ? Math.log1p(Math.exp(-logOdds)) : Math.log1p(Math.exp(logOdds)) - logOdds);
  }, 0);
}

/** The lower right element of A^-1 B A^-1 G / (G-1), from each cluster's score times the lower row of A^-1. */
function slopeVariance(
  clusters: readonly (readonly Row[])[],
  { intercept, slope, information }: Fit,
): number {
  const [a, b, c] = information;
  const determinant = a * c - b ** 2;
  const squares = clusters.reduce((sum, rows) => {
    const { score } = derivatives(rows, intercept, slope);
    return sum + ((a * score[1] - b * score[0]) / determinant) ** 2;
  }, 0);
  return (squares * clusters.length) / (clusters.length - 1);
}

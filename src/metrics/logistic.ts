import { studentQuantile } from "./distributions.ts";
import { confidenceLevel } from "./proportion.ts";
import {
  clusterScores,
  fallenBy,
  type Fit,
  type Observation,
  partedSide,
  profileLikelihood,
  type Stratum,
  stratify,
  sumOfSquares,
  supremum,
} from "./logistic-strata.ts";

/** How the log-odds of a right turn change with a covariate. */
export interface LogisticSlope {
  /** Change of the log-odds per unit of the covariate. */
  readonly slope: number;
  /** Cluster-robust. */
  readonly standardError: number;
  /** 95 %; null where all clusters do alike: how far they could differ is not seen then. */
  readonly low: number | null;
  readonly high: number | null;
  readonly observations: number;
  readonly clusters: number;
}

/** The slope where the covariate parts right from wrong: beyond all bounds on one side, bounded on the other. */
export interface SlopeBound {
  /** -1: right turns are those of low values, 1: those of high ones. */
  readonly side: -1 | 1;
  /** The 95 % end that is known: the slope is at most so much (side -1), or at least (side 1). */
  readonly bound: number;
  readonly clusters: number;
}

/**
 * Logistic regression of right turns on one covariate, with an intercept for each stratum, by Newton's steps (McCullagh
 * and Nelder 1989, 4.4), with the sandwich variance A^-1 B A^-1 G / (G-1) over G clusters (Liang and Zeger 1986; CR1), A =
 * X'WX and B the sum of outer products of the clusters' scores. The interval uses Student's t with G - 1 degrees of
 * freedom (Cameron and Miller 2015, VI.D). Strata in which all turns are right, or all wrong, say nothing of the slope.
 *
 * @returns null where no finite slope is best (Albert and Anderson 1984): all turns of each stratum right or all wrong,
 *   one value of the covariate, or one that parts right from wrong; and where there are fewer than two clusters
 */
export function logisticSlope(observations: readonly Observation[]): LogisticSlope | null {
  const clusters = new Set(observations.map(({ cluster }) => cluster)).size;
  const { strata, spread } = stratify(observations);
  if (clusters < 2 || strata.length === 0 || partedSide(strata) !== null) return null;
  const fit = climb(strata);
  if (fit === null) return null;
  const { information } = fit;
  const scores = Math.sqrt(sumOfSquares(clusterScores(strata, fit).values()));
  const standardError = (scores * Math.sqrt(clusters / (clusters - 1))) / information / spread;
  const slope = fit.slope / spread;
  const told = { slope, standardError, observations: observations.length, clusters };
  // Rounding leaves something of scores that are 0 in every cluster.
  if (scores < 1e-6 * Math.sqrt(information)) return { ...told, low: null, high: null };
  const reach = studentQuantile((1 + confidenceLevel) / 2, clusters - 1) * standardError;
  return { ...told, low: slope - reach, high: slope + reach };
}

/**
 * The known end of the slope where the covariate parts right from wrong in every stratum, touching or not: where the
 * profile likelihood has fallen by half the square of Student's quantile from its supremum (Venzon and Moolgavkar
 * 1988), times the scores' variance over clusters against that of independent turns where it is larger.
 *
 * @returns null where it does not part them, or nothing varies, where there are fewer than two clusters, and where so few
 *   that every slope is within reach
 */
export function slopeBound(observations: readonly Observation[]): SlopeBound | null {
  const clusters = new Set(observations.map(({ cluster }) => cluster)).size;
  const { strata, spread } = stratify(observations);
  const side = partedSide(strata);
  if (clusters < 2 || side === null) return null;
  const top = supremum(strata, side);
  const drop = studentQuantile((1 + confidenceLevel) / 2, clusters - 1) ** 2 / 2;
  const independent = fallenBy(strata, side, top, drop);
  if (independent === null) return null;
  const plain = profileLikelihood(strata, independent);
  // With a drop that few clusters ask for the slope may be so steep that the information is below what a double holds.
  if (!(plain.information > 0)) return null;
  const scores = clusterScores(strata, plain);
  const mean = plain.score / clusters;
  const squares = sumOfSquares(scores.values()) - clusters * mean ** 2;
  const widening = Math.max(1, (squares * clusters) / (clusters - 1) / plain.information);
  const bound = fallenBy(strata, side, top, drop * widening);
  return bound === null ? null : { side, bound: bound / spread, clusters };
}

/**
 * The peak by Newton's steps, halved while they do not rise. Many intercepts of few turns each would push the slope away
 * from 0, so with several strata it is the likelihood given each stratum's number of right turns, as its saddlepoint
 * approximation: the profile plus half the log of the intercepts' information (Barndorff-Nielsen and Cox 1979).
 */
export function climb(strata: readonly Stratum[]): Fit | null {
  const share = strata.length > 1 ? 1 : 0;
  const height = ({ logLikelihood, correction }: Fit): number => logLikelihood + share * correction;
  let fit = profileLikelihood(strata, 0);
  for (let round = 0; round < 200; round++) {
    let move = (fit.score + share * fit.correctionSlope) / fit.information;
    if (!Number.isFinite(move)) return null;
    if (Math.abs(move) < 1e-11 * (1 + Math.abs(fit.slope))) return fit;
    let next = profileLikelihood(strata, fit.slope + move);
    while (height(next) < height(fit) - 1e-9 * Math.abs(height(fit))) {
      move /= 2;
      next = profileLikelihood(strata, fit.slope + move);
    }
    fit = next;
  }
  return null;
}

import { normalQuantile } from "./distributions.ts";
import { confidenceLevel } from "./proportion.ts";
import type { SurvivalPoint } from "./survival.ts";

/** The textbook error of the task-accuracy curve, to compare with other programs. */
export interface GreenwoodPoint {
  readonly turn: number;
  /** Null where the accuracy is unknown or 0. */
  readonly standardError: number | null;
  /** 95 % log-log interval; null where the accuracy is 0, 1 or unknown, which it cannot speak of. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Greenwood's standard error of S(t), S sqrt(G) with G = sum over u <= t of d / (n (n - d)) (Greenwood 1926), and the
 * pointwise interval S^exp(-+ z sqrt(G) / ln S), symmetric in ln(-ln S) (Kalbfleisch and Prentice 1980, 1.3).
 */
export function greenwoodBand(points: readonly SurvivalPoint[]): GreenwoodPoint[] {
  const z = normalQuantile((1 + confidenceLevel) / 2);
  let sum = 0;
  return points.map(({ turn, atRisk, firstErrors, accuracy }) => {
    sum += greenwoodTerm(atRisk, firstErrors);
    if (accuracy === null || accuracy === 0) return { turn, standardError: null, low: null, high: null };
    const standardError = accuracy * Math.sqrt(sum);
    if (accuracy === 1) return { turn, standardError, low: null, high: null };
    const factor = Math.exp((z * Math.sqrt(sum)) / -Math.log(accuracy));
    return { turn, standardError, low: accuracy ** factor, high: accuracy ** (1 / factor) };
  });
}

/** d / (n (n - d)); 0 where the last ones fall, after which S is 0 whatever the variance. */
export function greenwoodTerm(atRisk: number, firstErrors: number): number {
  return atRisk === firstErrors ? 0 : firstErrors / (atRisk * (atRisk - firstErrors));
}

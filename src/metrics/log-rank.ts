import { chiSquareUpperTail } from "./distributions.ts";
import type { SurvivalPoint } from "./survival.ts";

export interface LogRankTest {
  /** First errors of the first sample, and how many were expected if both were alike. */
  readonly observed: number;
  readonly expected: number;
  readonly variance: number;
  /** (observed - expected)^2 / variance, one degree of freedom. */
  readonly chiSquare: number;
  readonly pValue: number;
}

type RiskSet = Pick<SurvivalPoint, "turn" | "atRisk" | "firstErrors">;

/**
 * The two-sample log-rank test (Mantel 1966) of whether two task-accuracy curves differ, unpaired and two-sided. At each
 * turn, of n = n1 + n2 at risk d make their first error; the first sample's share is hypergeometric with mean
 * d n1 / n and variance d (n1/n) (n2/n) (n - d) / (n - 1).
 *
 * @returns null where no turn can tell: nobody erred, or never while both were at risk
 */
export function logRankTest(first: readonly RiskSet[], second: readonly RiskSet[]): LogRankTest | null {
  const others = new Map(second.map((point) => [point.turn, point]));
  let observed = 0;
  let expected = 0;
  let variance = 0;
  for (const { turn, atRisk: n1, firstErrors } of first) {
    const other = others.get(turn);
    const n2 = other?.atRisk ?? 0;
    const n = n1 + n2;
    const d = firstErrors + (other?.firstErrors ?? 0);
    if (n1 === 0 || n2 === 0 || d === 0) continue;
    observed += firstErrors;
    expected += (d * n1) / n;
    // Whole numbers up to the one division, so that the samples can change places.
    variance += (d * n1 * n2 * (n - d)) / (n * n * (n - 1));
  }
  if (variance === 0) return null;
  const chiSquare = (observed - expected) ** 2 / variance;
  return { observed, expected, variance, chiSquare, pValue: chiSquareUpperTail(chiSquare, 1) };
}

/**
 * P-values adjusted for being looked at together (Holm 1979): the k-th smallest of m times m - k + 1, never less than
 * the one before, at most 1. In the order given.
 *
 * @param weigh what the smallest of so many is multiplied by; by default their number
 */
export function holmAdjusted(
  pValues: readonly number[],
  weigh: (tests: number) => number = (tests) => tests,
): number[] {
  const order = pValues
    .map((_, index) => index)
    .sort((left, right) => (pValues[left] ?? 0) - (pValues[right] ?? 0));
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * weigh(pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

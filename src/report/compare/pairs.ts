import { compareHorizons, type HorizonRatio } from "../../metrics/horizon-ratio.ts";
import { holmAdjusted } from "../../metrics/log-rank.ts";
import { type CurveTest, testCurves } from "../../metrics/curve-test.ts";
import { significanceLevel } from "../../metrics/power.ts";
import { meanTurnsSurvived } from "../../metrics/survival.ts";
import { type Contender, horizonAt } from "./contender.ts";

/** Two contenders, the one that gets further first. */
export interface Pair {
  readonly ahead: Contender;
  readonly behind: Contender;
  /** Turns that both were meant to have: the test looks no further. */
  readonly turns: number;
  /** The primary test; null where nothing can tell. */
  readonly test: CurveTest | null;
  /** The test's p-value adjusted for all pairs that were looked at (Holm); 1 without a test. */
  readonly pValue: number;
  /** Whether the difference is shown: adjusted p below 0.05, and the curves' areas on the same side as the test. */
  readonly isShown: boolean;
}

/**
 * Every pair, or only those with the baseline; ordered as the contenders are ranked.
 *
 * @param ranked by how far they get, the best first
 */
export function testPairs(ranked: readonly Contender[], baseline: Contender | null): Pair[] {
  const pairs = ranked.flatMap((ahead, index) =>
    ranked
      .slice(index + 1)
      .filter((behind) => baseline === null || ahead === baseline || behind === baseline)
      .map((behind) => {
        const turns = Math.min(ahead.turns, behind.turns);
        return { ahead, behind, turns, test: testCurves(ahead.played, behind.played, turns) };
      }),
  );
  // Nothing that could tell them apart is no evidence of a difference.
  const adjusted = holmAdjusted(pairs.map(({ test }) => test?.pValue ?? 1));
  return pairs.map((pair, index) => {
    const pValue = adjusted[index] ?? 1;
    const isAhead = pair.test !== null && pair.test.excess < 0;
    return { ...pair, pValue, isShown: isAhead && pValue < significanceLevel };
  });
}

/** The contenders by mean number of turns without an error, the best first; equal ones stay as they were. */
export function ranked(contenders: readonly Contender[]): Contender[] {
  const limit = Math.min(...contenders.map(({ taskAccuracy }) => taskAccuracy.at(-1)?.turn ?? 0));
  const areas = new Map(contenders.map((one) => [one, meanTurnsSurvived(one.taskAccuracy, limit)]));
  return contenders.toSorted((left, right) => (areas.get(right) ?? 0) - (areas.get(left) ?? 0));
}

const ratios = new WeakMap<Pair, HorizonRatio | null>();

/**
 * The ratio of horizons with its interval, at the first threshold of 0.5, 0.8 and 0.9 that the one behind reaches; null
 * where it reaches none. Its bootstrap is the dearest part of a comparison, so each pair's is kept.
 */
export function ratioOf(pair: Pair): HorizonRatio | null {
  const known = ratios.get(pair);
  if (known !== undefined) return known;
  const { ahead, behind, turns } = pair;
  const threshold = [0.5, 0.8, 0.9].find((s) => {
    const { turns: reached } = horizonAt(behind, s);
    return reached !== null && reached <= turns;
  });
  const ratio =
    threshold === undefined ? null : compareHorizons(ahead.played, behind.played, threshold, turns, 1);
  ratios.set(pair, ratio);
  return ratio;
}

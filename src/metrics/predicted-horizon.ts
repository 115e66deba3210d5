import { firstWhole } from "./line-search.ts";
import type { Proportion } from "./proportion.ts";

/** A horizon that follows from a law rather than from the curve. */
export interface ImpliedHorizon {
  readonly s: number;
  /** The first turn whose implied accuracy is strictly below s; null: at no turn, or beyond exact whole numbers. */
  readonly turns: number | null;
  /** 95 % interval; null as for `turns`, that is: without an end. */
  readonly low: number | null;
  readonly high: number | null;
}

type Share = Pick<Proportion, "correct" | "n">;

/**
 * The horizon that the accuracies of turns 1 and 2 alone predict, if every later turn is like the second:
 * S(t) = a1 a2^(t-1), and H_s is its first turn strictly below s.
 *
 * The interval inverts a pointwise band of ln S(t) = ln a1 + (t-1) ln a2, as that of H_s does. The band puts the Wilson
 * intervals of both shares together by the square-and-add rule (Zou and Donner 2008): the distance of a bound from the
 * estimate is the root of the sum of squared distances of the parts, so it is as lopsided as they are and still has
 * a width where all turns were right. The shares count as uncorrelated: true of a2 among rollouts with a right first
 * turn, and nearly so of turn accuracy unless some rollouts are harder than others. A share of 0 has no logarithm to
 * measure from, so there both upper bounds are taken at once, which is too wide rather than too narrow.
 *
 * @param s a decimal with at most four places
 * @returns null where one of the turns was never judged
 */
export function predictedHorizon(first: Proportion, second: Proportion, s: number): ImpliedHorizon | null {
  if (first.accuracy === null || second.accuracy === null) return null;
  const threshold = Math.log(s);
  return {
    s,
    turns: turnFallingBelow(first, second, s),
    low: firstWhole((turn) => boundAt(first, second, turn, "low") < threshold),
    high: firstWhole((turn) => boundAt(first, second, turn, "high") < threshold),
  };
}

/**
 * The first turn t with a1 a2^(t-1) < s. While t is small whole numbers are compared, so that a tie is a tie. Later
 * none is possible: with a2 = u / v in lowest terms it would need v^(t-1) to divide 10,000 times the first count.
 *
 * @param s a decimal with at most four places
 */
export function turnFallingBelow(first: Share, later: Share, s: number): number | null {
  const mostExact = 64;
  const threshold = BigInt(Math.round(s * 10_000));
  return firstWhole((turn) => {
    if (turn > mostExact)
      return Math.log(first.correct / first.n) + (turn - 1) * Math.log(later.correct / later.n) < Math.log(s);
    const power = BigInt(turn - 1);
    const right = BigInt(first.correct) * BigInt(later.correct) ** power;
    return 10_000n * right < threshold * BigInt(first.n) * BigInt(later.n) ** power;
  });
}

/** The band of ln S at a turn. It never rises from one turn to the next. */
function boundAt(first: Proportion, later: Proportion, turn: number, bound: "low" | "high"): number {
  const [atFirst, atLater] = [first, later].map((share) => ({
    estimate: Math.log(share.accuracy ?? 0),
    bound: Math.log(share[bound] ?? 0),
  }));
  if (atFirst === undefined || atLater === undefined) return Number.NaN;
  if (turn === 1) return atFirst.bound;
  if (!Number.isFinite(atFirst.estimate) || !Number.isFinite(atLater.estimate))
    return atFirst.bound + (turn - 1) * atLater.bound;
  const estimate = atFirst.estimate + (turn - 1) * atLater.estimate;
  const distance = Math.hypot(
    atFirst.bound - atFirst.estimate,
    (turn - 1) * (atLater.bound - atLater.estimate),
  );
  return bound === "low" ? estimate - distance : estimate + distance;
}

import { normalQuantile } from "./distributions.ts";

/** A share with its 95 % interval. Null where nothing was counted. */
export interface Proportion {
  readonly n: number;
  readonly correct: number;
  /** correct / n */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Interval {
  readonly low: number | null;
  readonly high: number | null;
}

/** How often the intervals of this program are meant to hold the truth. */
export const confidenceLevel = 0.95;

/** A share and its Wilson interval. */
export function proportion(correct: number, n: number): Proportion {
  const accuracy = n === 0 ? null : correct / n;
  return { n, correct, accuracy, ...wilsonInterval(accuracy, n) };
}

/**
 * The score interval of a share (Wilson 1927, without continuity correction): with z the normal quantile,
 * (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
 *
 * @param share the observed share p, or null
 * @param n how many it was seen on; an effective size need not be whole. 0 gives nulls
 */
export function wilsonInterval(share: number | null, n: number): Interval {
  if (share === null || n <= 0) return { low: null, high: null };
  const z = normalQuantile((1 + confidenceLevel) / 2);
  const shrink = 1 + z ** 2 / n;
  const centre = share + z ** 2 / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2));
  // At the ends the bound is the end itself; rounding would leave a trace beside it.
  return {
    low: share === 0 ? 0 : Math.max(0, (centre - half) / shrink),
    high: share === 1 ? 1 : Math.min(1, (centre + half) / shrink),
  };
}

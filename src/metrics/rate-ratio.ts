import type { Rate } from "./rate-interval.ts";

export interface RateRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** The normal quantile that Student's t is taken for, which makes the ends a little wide with few blocks. */
const quantile = 1.96;

/**
 * How many times as fast one is as the other, with a 95 % interval: that of each rate's logarithm taken for normal, and
 * the two for independent, so that variances of logarithms add up.
 *
 * @returns null where a rate or its interval is not known
 */
export function rateRatio(one: Rate, other: Rate): RateRatio | null {
  const [left, right] = [logarithmOf(one), logarithmOf(other)];
  if (left === null || right === null) return null;
  const halfWidth = quantile * Math.hypot(left.deviation, right.deviation);
  const middle = left.middle - right.middle;
  return {
    ratio: Math.exp(middle),
    low: Math.exp(middle - halfWidth),
    high: Math.exp(middle + halfWidth),
  };
}

function logarithmOf({ perSecond, low, high }: Rate): { middle: number; deviation: number } | null {
  if (perSecond === null || low === null || high === null) return null;
  return { middle: Math.log(perSecond), deviation: Math.log(high / low) / 2 / quantile };
}

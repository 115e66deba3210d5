import { unknown } from "./numbers.ts";

/** A difference of shares with its interval, in points of a hundred. */
export interface PointsText {
  readonly size: string;
  readonly low: string;
  readonly high: string;
  /** How many decimals the interval can tell apart; shares beside it are written with as many. */
  readonly decimals: number;
}

/**
 * "10.7", "9.1" and "12.3" of 0.107 (0.091 to 0.123): as many decimals as the interval's half width can tell apart.
 *
 * @param isTurned whether a loss is to be written as a positive number
 */
export function pointsText(
  { difference, low, high }: { difference: number; low: number | null; high: number | null },
  isTurned = false,
): PointsText {
  const [least, most] = isTurned ? [negated(high), negated(low)] : [low, high];
  const decimals = least === null || most === null ? 0 : decimalsFor((most - least) / 2);
  const text = (share: number | null): string =>
    share === null ? unknown : signed((100 * share).toFixed(decimals));
  return { size: text(isTurned ? -difference : difference), low: text(least), high: text(most), decimals };
}

/** One decimal more than a share has: a difference is a smaller number. */
function decimalsFor(halfWidth: number): number {
  if (halfWidth >= 0.03) return 0;
  return halfWidth >= 0.003 ? 1 : 2;
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

/** With a true minus sign (U+2212), and none before a zero. */
function signed(text: string): string {
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "\u2212");
}

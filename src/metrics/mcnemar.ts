import { binomialLowerTail } from "./distributions.ts";

export interface McNemarTest {
  /** Pairs of which just one was right. */
  readonly discordant: number;
  /** Exact and two-sided; its error rate is below the level by construction. */
  readonly pValue: number;
  /** The same with outcomes as likely as the one seen counted half: nearer to the level, rarely above it. */
  readonly midP: number;
}

/**
 * Whether one of two models is right more often on the same items (McNemar 1947). Given m discordant pairs, those that
 * only the first got right are Binomial(m, 1/2) if both are alike. The exact p-value is 2 P(X <= min), at most 1; mid-p
 * is P(less likely than seen) + P(as likely) / 2 (Fagerland, Lydersen and Laake 2013).
 *
 * @param onlyFirst pairs that only the first got right
 * @param onlySecond pairs that only the second got right
 * @returns null where no pair differs
 */
export function mcnemarTest(onlyFirst: number, onlySecond: number): McNemarTest | null {
  const discordant = onlyFirst + onlySecond;
  if (discordant === 0) return null;
  const fewer = Math.min(onlyFirst, onlySecond);
  const upTo = binomialLowerTail(fewer, discordant, 0.5);
  const below = fewer === 0 ? 0 : binomialLowerTail(fewer - 1, discordant, 0.5);
  // With as many on either side the one outcome seen is the likeliest; else it and its mirror image are as likely.
  const midP = onlyFirst === onlySecond ? 1 - (upTo - below) / 2 : upTo + below;
  return { discordant, pValue: Math.min(1, 2 * upTo), midP };
}

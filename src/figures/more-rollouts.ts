import { normalQuantile } from "../metrics/distributions.ts";
import { fewestEvents, mostTimes, significanceLevel, wantedPower } from "../metrics/power.ts";
import { decidingTest, eventsOf, type Pair } from "./pairs.ts";

/** What it would take to tell two rows apart between which no difference is shown. */
export interface MoreRollouts {
  /** Of each of both; null: more than {@link mostTimes} times as many as were played. */
  readonly rollouts: number | null;
  /** Whether there were enough first errors for any test. */
  readonly hasErrors: boolean;
}

/**
 * Rollouts more of each that would show the difference with the usual power, were it as large as it seems: a deviation of z
 * standard deviations grows with the root of the rollouts, and has to come to z_(1 - a/2) + z_power (Schoenfeld 1981), with a
 * the level over all comparisons. What it seems is itself uncertain, so this is a proposal and no promise.
 *
 * @param comparisons tests that are looked at together
 */
export function moreRollouts(pair: Pair, comparisons: number): MoreRollouts {
  const hasErrors = eventsOf(pair) >= fewestEvents;
  const played = Math.min(...[pair.ahead, pair.behind].map((one) => one.played.length));
  const pValue = decidingTest(pair)?.pValue ?? 1;
  const seen = normalQuantile(1 - pValue / 2);
  const wanted = normalQuantile(1 - significanceLevel / comparisons / 2) + normalQuantile(wantedPower);
  const times = seen > 0 ? (wanted / seen) ** 2 : Number.POSITIVE_INFINITY;
  const isOffered = hasErrors && times <= mostTimes;
  return { hasErrors, rollouts: isOffered ? Math.max(1, Math.ceil(played * (times - 1))) : null };
}

import { type LogisticDifference, logisticDifference } from "./logistic-difference.ts";
import { clusteringsOf, observationsAt, type RateSample, tellingTurns } from "./planted-turns.ts";
import { outerOf } from "./shares-interval.ts";

/**
 * Whether planted errors weigh alike on two models: the difference of their slopes at the rates and turns that both were
 * asked at. Each model has an intercept of its own for every turn, so one that is better throughout has no other slope
 * for that; instances are clusters, so what is hard for both counts as shared. Where instances share six dictionaries or
 * more, neither p-value nor interval is ever smaller than with these as clusters.
 *
 * @returns null where fewer than two rates or no turn are common to both, or one of them tells no slope
 */
export function conditioningDifference(
  first: readonly RateSample[],
  second: readonly RateSample[],
): LogisticDifference | null {
  const common = first.map(({ rate }) => rate).filter((rate) => second.some((one) => one.rate === rate));
  const samples = [first, second].map((rates) => rates.filter(({ rate }) => common.includes(rate)));
  const [one = [], other = []] = samples;
  const alike = tellingTurns(other);
  const turns = new Set([...tellingTurns(one)].filter((turn) => alike.has(turn)));
  if (common.length < 2 || turns.size === 0) return null;
  const [left, right] = [one, other].map((rates) =>
    clusteringsOf([...one, ...other], observationsAt(rates, turns)),
  );
  const found = (left ?? []).flatMap((clustered, index) => {
    const told = logisticDifference(clustered, right?.[index] ?? []);
    return told === null ? [] : [told];
  });
  const [own] = found;
  if (own === undefined || found.length < (left?.length ?? 0)) return null;
  return { ...own, ...outerOf(found), pValue: Math.max(...found.map(({ pValue }) => pValue)) };
}

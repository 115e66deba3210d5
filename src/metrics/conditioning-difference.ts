import { type LogisticDifference, logisticDifference } from "./logistic-difference.ts";
import {
  clusteringsOf,
  observationsAt,
  type RateSample,
  type ShownTurns,
  tellingTurns,
} from "./planted-turns.ts";
import { outerOf } from "./shares-interval.ts";

export interface ConditioningDifference extends LogisticDifference {
  /** Whether the turns that cut rollouts lack could turn the difference round; the p-value is 1 then. */
  readonly isOpen: boolean;
}

/**
 * Whether planted errors weigh alike on two models: the difference of their slopes at the rates and turns that both were
 * asked at. Each model has an intercept of its own for every turn, so one that is better throughout has no other slope
 * for that; instances are clusters, so what is hard for both counts as shared. Where instances share six dictionaries or
 * more, neither p-value nor interval is ever smaller than with these as clusters.
 *
 * Turns that a rollout lacks because of a cut of its own are unknown. So where there are such all is done twice more, as if
 * errors had taken all they could from the first model there and given all they could to the second, and the other way
 * round; the p-value is the larger one where both find the same side, else 1, and the interval holds both.
 *
 * @returns null where fewer than two rates or no turn are common to both, or one of them tells no slope
 */
export function conditioningDifference(
  first: readonly RateSample[],
  second: readonly RateSample[],
): ConditioningDifference | null {
  const common = first.map(({ rate }) => rate).filter((rate) => second.some((one) => one.rate === rate));
  const samples = [first, second].map((rates) => rates.filter(({ rate }) => common.includes(rate)));
  const [one = [], other = []] = samples;
  const alike = tellingTurns(other);
  const turns = new Set([...tellingTurns(one)].filter((turn) => alike.has(turn)));
  if (common.length < 2 || turns.size === 0) return null;
  const seen = differenceAt(one, other, turns);
  const rollouts = [...one, ...other].flatMap((sample) => sample.rollouts);
  if (seen === null) return null;
  if (rollouts.every((rollout) => lackedTurns(rollout, turns).length === 0))
    return { ...seen, isOpen: false };
  const [worst = null, best = null] = [true, false].map((isFirstHurt) =>
    differenceAt(assumed(one, turns, isFirstHurt), assumed(other, turns, !isFirstHurt), turns),
  );
  if (worst === null || best === null) return { ...seen, low: null, high: null, pValue: 1, isOpen: true };
  const isOpen = worst.side !== best.side;
  const pValue = isOpen ? 1 : Math.max(worst.pValue, best.pValue);
  return { ...seen, ...outerOf([worst, best]), pValue, isOpen };
}

function differenceAt(
  first: readonly RateSample[],
  second: readonly RateSample[],
  turns: ReadonlySet<number>,
): LogisticDifference | null {
  const [left = [], right = []] = [first, second].map((rates) =>
    clusteringsOf([...first, ...second], observationsAt(rates, turns)),
  );
  const found = left.flatMap((clustered, index) => logisticDifference(clustered, right[index] ?? []) ?? []);
  const [own] = found;
  if (own === undefined || found.length < left.length) return null;
  return { ...own, ...outerOf(found), pValue: Math.max(...found.map(({ pValue }) => pValue)) };
}

/** The turns that cut rollouts lack, taken as errors shown hurt the most, or help the most: the rates' halves apart. */
function assumed(rates: readonly RateSample[], turns: ReadonlySet<number>, isHurt: boolean): RateSample[] {
  const all = rates.map(({ rate }) => rate);
  const middle = (Math.min(...all) + Math.max(...all)) / 2;
  return rates.map((sample) => ({
    ...sample,
    rollouts: sample.rollouts.map((rollout) => {
      const [answers, shown] = [[...rollout.answers], [...rollout.shown]];
      for (const turn of lackedTurns(rollout, turns)) {
        answers[turn - 1] = isHurt ? sample.rate < middle : sample.rate > middle;
        shown[turn - 1] ??= sample.rate;
      }
      return { ...rollout, answers: Array.from(answers, (answer) => answer ?? null), shown };
    }),
  }));
}

function lackedTurns({ answers, cutFrom = null }: ShownTurns, turns: ReadonlySet<number>): number[] {
  if (cutFrom === null) return [];
  return [...turns].filter((turn) => turn >= cutFrom && (answers[turn - 1] ?? null) === null);
}

import { confidenceLevel, type Interval, type Proportion } from "./proportion.ts";
import { exchangeShares } from "./shares-exchange.ts";
import { differenceInterval, outerOf, proportionOf, type SideName } from "./shares-interval.ts";
import { type MatchedInstance, matchTurns, type TurnAnswers } from "./turn-answers.ts";

export interface SharesOptions {
  /** Turns that count, from 1; null or absent: all. */
  readonly turns?: ReadonlySet<number> | null;
  /** Turns that a rollout was meant to have, where the samples differ the smaller number; none beyond count. */
  readonly planned: number;
  /** How many comparisons the p-value will be adjusted for. */
  readonly comparisons?: number;
}

/** Two shares of right turns at equal turns, and what tells them apart. */
export interface SharesTest {
  /** Right turns among those that count, with an interval over rollouts. */
  readonly first: Proportion;
  readonly second: Proportion;
  /** The first's share less the second's. */
  readonly difference: number;
  /** 95 %; null with too few rollouts. Where cut rollouts lack turns: from the low end of one worst case to the high one of the other. */
  readonly low: number | null;
  readonly high: number | null;
  /** The same at the level 1 - 0.05 / comparisons (Bonferroni). */
  readonly adjusted: Interval;
  /** Two-sided; 1 where the turns that cut rollouts lack could turn the difference round. */
  readonly pValue: number;
  /** Instances of which both played a turn that counts. */
  readonly pairs: number;
  /** Wrong turns of both together. */
  readonly errors: number;
  /** Rollouts of both that lack turns because of a cut of their own. */
  readonly cuts: number;
  /** Whether the turns that cut rollouts lack could turn the difference round. */
  readonly isOpen: boolean;
}

/**
 * Whether one sample is right in more of its turns than another, at equal turns. Of instances that both played only
 * turns that both answered count; rollouts without a partner are compared turn by turn (weights of Mantel and Haenszel
 * 1959). The interval is Student's t of the ratio estimator over instances (Cochran 1977, 6.4), over dictionaries
 * where rollouts share six or more of them, and never narrower than over instances. The p-value is that of exchanging
 * labels: within each pair, or of whole dictionaries.
 *
 * Turns that a rollout lacks because of a cut of its own are unknown, and the cut may have to do with skill. So all is done
 * twice more, with the first's lacking turns wrong and the second's right, and the other way round; the p-value is the
 * larger one where both find the same side, else 1.
 *
 * @returns null where no turn can be compared
 */
export function testShares(
  first: readonly TurnAnswers[],
  second: readonly TurnAnswers[],
  { turns = null, planned, comparisons = 1 }: SharesOptions,
): SharesTest | null {
  const matched = (isFirstRight: boolean | null) => matchTurns(first, second, turns, planned, isFirstRight);
  const { instances, cuts } = matched(null);
  const seen = testOf(instances, comparisons);
  if (seen === null || cuts === 0) return seen;
  const [worst, best] = [
    testOf(matched(false).instances, comparisons),
    testOf(matched(true).instances, comparisons),
  ];
  if (worst === null || best === null) return { ...seen, cuts };
  const isOpen = Math.sign(worst.difference) !== Math.sign(best.difference);
  return {
    ...seen,
    ...outerOf([worst, best]),
    adjusted: outerOf([worst.adjusted, best.adjusted]),
    pValue: isOpen ? 1 : Math.max(worst.pValue, best.pValue),
    cuts,
    isOpen,
  };
}

/**
 * The same within one sample: `first` is its late part, `second` its early one, by instance, the n-th turn of either
 * beside the n-th of the other.
 *
 * @param early turns, as many as `late`; where the numbers differ the first of either count
 */
export function testParts(
  sample: readonly TurnAnswers[],
  early: ReadonlySet<number>,
  late: ReadonlySet<number>,
  comparisons = 1,
): SharesTest | null {
  const planned = Math.min(early.size, late.size);
  const partOf = (part: ReadonlySet<number>): TurnAnswers[] => {
    const turns = [...part].toSorted((left, right) => left - right).slice(0, planned);
    return sample.map(({ answers, cutFrom = null, ...rest }) => ({
      ...rest,
      answers: turns.map((turn) => answers[turn - 1] ?? null),
      cutFrom: cutFrom === null ? null : 1 + turns.filter((turn) => turn < cutFrom).length,
    }));
  };
  return testShares(partOf(late), partOf(early), { planned, comparisons });
}

/** The same test, the samples exchanged. */
export function turnedRound(test: SharesTest): SharesTest {
  return {
    ...test,
    first: test.second,
    second: test.first,
    difference: -test.difference,
    ...negated(test),
    adjusted: negated(test.adjusted),
  };
}

function negated({ low, high }: Interval): Interval {
  return { low: high === null ? null : -high, high: low === null ? null : -low };
}

function testOf(instances: readonly MatchedInstance[], comparisons: number): SharesTest | null {
  const [one, other] = [shareOf(instances, "first"), shareOf(instances, "second")];
  if (one === null || other === null) return null;
  const difference = one - other;
  const [first, second] = [proportionOf(instances, "first"), proportionOf(instances, "second")];
  const { pValue, side } = exchangeShares(instances, comparisons);
  return {
    first,
    second,
    difference,
    ...differenceInterval(instances, [one, other], confidenceLevel),
    adjusted: differenceInterval(instances, [one, other], 1 - (1 - confidenceLevel) / comparisons),
    // Among rollouts with and without a partner the two may point to different sides: then nothing is told.
    pValue: side === Math.sign(difference) ? pValue : 1,
    pairs: instances.filter((pair) => pair.first !== null && pair.second !== null).length,
    errors: first.n - first.correct + second.n - second.correct,
    cuts: 0,
    isOpen: false,
  };
}

/** Right turns of all that count, weighted so that both samples have every turn to the same part. */
function shareOf(instances: readonly MatchedInstance[], name: SideName): number | null {
  let [weight, right] = [0, 0];
  for (const instance of instances) {
    weight += instance[name]?.weight ?? 0;
    right += instance[name]?.weightRight ?? 0;
  }
  return weight === 0 ? null : right / weight;
}

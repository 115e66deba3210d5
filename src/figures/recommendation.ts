import type { Recommendation, RecommendedRow, UndecidedPair } from "./choice-schema.ts";
import type { CompareGroup } from "./compare-schema.ts";
import { type Contender, isMeasured } from "./contender.ts";
import { areAlike, isBeaten, mayBeat, memoryOf } from "./beaten.ts";
import { moreRollouts } from "./more-rollouts.ts";
import { isShownAhead, type Pair, ranked, testPairs } from "./pairs.ts";

/** A row of a comparison, and what tests take of it. */
export interface Candidate {
  readonly row: CompareGroup;
  readonly contender: Contender;
}

/** The comparisons with the best row. */
export interface BestTests {
  /** Null: the row that is ahead of most. */
  readonly best: Contender | null;
  /** As they were tested, those with the best among them. */
  readonly pairs: readonly Pair[];
  /** What p-values of those rows are adjusted for that cannot be told from it. */
  readonly comparisons: number;
}

/** What is to be known of rows before one is recommended. */
export type Choice = Omit<Recommendation, "sentences">;

/**
 * What tells which of several rows to run: which cannot be told from the best, which of all are beaten in everything, and
 * what more rollouts would tell. Only rows that were asked what the best was asked.
 *
 * @returns null where fewer than two rows can be set against each other
 */
export function choiceOf(
  candidates: readonly Candidate[],
  { best: known, pairs, comparisons }: BestTests,
): Choice | null {
  const rowOf = new Map(candidates.map(({ row, contender }) => [contender, row]));
  const alike = pairs.filter(({ ahead, behind }) => {
    const [one, other] = [rowOf.get(ahead), rowOf.get(behind)];
    return one !== undefined && other !== undefined && areAlike(one, other);
  });
  const order = bestFirst(candidates, alike, known);
  const [best, ...rest] = order.flatMap((one) => candidates.filter(({ contender }) => contender === one));
  if (best === undefined) return null;
  const compared = [best, ...rest.filter(({ row }) => areAlike(row, best.row))];
  if (compared.length < 2) return null;
  const own = alike.filter(({ ahead, behind }) => [ahead, behind].includes(best.contender));
  const beaten = beatenBy(compared);
  // Whoever is behind anybody is not the best, whether or not the first row is shown to be ahead of it.
  const isBest = ({ contender }: Candidate): boolean =>
    contender === best.contender || !alike.some((pair) => isBehind(pair, contender));
  const isTested = ({ contender }: Candidate): boolean =>
    contender === best.contender || own.some(({ ahead, behind }) => [ahead, behind].includes(contender));
  const rows = compared.map(
    (one, index): RecommendedRow => ({
      label: one.row.label,
      isAmongBest: isTested(one) ? isBest(one) : null,
      correctTurnsPerSecond: one.row.correctTurnsPerSecond,
      memoryBytes: memoryOf(one.row),
      beatenBy: beaten[index] ?? [],
    }),
  );
  return {
    rows,
    front: rows.filter((row) => row.beatenBy.length === 0).map(({ label }) => label),
    undecided: undecidedOf(own, compared.filter(isBest), comparisons),
  };
}

/** The best one, then the others by rank. @param known the best, if it is known */
function bestFirst(
  candidates: readonly Candidate[],
  pairs: readonly Pair[],
  known: Contender | null,
): Contender[] {
  const order = ranked(candidates.map(({ contender }) => contender).filter(isMeasured));
  const best = known ?? order.find((one) => !pairs.some((pair) => isBehind(pair, one)));
  return best === undefined ? order : [best, ...order.filter((one) => one !== best)];
}

function isBehind(pair: Pair, contender: Contender): boolean {
  return pair.behind === contender && isShownAhead(pair);
}

/**
 * Beside the rows, the labels of those that beat each in everything. Tested are only pairs that speed and memory leave, but
 * p-values are adjusted for all.
 */
function beatenBy(compared: readonly Candidate[]): string[][] {
  const rowOf = new Map(compared.map(({ row, contender }) => [contender, row]));
  const mayDecide = (left: Contender, right: Contender): boolean => {
    const [one, other] = [rowOf.get(left), rowOf.get(right)];
    return one !== undefined && other !== undefined && (mayBeat(one, other) || mayBeat(other, one));
  };
  const contenders = compared.map(({ contender }) => contender);
  const all = (contenders.length * (contenders.length - 1)) / 2;
  const wanted = contenders.flatMap((left, index) =>
    contenders.slice(index + 1).filter((right) => mayDecide(left, right)),
  ).length;
  const pairs = testPairs(contenders, { baseline: null, isWanted: mayDecide, otherTests: all - wanted });
  return compared.map(({ row, contender }) =>
    compared.flatMap((other) => {
      const isShown = pairs.some((pair) => pair.ahead === other.contender && isBehind(pair, contender));
      return isBeaten(row, other.row, isShown) ? [other.row.label] : [];
    }),
  );
}

/** Pairs with the best in which no difference is shown, those that take the least to tell first. */
function undecidedOf(
  pairs: readonly Pair[],
  compared: readonly Candidate[],
  comparisons: number,
): UndecidedPair[] {
  const rowOf = new Map(compared.map(({ row, contender }) => [contender, row]));
  return pairs
    .flatMap((pair): UndecidedPair[] => {
      const [one, other] = [rowOf.get(pair.ahead), rowOf.get(pair.behind)];
      if (pair.isShown || pair.decidedBy === "nothing" || one === undefined || other === undefined) return [];
      const { rollouts, hasErrors } = moreRollouts(pair, comparisons);
      const times = [one, other].map(msPerRollout);
      const known = times.filter((ms) => ms !== null);
      const moreMs =
        rollouts === null || known.length < times.length
          ? null
          : rollouts * known.reduce((sum, ms) => sum + ms, 0);
      return [{ ahead: one.label, behind: other.label, moreRollouts: rollouts, moreMs, hasErrors }];
    })
    .toSorted(
      (left, right) =>
        (left.moreRollouts ?? Number.POSITIVE_INFINITY) - (right.moreRollouts ?? Number.POSITIVE_INFINITY) ||
        0,
    );
}

/** Of the engine's time, all conversations together; null: not known. */
function msPerRollout({ correctTurnsPerSecond, overallTurnAccuracy, rollouts }: CompareGroup): number | null {
  const isKnown = correctTurnsPerSecond !== null && correctTurnsPerSecond > 0 && rollouts.counted > 0;
  return isKnown ? (1000 * overallTurnAccuracy.correct) / correctTurnsPerSecond / rollouts.counted : null;
}

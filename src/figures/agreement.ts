import { type ClusteredMean, clusteredMean } from "../metrics/clustered-mean.ts";
import { dictionaryOf, sharedDictionaries } from "../metrics/dictionary-clusters.ts";
import { turnedRound } from "../metrics/paired-shares.ts";
import { bitsOfAny, modelFamily } from "../reading/quantizations.ts";
import type { RunRows } from "../reading/rows.ts";
import { areAlike } from "../reading/settings.ts";
import { type Answer, type AnsweredRollout, answeredRollouts } from "./answered-rollouts.ts";
import type { Contender } from "./contender.ts";
import type { Pair } from "./pairs.ts";

/**
 * How alike two quantizations of one model answered the same turns, on a history that was given: which turns one got right
 * and the other did not, and by how much the one with fewer bits may be worse.
 */
export interface Agreement {
  /** Labels: the one with fewer bits a weight, or in the KV cache, and the one that it is set against. */
  readonly lesser: string;
  readonly reference: string;
  /** Turns that both answered, on the same instances. */
  readonly turns: number;
  /** With the same number in both, or with none that could be read in either. */
  readonly same: number;
  readonly neitherRead: number;
  readonly onlyLesser: number;
  readonly onlyReference: number;
  /** Share of right turns that the reference has more than the lesser one, by the test that decides the pair. */
  readonly worse: number;
  /** 95 %, over instances. Null: too few to tell. */
  readonly low: number | null;
  readonly high: number | null;
  /**
   * How much larger the gap of the lesser one's answers is, in log-odds, over turns in which a number was read and the gap
   * stored of both. Null: there are none.
   */
  readonly gap: ClusteredMean | null;
}

/**
 * @returns null unless turn accuracy decides between two that are one model and were asked alike, of which the answers
 *   were read
 */
export function agreementOf({
  ahead,
  behind,
  countedTurns,
  decidedBy,
  turnsTest,
}: Pick<Pair, "ahead" | "behind" | "countedTurns" | "decidedBy" | "turnsTest">): Agreement | null {
  if (decidedBy !== "turns" || turnsTest === null || !areAlike([ahead, behind])) return null;
  const order = isOneModel(ahead, behind) ? bitsCompared(ahead, behind) : 0;
  if (order === 0 || [ahead, behind].some(hasNoAnswers)) return null;
  const [lesser, reference] = order < 0 ? [ahead, behind] : [behind, ahead];
  const both = answeredByBoth(lesser.rows, reference.rows, countedTurns);
  if (both.length === 0) return null;
  // As tested it is the share of the one ahead less that of the one behind.
  const { difference, low, high } = ahead === lesser ? turnedRound(turnsTest) : turnsTest;
  return {
    lesser: lesser.label,
    reference: reference.label,
    ...countAnswers(both),
    worse: difference,
    low,
    high,
    gap: gapBetween(both),
  };
}

function hasNoAnswers({ rows }: Contender): boolean {
  return rows.some(({ answers }) => answers === null);
}

export function isOneModel(left: Contender, right: Contender): boolean {
  const [mine, theirs] = [left, right].map(familyOf);
  return mine !== null && mine === theirs;
}

function familyOf({ rows: [first] }: Contender): string | null {
  return first === undefined ? null : modelFamily(first.run.model, first.run.engineSpec);
}

/**
 * Below 0 where the left one has fewer bits a weight or, with as many, in the KV cache: of keys, then of values. 0: as many,
 * or that is not known.
 */
function bitsCompared(left: Contender, right: Contender): number {
  const [mine, theirs] = [left, right].map(({ rows }) => ({
    bits: bitsOfAny(rows.map(({ run }) => run)),
    bytes: rows[0]?.run.model?.bytes ?? null,
  }));
  // Rows of earlier versions do not hold what the weights take; sizes of files are in the same order.
  const weights = differenceOf(mine?.bits, theirs?.bits) ?? differenceOf(mine?.bytes, theirs?.bytes) ?? 0;
  const cached = (["kvTypeK", "kvTypeV"] as const).map((name) =>
    differenceOf(elementBits(left.settings[name]), elementBits(right.settings[name])),
  );
  return [weights, ...cached].find((one) => one !== 0 && one !== null) ?? 0;
}

function differenceOf(one: number | null = null, other: number | null = null): number | null {
  return one === null || other === null ? null : one - other;
}

/** By the name of a cache's type, near enough to set them in order: "q5_1" holds one number more a block than "q5_0". */
function elementBits(type: string | null): number | null {
  const [, bits, variant] = /(\d+)(?:_(\d))?/.exec(type ?? "") ?? [];
  return bits === undefined ? null : Number(bits) + (variant === "1" ? 0.5 : 0);
}

/** A turn that both answered. */
interface Answered extends Pick<AnsweredRollout, "instance" | "dictionary"> {
  readonly lesser: Answer;
  readonly reference: Answer;
}

function countAnswers(
  both: readonly Answered[],
): Pick<Agreement, "turns" | "same" | "neitherRead" | "onlyLesser" | "onlyReference"> {
  const count = (isCounted: (turn: Answered) => boolean): number => both.filter(isCounted).length;
  return {
    turns: both.length,
    same: count(({ lesser, reference }) => lesser.number === reference.number),
    neitherRead: count(({ lesser, reference }) => lesser.number === "" && reference.number === ""),
    onlyLesser: count(({ lesser, reference }) => lesser.isRight && !reference.isRight),
    onlyReference: count(({ lesser, reference }) => reference.isRight && !lesser.isRight),
  };
}

/** Turns of an instance fall together, and instances of a dictionary that many share. */
function gapBetween(both: readonly Answered[]): ClusteredMean | null {
  const told = both.flatMap(({ lesser, reference, ...turn }) =>
    lesser.gap === null || reference.gap === null || lesser.number === "" || reference.number === ""
      ? []
      : [{ ...turn, value: lesser.gap - reference.gap }],
  );
  if (told.length === 0) return null;
  const isShared = sharedDictionaries(told).scope === "clusters";
  return clusteredMean(
    told.map(({ value, ...turn }) => ({ value, cluster: isShared ? dictionaryOf(turn) : turn.instance })),
  );
}

function answeredByBoth(
  lesser: readonly RunRows[],
  reference: readonly RunRows[],
  counted: ReadonlySet<number>,
): Answered[] {
  const others = new Map(answeredRollouts(reference).map(({ instance, answers }) => [instance, answers]));
  return answeredRollouts(lesser).flatMap(({ answers, ...rollout }) => {
    const theirs = others.get(rollout.instance);
    return [...answers].flatMap(([turn, answer]) => {
      const other = counted.has(turn) ? theirs?.get(turn) : undefined;
      return other === undefined ? [] : [{ ...rollout, lesser: answer, reference: other }];
    });
  });
}

import { commonTurns } from "./common-turns.ts";
import { curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { sharedDictionaries, type SharedDictionaries } from "./dictionary-clusters.ts";
import { exchangeOf } from "./exchange.ts";
import { type ExchangeTest, testExchange } from "./exchange-test.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { significanceLevel } from "./power.ts";

export interface CurveTest {
  readonly test: "log-rank, paired" | "log-rank";
  /** First errors of the first sample less those expected if both were alike; negative: the first goes further. */
  readonly excess: number;
  /**
   * The excess in standard deviations over all relabellings; null where every relabelling was counted, which needs
   * none.
   */
  readonly z: number | null;
  /** Where rollouts were cut, the larger one of both worst cases, 1 where these are on different sides. */
  readonly pValue: number;
  /** Instances that both samples played. */
  readonly pairs: number;
  /** First errors seen in both samples together, within `turns`; fewer than `fewestEvents` carry no conclusion. */
  readonly events: number;
  /** The test looks at turns 1 to this one. */
  readonly turns: number;
  /** Rollouts without an error that a cut of their own ended before `turns`. */
  readonly cuts: number;
  /**
   * Whether the answer depends on how these would have gone on: one worst case claims, at 0.05, what the other does
   * not.
   */
  readonly isOpen: boolean;
  /** A difference is shown for so many dictionaries only, which rollouts share; null: for dictionaries of that kind. */
  readonly dictionaries: number | null;
  /** How the p-value was found: from all relabellings, from drawn ones, or from their normal approximation. */
  readonly method: ExchangeTest["method"];
}

type Sample = readonly PlayedRollout[];

/**
 * The one test that decides whether two task-accuracy curves differ; two-sided.
 *
 * Its statistic is the log-rank numerator, observed less expected first errors of the first sample (Mantel 1966): the
 * sum of that sample's martingale residuals M = e - L(t), with e = 1 for a first error, t the last turn seen and L
 * the cumulated hazard (Nelson-Aalen) of both samples together. L does not know which rollout is whose, so the
 * residuals are fixed scores, and the p-value is the share of relabellings that lie as far out (Fisher's
 * randomisation test): the two rollouts of an instance that both played change sides, what errors they share
 * cancelling; the labels of rollouts without a partner are dealt anew among these. It keeps its level with any number
 * of rollouts, of either sample, and of errors.
 *
 * A cut of a rollout of its own (full context, fault) may have to do with how the model does, so the test is done
 * twice: with the first sample's cut rollouts wrong in their next turn and the second's right to the end, and the
 * other way round; both have to claim the same. Stops of a whole run end a rollout, and its partner, without saying
 * anything.
 *
 * Rollouts with one dictionary are a cluster. With two to five dictionaries everything happens within each; with six
 * or more that rollouts share, whole dictionaries change sides.
 *
 * @param turns how many turns a rollout was meant to have (the smaller number where the samples differ)
 * @param options.comparisons how many tests are looked at together: p-values are drawn as finely as these need
 * @returns null where nothing can tell: nobody erred, or no rollout has a counterpart
 */
export function testCurves(
  first: Sample,
  second: Sample,
  turns: number,
  { comparisons = 1 }: { readonly comparisons?: number } = {},
): CurveTest | null {
  const limit = commonTurns(first, second, turns);
  const [left, right] = [curtailed(first, limit), curtailed(second, limit)];
  const all = [...left, ...right];
  const cuts = all.filter(isOpenCut).length;
  const shared = sharedDictionaries(all.filter(isThere));
  const decide = (mine: Sample, theirs: Sample): Decision | null =>
    decisionOn(mine.filter(isCounted), theirs.filter(isCounted), shared, comparisons);
  const decision =
    cuts === 0
      ? decide(left, right)
      : worstOf(
          decide(wrongNext(left), rightToTheEnd(right, limit)),
          decide(rightToTheEnd(left, limit), wrongNext(right)),
        );
  if (decision === null) return null;
  const pairs = pairsOf(left, right);
  return {
    isOpen: false,
    ...decision,
    test: pairs === 0 ? "log-rank" : "log-rank, paired",
    pairs,
    events: all.filter(({ firstErrorTurn }) => firstErrorTurn !== null).length,
    turns: limit,
    cuts,
    dictionaries: shared.scope === "these" ? shared.count : null,
  };
}

type Decision = Pick<CurveTest, "excess" | "z" | "pValue" | "method"> & { readonly isOpen?: boolean };

function decisionOn(
  left: Sample,
  right: Sample,
  shared: SharedDictionaries,
  comparisons: number,
): Decision | null {
  const exchange = exchangeOf(left, right, shared);
  if (exchange === null) return null;
  return { excess: exchange.excess, ...testExchange(exchange, comparisons) };
}

/**
 * Of both worst cases the one with the larger p-value. Where just one of them claims a side, cuts leave the question
 * open.
 */
function worstOf(one: Decision | null, other: Decision | null): Decision | null {
  const cases = [one, other].filter((decision) => decision !== null);
  const [weaker, stronger] = cases.toSorted(
    (left, right) => right.pValue - left.pValue || Math.abs(left.excess) - Math.abs(right.excess),
  );
  if (weaker === undefined) return null;
  const isOneSided = stronger !== undefined && weaker.excess * stronger.excess > 0;
  if (isOneSided)
    return { ...weaker, isOpen: weaker.pValue >= significanceLevel && stronger.pValue < significanceLevel };
  const excess = cases.reduce((sum, decision) => sum + decision.excess, 0) / 2;
  return {
    ...weaker,
    excess,
    z: null,
    pValue: 1,
    isOpen: cases.some(({ pValue }) => pValue < significanceLevel),
  };
}

function isCounted({ lastTurn }: PlayedRollout): boolean {
  return lastTurn > 0;
}

/** Rollouts that were cut before their first turn was done are told from those that were never begun. */
function isThere(rollout: PlayedRollout): boolean {
  return isCounted(rollout) || isOpenCut(rollout);
}

/** How many instances both samples played, those included that were cut before their first turn was done. */
export function pairsOf(left: Sample, right: Sample): number {
  const mine = new Set(left.filter(isThere).map(({ instance }) => instance));
  const common = right.filter((rollout) => isThere(rollout) && mine.has(rollout.instance));
  return new Set(common.map(({ instance }) => instance)).size;
}

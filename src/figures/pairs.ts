import { type Crossing, crossing } from "../metrics/crossing.ts";
import { curtailed } from "../metrics/cuts.ts";
import { sharedDictionaries } from "../metrics/dictionary-clusters.ts";
import { horizonRatio, type HorizonRatio } from "../metrics/horizon-ratio.ts";
import { holmAdjusted } from "../metrics/log-rank.ts";
import { type CurveTest, pairsOf, testCurves } from "../metrics/curve-test.ts";
import { testShares, type SharesTest, turnedRound } from "../metrics/paired-shares.ts";
import { fewestEvents, significanceLevel } from "../metrics/power.ts";
import { meanTurnsSurvived } from "../metrics/survival.ts";
import { areAlike, historyChanges, settingDifferences } from "../reading/settings.ts";
import { composedTurns, turnSample } from "./turn-answers.ts";
import { type Contender, horizonAt, isGivenToTheEnd, isOwnUntilError } from "./contender.ts";

/**
 * What decides a pair: the curves of first errors; turn accuracy at equal turns, where up to the first error both are
 * the same conversation; nothing, where the two have no unit in common, or are the same conversation and ended at
 * that error.
 */
export type Deciding = "curve" | "turns" | "nothing";

/** Two contenders, the one that gets further (or is right more often) first. */
export interface Pair {
  readonly ahead: Contender;
  readonly behind: Contender;
  /** Turns that were compared: those that both were meant to have, and could. */
  readonly turns: number;
  readonly decidedBy: Deciding;
  /** Instances that both played. */
  readonly pairedRollouts: number;
  /** The log-rank test of the curves; null where nothing can tell. */
  readonly test: CurveTest | null;
  /** Turn accuracy at equal turns, the first one's less the second's; null where it does not decide. */
  readonly turnsTest: SharesTest | null;
  /** Turns that it looks at; none where it does not decide. */
  readonly countedTurns: ReadonlySet<number>;
  /** Where the curves cross, what can be said of the mean; null elsewhere, and where the test already says the same. */
  readonly crossing: Crossing | null;
  /** The deciding test's p-value adjusted for all pairs that were looked at (Holm); 1 without a test. */
  readonly pValue: number;
  /**
   * Whether the difference is shown: adjusted p below 0.05, of enough errors, whatever became of those that were cut.
   */
  readonly isShown: boolean;
}

/**
 * Whether rows under different settings are tested: `all` by the user's wish; `alike`: only where one history was
 * exchanged.
 */
export type Across = "all" | "alike";

export interface PairOptions {
  /** Only pairs with this one; null: every pair. */
  readonly baseline: Contender | null;
  readonly across?: Across;
  readonly decidedBy?: (left: Contender, right: Contender) => Deciding;
  /** Tests of other figures that belong to the same question: p-values are adjusted for them, too. */
  readonly otherTests?: number;
  /** Only these pairs; by default all. */
  readonly isWanted?: (left: Contender, right: Contender) => boolean;
  /** Whether the baseline is one that these rollouts put ahead: p-values are adjusted for any of the rows being it. */
  readonly isBaselineChosen?: boolean;
}

/** Every pair that is wanted, each ordered by its own test over its own turns. */
export function testPairs(contenders: readonly Contender[], options: PairOptions): Pair[] {
  const { baseline, across = "all", decidedBy = decidingOf, isWanted = () => true, otherTests = 0 } = options;
  // Any two of the rows that are left might have been compared.
  const weigh = (tests: number): number =>
    options.isBaselineChosen === true ? (tests * (tests + 1)) / 2 : tests;
  const couples = contenders.flatMap((left, index) =>
    contenders
      .slice(index + 1)
      .filter((right) => baseline === null || left === baseline || right === baseline)
      .filter((right) => isWanted(left, right) && (across === "all" || isQuestionAlike(left, right)))
      .map((right) => ({ left, right, by: decidedBy(left, right) })),
  );
  const tests = couples.filter(({ by }) => by !== "nothing").length + otherTests;
  const pairs = couples.map(({ left, right, by }) => oriented(left, right, by, weigh(tests)));
  // Without anything that could tell the two apart there is no evidence of a difference.
  const decided = pairs.filter(({ decidedBy: by }) => by !== "nothing");
  const others = Array.from({ length: otherTests }, () => 1);
  const adjusted = holmAdjusted(
    [...decided.map((pair) => decidingTest(pair)?.pValue ?? 1), ...others],
    weigh,
  );
  return pairs.map((pair) => {
    const pValue = adjusted[decided.indexOf(pair)] ?? 1;
    const isShown = pValue < significanceLevel && isEnough(pair);
    const crossed = isShown && (pair.crossing?.mean ?? 0) > 0 ? null : pair.crossing;
    return { ...pair, pValue, isShown, crossing: crossed };
  });
}

/**
 * Where no answer changes what comes after it, all turns tell, not those up to a first error alone. Rows that differ in
 * their history alone are one conversation up to the first error; turns of unlike sizes are no unit.
 */
export function decidingOf(left: Contender, right: Contender): Deciding {
  const found = settingDifferences([left, right]);
  if (found.includes("keysPerTurn")) return "nothing";
  if ([left, right].every(isGivenToTheEnd)) return "turns";
  if (!differInHistoryOnly(found)) return "curve";
  if (left.settings.until === "end" && right.settings.until === "end") return "turns";
  // Of rollouts that ended at their first error only what comes before it is known.
  return [left, right].every(isOwnUntilError) ? "nothing" : "curve";
}

/** Whether two rows answer the same question, or differ in their history alone, behind which they went on. */
export function isQuestionAlike(left: Contender, right: Contender): boolean {
  const isOther = differInHistoryOnly(settingDifferences([left, right]));
  return areAlike([left, right]) || (isOther && decidingOf(left, right) === "turns");
}

function differInHistoryOnly(differing: readonly string[]): boolean {
  const isHistory = (name: string): boolean => name === "history" || name === "keepReasoning";
  return differing.some(isHistory) && differing.every((name) => historyChanges.has(name));
}

/** Whether the one ahead is shown to be; where the curves cross and the mean points the other way, neither is. */
export function isShownAhead({ isShown, crossing }: Pair): boolean {
  return isShown && crossing === null;
}

/** The test by which the pair is decided. */
export function decidingTest({ decidedBy, test, turnsTest }: Omit<Pair, "pValue" | "isShown">) {
  return decidedBy === "turns" ? turnsTest : test;
}

/**
 * Errors behind the deciding test; also where all of them came in the same turns of both, so that nothing can be
 * tested.
 */
export function eventsOf(pair: Omit<Pair, "pValue" | "isShown">): number {
  const { ahead, behind, turns, decidedBy, test, turnsTest } = pair;
  if (decidedBy === "turns") return turnsTest?.errors ?? 0;
  const seen = curtailed([...ahead.played, ...behind.played], turns);
  return test?.events ?? seen.filter(({ firstErrorTurn }) => firstErrorTurn !== null).length;
}

function isEnough(pair: Omit<Pair, "pValue" | "isShown">): boolean {
  const test = decidingTest(pair);
  return test !== null && !test.isOpen && eventsOf(pair) >= fewestEvents;
}

function oriented(
  left: Contender,
  right: Contender,
  decidedBy: Deciding,
  comparisons: number,
): Omit<Pair, "pValue" | "isShown"> {
  const planned = Math.min(left.turns, right.turns);
  const test =
    decidedBy === "nothing" ? null : testCurves(left.played, right.played, planned, { comparisons });
  const { turnsTest, countedTurns } =
    decidedBy === "turns"
      ? testTurns(left, right, comparisons)
      : { turnsTest: null, countedTurns: new Set<number>() };
  const turns = test?.turns ?? planned;
  const lead =
    decidedBy === "turns"
      ? (turnsTest?.difference ?? 0)
      : -(test?.excess ?? 0) || meanLead(left, right, turns);
  const isFirst = lead >= 0;
  const crossed = decidedBy === "curve" ? crossing(left.played, right.played, turns, { comparisons }) : null;
  const pairedRollouts = test?.pairs ?? pairsOf(left.played, right.played);
  const pair = { turns, decidedBy, pairedRollouts, test, turnsTest, countedTurns, crossing: crossed };
  return isFirst
    ? { ahead: left, behind: right, ...pair }
    : {
        ahead: right,
        behind: left,
        ...pair,
        test: test === null ? null : { ...test, excess: -test.excess, z: test.z === null ? null : -test.z },
        turnsTest: turnsTest === null ? null : turnedRound(turnsTest),
        crossing: crossed === null ? null : turned(crossed),
      };
}

/** Turn accuracy at the turns that both were asked. */
function testTurns(
  left: Contender,
  right: Contender,
  comparisons: number,
): Pick<Pair, "turnsTest" | "countedTurns"> {
  const [mine, theirs] = [turnSample(left.rows), turnSample(right.rows)];
  const planned = Math.min(mine.planned, theirs.planned);
  const composed = composedTurns([...left.rows, ...right.rows]);
  const countedTurns = new Set([...composed].filter((turn) => turn <= planned));
  return {
    turnsTest: testShares(mine.answers, theirs.answers, { turns: countedTurns, planned, comparisons }),
    countedTurns,
  };
}

function turned(found: Crossing): Crossing {
  return { ...found, mean: -found.mean, low: -found.high, high: -found.low };
}

function meanLead(left: Contender, right: Contender, turns: number): number {
  return meanTurnsSurvived(left.taskAccuracy, turns) - meanTurnsSurvived(right.taskAccuracy, turns);
}

/**
 * The contenders in the order in which tables show them: by how many of the others each is ahead of, over the turns
 * that the two have in common; equal ones as they were. Whoever was meant to have less than half as many turns as another comes
 * behind: that it is ahead so far says little of how far it gets.
 */
export function ranked(contenders: readonly Contender[]): Contender[] {
  const most = Math.max(...contenders.map(({ turns }) => turns));
  const isShort = ({ turns }: Contender): number => Number(2 * turns < most);
  const wins = new Map(
    contenders.map((one) => [
      one,
      contenders.filter((other) => meanLead(one, other, Math.min(lastSeen(one), lastSeen(other))) > 0).length,
    ]),
  );
  return contenders.toSorted(
    (left, right) => isShort(left) - isShort(right) || (wins.get(right) ?? 0) - (wins.get(left) ?? 0),
  );
}

function lastSeen({ taskAccuracy }: Contender): number {
  return taskAccuracy.at(-1)?.turn ?? 0;
}

/** Where one had more turns, one goes further only if the other fell below half within the turns of both. */
export function isFurther({ ahead, behind, turns }: Pair): boolean {
  if (Math.max(ahead.turns, behind.turns) === turns) return true;
  const half = horizonAt(behind, 0.5).turns;
  return half !== null && half <= turns;
}

/**
 * The first threshold of 0.5, 0.8 and 0.9 at which the horizons of the two differ within the turns compared; else
 * null.
 */
export function tellingThreshold({ ahead, behind, turns }: Pair): number | null {
  const found = [0.5, 0.8, 0.9].find((s) => {
    const [far, near] = [horizonAt(ahead, s), horizonAt(behind, s)];
    if (near.turns === null || near.turns > turns || far.status === "unknown") return false;
    return far.turns === null || far.turns > near.turns;
  });
  return found ?? null;
}

/** The first threshold at which the one ahead is behind, their intervals apart: their curves cross. */
export function contraryThreshold({
  ahead,
  behind,
  turns,
}: Pair): { s: number; ahead: number; behind: number } | null {
  for (const s of [0.5, 0.8, 0.9]) {
    const [one, other] = [horizonAt(ahead, s), horizonAt(behind, s)];
    if (one.turns === null || other.turns === null || Math.max(one.turns, other.turns) > turns) continue;
    if (one.high !== null && other.low !== null && one.high < other.low)
      return { s, ahead: one.turns, behind: other.turns };
  }
  return null;
}

const ratios = new WeakMap<Pair, HorizonRatio | null>();

/**
 * The ratio of horizons with its interval at the telling threshold; null where there is none, where the one behind is
 * at the floor, so that its horizon means nothing, and where rollouts share six dictionaries or more, of which its
 * interval does not know. Its bootstrap takes longer than anything else in a comparison, so each result is kept.
 */
export function ratioOf(pair: Pair): HorizonRatio | null {
  const known = ratios.get(pair);
  if (known !== undefined) return known;
  const { ahead, behind, turns, decidedBy } = pair;
  const { scope } = sharedDictionaries([...ahead.played, ...behind.played]);
  const isTold = decidedBy === "curve" && behind.floor === null && scope !== "clusters";
  const s = isTold ? tellingThreshold(pair) : null;
  const ratio = s === null ? null : horizonRatio(ahead.played, behind.played, s, turns, 1);
  ratios.set(pair, ratio);
  return ratio;
}

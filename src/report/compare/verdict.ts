import { ratioSeen, rolloutsNeeded } from "../../metrics/power.ts";
import {
  horizonIntervalText,
  horizonText,
  partText,
  pValueText,
  shareText,
  significant,
} from "../numbers.ts";
import { counted, listed } from "../words.ts";
import { differences } from "../comparable.ts";
import { type Contender, horizonAt, isMeasured, lastTurnOf } from "./contender.ts";
import { type Pair, ranked, ratioOf, testPairs } from "./pairs.ts";

export interface VerdictOptions {
  /** The one that all others are compared with; null: the leader with all. */
  readonly baseline?: Contender | null;
  /** All pairs, if they were tested before; by default they are tested here. */
  readonly pairs?: readonly Pair[];
  /** Whether different settings may stand side by side, because the user asked for it. */
  readonly isAcross?: boolean;
}

/**
 * Which of these went further, in a sentence; more sentences only for what makes it mean less (a model at the floor, an
 * interrupted or failed run).
 *
 * One goes further than another only where the test of their curves ({@link testPairs}) says so at 0.05. With more than
 * two, p-values are adjusted by Holm's method over all pairs, since who leads is read off the same data.
 */
export function verdictOf(contenders: readonly Contender[], options: VerdictOptions = {}): string {
  const probed = contenders.filter(({ settings }) => settings.probe !== null);
  if (probed.length > 0 && probed.length === contenders.length) return probed.map(probedSentence).join(" ");
  const measured = contenders.filter(isMeasured);
  return [
    mainSentence(contenders.length, measured, options),
    ...measured.flatMap(floorSentence),
    ...measured.filter(({ status }) => status === "interrupted").map(interruptedSentence),
    ...(measured.length > 0 ? contenders.filter((one) => !measured.includes(one)).map(missingSentence) : []),
  ].join(" ");
}

/** The verdict without what makes it mean less. @param asked how many there were, those without a turn included */
export function mainSentence(asked: number, measured: readonly Contender[], options: VerdictOptions): string {
  if (asked === 0) return "Nothing was run.";
  const [first] = measured;
  if (first === undefined)
    return asked === 1 ? "The run finished no turn." : "No run finished a turn: there is nothing to compare.";
  if (measured.length === 1) return aloneSentence(first);
  const reason = differences(measured);
  if (reason !== null && options.isAcross !== true)
    return `Not compared, since the runs differ in ${reason}.`;
  if (measured.every(hasNoError)) return flawlessSentence(measured);
  return comparisonSentence(measured, options);
}

function aloneSentence(contender: Contender): string {
  const { label } = contender;
  if (hasNoError(contender)) return `${label} did not slip within ${counted(lastTurnOf(contender), "turn")}.`;
  const half = horizonAt(contender, 0.5);
  if (half.turns === 1)
    return `${label} fails at turn 1: fewer than half of its rollouts get even that right.`;
  const interval = horizonIntervalText(half);
  const certainty = interval === null ? "" : ` (95 % interval ${interval})`;
  return half.turns === null
    ? `${label} keeps at least half of its rollouts without an error for all ${counted(half.lastTurn, "turn")}${certainty}.`
    : `${label} has fewer than half of its rollouts without an error from turn ${half.turns} on${certainty}.`;
}

function flawlessSentence(measured: readonly Contender[]): string {
  const turns = measured.map(lastTurnOf);
  const limits = new Set(turns).size === 1 ? counted(turns[0] ?? 0, "turn") : "the turns it had";
  const labels = measured.map(({ label }) => label);
  const names = measured.length === 2 ? `Neither ${labels.join(" nor ")}` : `None of ${listed(labels)}`;
  return `${names} slipped within ${limits}: no difference shown.`;
}

function comparisonSentence(measured: readonly Contender[], options: VerdictOptions): string {
  const { baseline = null } = options;
  const order = ranked(measured);
  const all = options.pairs ?? testPairs(order, baseline);
  const [leader] = order;
  const [only] = all;
  if (leader === undefined || only === undefined) return "";
  if (all.length === 1) return pairSentence(only);
  const tests = `log-rank tests with Holm's correction over ${all.length} pairs`;
  if (baseline !== null) return baselineSentence(baseline, all, tests);
  const pairs = all.filter(({ ahead }) => ahead === leader);
  const { shown, open } = parted(pairs, ({ behind }) => behind);
  if (shown.length === 0)
    return `No difference shown: ${leader.label} is ahead of ${listed(open)}, but ${tests} do not support it.`;
  const remainder = open.length === 0 ? "" : `; no difference shown from ${listed(open)}`;
  return `${leader.label} goes further than ${listed(shown)}, by ${tests}${remainder}.`;
}

function baselineSentence(baseline: Contender, pairs: readonly Pair[], tests: string): string {
  const better = parted(
    pairs.filter(({ behind }) => behind === baseline),
    ({ ahead }) => ahead,
  );
  const worse = parted(
    pairs.filter(({ ahead }) => ahead === baseline),
    ({ behind }) => behind,
  );
  const open = [...better.open, ...worse.open];
  const clauses = [
    better.shown.length === 0
      ? null
      : `${listed(better.shown)} ${better.shown.length === 1 ? "goes" : "go"} further`,
    worse.shown.length === 0 ? null : `${listed(worse.shown)} less far`,
    open.length === 0 ? null : `no difference shown from ${listed(open)}`,
  ];
  return `Against ${baseline.label}: ${clauses.filter((clause) => clause !== null).join("; ")}; by ${tests}.`;
}

/** The pairs in which a difference is shown, with what is known of it, and the others; by the other one's name. */
function parted(
  pairs: readonly Pair[],
  otherOf: (pair: Pair) => Contender,
): { shown: string[]; open: string[] } {
  return {
    shown: pairs
      .filter(({ isShown }) => isShown)
      .map((pair) => `${otherOf(pair).label} (${detail(pair)}; ${pValueText(pair.pValue)})`),
    open: pairs
      .filter(({ isShown }) => !isShown)
      .map((pair) => `${otherOf(pair).label} (${pValueText(pair.pValue)})`),
  };
}

/** The verdict on two. */
export function pairSentence(pair: Pair): string {
  const { ahead, behind, isShown, pValue } = pair;
  const test = `${testName(pair)}, ${pValueText(pValue)}`;
  if (isShown) return `${ahead.label} goes further than ${behind.label}: ${detail(pair)} (${test}).`;
  return `No difference shown between ${ahead.label} and ${behind.label} (${test}): ${detail(pair)}.${sizeSentence(pair)}`;
}

function testName({ test }: Pair): string {
  if (test === null || test.pairs === 0) return "log-rank test";
  return `log-rank test on ${counted(test.pairs, "paired rollout")}`;
}

/** Both horizons, at the highest threshold of trust that the one behind reaches, and their ratio where it is shown. */
function detail(pair: Pair): string {
  const { ahead, behind, isShown } = pair;
  for (const { s } of ahead.horizons) {
    const [far, near] = [horizonAt(ahead, s), horizonAt(behind, s)];
    if (far.turns === null && near.turns === null) continue;
    const [farText, nearText] = [far, near].map((one) => (one.turns === 1 ? "1" : horizonText(one)));
    return `H${s * 100} ${farText} against ${nearText} ${near.turns === 1 ? "turn" : "turns"}${isShown ? ratioText(pair) : ""}`;
  }
  const turn = Math.min(lastTurnOf(ahead), lastTurnOf(behind));
  const shares = [ahead, behind].map(({ taskAccuracy }) =>
    partText(taskAccuracy[turn - 1]?.accuracy ?? null),
  );
  return `at turn ${turn} ${shares.join(" against ")} of the rollouts are without an error`;
}

/** ", 1.8 times as far (95 % 1.3 to 2.5)", or what is known where the one ahead never falls so low. */
function ratioText(pair: Pair): string {
  const found = ratioOf(pair);
  if (found === null) return "";
  const { ratio, low, high } = found;
  if (ratio !== null && ratio <= 1) return "";
  // Rounded down, so that it holds.
  const least = low === null ? null : Math.floor(low * 10) / 10;
  if (ratio === null)
    return least === null || least <= 1 ? "" : `, at least ${significant(least, 3)} times as far (95 %)`;
  const lowest = low === null ? "unknown" : significant(low, 2);
  const range = high === null ? `at least ${lowest}` : `${lowest} to ${significant(high, 2)}`;
  return `, ${significant(ratio, 2)} times as far (95 % ${range})`;
}

/** What a study would have to be like to show a difference, where this one did not. */
function sizeSentence({ ahead, behind, turns }: Pair): string {
  const { turns: horizon } = horizonAt(behind, 0.5);
  const rollouts = Math.min(ahead.played.length, behind.played.length);
  if (horizon === null || horizon < 2) return "";
  const seen = ratioSeen(horizon, rollouts, turns);
  const wanted = 1.2;
  if (seen !== null && seen <= wanted) return "";
  const needed = rolloutsNeeded(horizon, wanted, turns).rollouts;
  return ` To see a ratio of ${wanted} at this horizon takes about ${significant(needed, 2)} rollouts of ${turns} turns each.`;
}

/** Turn 2 is the first that composes anything: a model that cannot do it has no horizon that could show decay. */
function floorSentence(contender: Contender): string[] {
  const { turnAccuracy, label } = contender;
  const second = turnAccuracy.find(({ turn }) => turn === 2);
  if (second === undefined || second.high === null || !isAtFloor(contender)) return [];
  const most = Math.ceil(second.high * 100);
  return [
    `${label} is at the floor: at turn 2 it is right in ${second.correct} of ${second.n} (at most ${most} %), so its horizon says nothing about decay.`,
  ];
}

/** Turns asked by themselves: how often they were right, and nothing on how far a rollout gets. */
function probedSentence({ label, settings, overallTurnAccuracy }: Contender): string {
  const turns = listed((settings.probe ?? []).map(String));
  return `${label} is right in ${shareText(overallTurnAccuracy)} of its answers at turn ${turns}; asked by themselves, they tell no horizon.`;
}

/** Whether the upper 95 % bound of its turn-2 accuracy is below one half. */
export function isAtFloor({ turnAccuracy }: Contender): boolean {
  const high = turnAccuracy.find(({ turn }) => turn === 2)?.high ?? null;
  return high !== null && high < 0.5;
}

function interruptedSentence({ label }: Contender): string {
  return `${label} was interrupted and counts as far as it came.`;
}

function missingSentence({ status, label }: Contender): string {
  return `${label} ${status === "failed" ? "failed" : "finished no turn"} and is left out.`;
}

function hasNoError({ taskAccuracy }: Contender): boolean {
  return taskAccuracy.every(({ firstErrors }) => firstErrors === 0);
}

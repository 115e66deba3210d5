import { holmAdjusted, logRankTest } from "../metrics/log-rank.ts";
import { meanTurnsSurvived } from "../metrics/survival.ts";
import { differences } from "./comparable.ts";
import { runLabels } from "./labels.ts";
import { horizonIntervalText, horizonText, partText, pValueText, significant } from "./numbers.ts";
import type { RunHorizon, RunSummary } from "./schema.ts";
import { counted, listed } from "./words.ts";

const significanceLevel = 0.05;

interface Contender {
  readonly label: string;
  readonly run: RunSummary;
}

/**
 * Which of these runs went further, in a sentence; more sentences only for what makes it mean less (a model at the
 * floor, an interrupted or failed run).
 *
 * A run goes further than another only where the log-rank test of their task-accuracy curves says so at 0.05. With more
 * than two runs p-values are adjusted by Holm's method over all pairs, since who leads is read off the same data.
 */
export function verdictOf(runs: readonly RunSummary[]): string {
  const labels = runLabels(runs);
  const contenders = runs.map((run, index) => ({ run, label: labels[index] ?? run.name }));
  const measured = contenders.filter(({ run }) => run.rollouts.counted > 0);
  return [
    mainSentence(runs.length, measured),
    ...measured.flatMap(floorSentence),
    ...measured.filter(({ run }) => run.status === "interrupted").map(interruptedSentence),
    ...(measured.length > 0 ? contenders.filter((one) => !measured.includes(one)).map(missingSentence) : []),
  ].join(" ");
}

function mainSentence(asked: number, measured: readonly Contender[]): string {
  if (asked === 0) return "Nothing was run.";
  const [first] = measured;
  if (first === undefined)
    return asked === 1 ? "The run finished no turn." : "No run finished a turn: there is nothing to compare.";
  if (measured.length === 1) return aloneSentence(first);
  const reason = differences(measured.map(({ run }) => run));
  if (reason !== null) return `Not compared, since the runs differ in ${reason}.`;
  if (measured.every(({ run }) => hasNoError(run))) return flawlessSentence(measured);
  return comparisonSentence(measured);
}

function aloneSentence({ run, label }: Contender): string {
  if (hasNoError(run)) return `${label} did not slip within ${counted(lastTurnOf(run), "turn")}.`;
  const half = horizonAt(run, 0.5);
  if (half.turns === 1)
    return `${label} fails at turn 1: fewer than half of its rollouts get even that right.`;
  const interval = horizonIntervalText(half);
  const certainty = interval === null ? "" : ` (95 % interval ${interval})`;
  return half.turns === null
    ? `${label} keeps at least half of its rollouts without an error for all ${counted(half.lastTurn, "turn")}${certainty}.`
    : `${label} has fewer than half of its rollouts without an error from turn ${half.turns} on${certainty}.`;
}

function flawlessSentence(measured: readonly Contender[]): string {
  const turns = measured.map(({ run }) => lastTurnOf(run));
  const limits = new Set(turns).size === 1 ? counted(turns[0] ?? 0, "turn") : "the turns it had";
  const names =
    measured.length === 2
      ? `Neither ${measured.map(({ label }) => label).join(" nor ")}`
      : `None of ${listed(measured.map(({ label }) => label))}`;
  return `${names} slipped within ${limits}: no difference shown.`;
}

function comparisonSentence(measured: readonly Contender[]): string {
  const limit = Math.min(...measured.map(({ run }) => lastTurnOf(run)));
  const survived = ({ run }: Contender): number => meanTurnsSurvived(run.taskAccuracy, limit);
  const [leader, ...others] = measured.toSorted((left, right) => survived(right) - survived(left));
  if (leader === undefined) return "";
  const pairs = testAgainst(leader, others);
  const beaten = pairs.filter(({ isShown }) => isShown);
  const rest = pairs.filter(({ isShown }) => !isShown);
  if (others.length === 1) return pairSentence(leader, beaten[0] ?? null, rest[0] ?? null);
  const tests = `log-rank tests with Holm's correction over ${(measured.length * (measured.length - 1)) / 2} pairs`;
  if (beaten.length === 0) {
    const names = rest.map(({ other, pValue }) => `${other.label} (${pValueText(pValue)})`);
    return `No difference shown: ${leader.label} is ahead of ${listed(names)}, but ${tests} do not support it.`;
  }
  const shown = beaten.map(
    ({ other, pValue }) => `${other.label} (${detail(leader, other)}; ${pValueText(pValue)})`,
  );
  const open = rest.map(({ other, pValue }) => `${other.label} (${pValueText(pValue)})`);
  const remainder = open.length === 0 ? "" : `; no difference shown from ${listed(open)}`;
  return `${leader.label} goes further than ${listed(shown)}, by ${tests}${remainder}.`;
}

interface PairTest {
  readonly other: Contender;
  /** Adjusted for the number of pairs. */
  readonly pValue: number;
  readonly isShown: boolean;
}

/** The leader against each other, with p-values adjusted over all pairs there are. */
function testAgainst(leader: Contender, others: readonly Contender[]): PairTest[] {
  const ranked = [leader, ...others];
  const tests = ranked.flatMap((one, index) =>
    ranked
      .slice(index + 1)
      .map((other) => ({ one, other, test: logRankTest(one.run.taskAccuracy, other.run.taskAccuracy) })),
  );
  // Nothing that could tell them apart is no evidence of a difference.
  const adjusted = holmAdjusted(tests.map(({ test }) => test?.pValue ?? 1));
  return tests.flatMap(({ one, other, test }, index) => {
    if (one !== leader) return [];
    const pValue = adjusted[index] ?? 1;
    // Curves that cross can differ the other way round from their areas.
    const isAhead = test !== null && test.observed < test.expected;
    return [{ other, pValue, isShown: isAhead && pValue < significanceLevel }];
  });
}

function pairSentence(leader: Contender, beaten: PairTest | null, rest: PairTest | null): string {
  if (beaten !== null) {
    return `${leader.label} goes further than ${beaten.other.label}: ${detail(leader, beaten.other)} (log-rank test, ${pValueText(beaten.pValue)}).`;
  }
  if (rest === null) return "";
  return `No difference shown between ${leader.label} and ${rest.other.label} (log-rank test, ${pValueText(rest.pValue)}): ${detail(leader, rest.other, false)}.`;
}

/** The two horizons, at the highest level of trust that at least one of them reaches, and their ratio if asked for. */
function detail(leader: Contender, other: Contender, hasRatio = true): string {
  for (const { s } of leader.run.horizons) {
    const [ahead, behind] = [horizonAt(leader.run, s), horizonAt(other.run, s)];
    if (ahead.turns === null && behind.turns === null) continue;
    const [far, near] = [ahead, behind].map((one) => (one.turns === 1 ? "1" : horizonText(one)));
    return `H${s * 100} ${far} against ${near} ${behind.turns === 1 ? "turn" : "turns"}${hasRatio ? ratioText(ahead, behind) : ""}`;
  }
  const turn = Math.min(lastTurnOf(leader.run), lastTurnOf(other.run));
  const shares = [leader, other].map(({ run }) => partText(run.taskAccuracy[turn - 1]?.accuracy ?? null));
  return `at turn ${turn} ${shares.join(" against ")} of the rollouts are without an error`;
}

/** A ratio of horizons exists only when both are reached; a leader beyond the run's turns is ahead by at least so much. */
function ratioText(ahead: RunHorizon, behind: RunHorizon): string {
  if (behind.turns === null) return "";
  if (ahead.turns !== null)
    return ahead.turns > behind.turns ? `, ${significant(ahead.turns / behind.turns, 2)} times as far` : "";
  // Rounded down, so that it holds.
  const least = Math.floor((10 * (ahead.lastTurn + 1)) / behind.turns) / 10;
  return least > 1 ? `, at least ${significant(least, 3)} times as far` : "";
}

/** Turn 2 is the first that composes anything: a model that cannot do it has no horizon that could show decay. */
function floorSentence({ run, label }: Contender): string[] {
  const second = run.turnAccuracy.find(({ turn }) => turn === 2);
  if (second === undefined || second.high === null || second.high >= 0.5) return [];
  const most = Math.ceil(second.high * 100);
  return [
    `${label} is at the floor: at turn 2 it is right in ${second.correct} of ${second.n} (at most ${most} %), so its horizon says nothing about decay.`,
  ];
}

function interruptedSentence({ label }: Contender): string {
  return `${label} was interrupted and counts as far as it came.`;
}

function missingSentence({ run, label }: Contender): string {
  return `${label} ${run.status === "failed" ? "failed" : "finished no turn"} and is left out.`;
}

function hasNoError(run: RunSummary): boolean {
  return run.taskAccuracy.every(({ firstErrors }) => firstErrors === 0);
}

function lastTurnOf(run: RunSummary): number {
  return horizonAt(run, 0.5).lastTurn;
}

function horizonAt(run: RunSummary, s: number): RunHorizon {
  const found = run.horizons.find((horizon) => horizon.s === s);
  if (found === undefined) throw new Error(`run ${run.id} has no H${s * 100}`);
  return found;
}

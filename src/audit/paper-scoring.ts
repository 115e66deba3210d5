import { measureTurns } from "../figures/measures.ts";
import { openerOf } from "../reply/opener.ts";
import { readRuns } from "../reading/runs.ts";
import type { Database } from "../store/database.ts";
import { scoringRows } from "../store/export-rows.ts";
import type { RunRecord } from "../store/rows.ts";
import {
  type PaperMarks,
  type PaperTurn,
  readPaperAnswer,
  scoreFinal,
  scoreLive,
} from "./paper-evaluators.ts";

/** Shares of right turns by one way of judging; null where nobody is left to tell. */
interface Shares {
  readonly step: number | null;
  readonly index: number | null;
  readonly prefix: number | null;
}

interface ScoredTurn {
  readonly turn: number;
  /** Rollouts that finished this turn. */
  readonly n: number;
  readonly ours: Shares;
  readonly live: Shares;
  readonly final: Shares;
}

/** A run judged by the released evaluators beside our own judging. */
export interface PaperScoring {
  readonly run: number;
  readonly rollouts: number;
  /** Rollouts left out, since their history is not the model's own. */
  readonly leftOut: number;
  readonly turns: readonly ScoredTurn[];
}

/**
 * Judges the stored texts of a run by the released evaluators, turn by turn: step, index and prefix accuracy, beside our
 * turn, index and task accuracy. A run of dict-sum from 0: those evaluators know no other.
 */
export function scoreByPaper(database: Database, path: string, run: RunRecord): PaperScoring {
  const rollouts: Scored[] = [];
  let leftOut = 0;
  for (const rollout of rolloutsOf(database, run)) {
    if (rollout === null) leftOut++;
    else rollouts.push(scoreRollout(rollout, run.settings.turns));
  }
  const ours = measureTurns(readRuns({ path, database }, [run.id]));
  const taskAccuracy = new Map(ours.taskAccuracy.map(({ turn, accuracy }) => [turn, accuracy]));
  const index = new Map(ours.indexAccuracy.map(({ turn, accuracy }) => [turn, accuracy]));
  const turns = ours.turnAccuracy.map(({ turn, n, accuracy }) => ({
    turn,
    n,
    ours: { step: accuracy, index: index.get(turn) ?? null, prefix: taskAccuracy.get(turn) ?? null },
    live: sharesAt(
      rollouts.filter(({ finished }) => finished >= turn).map(({ live }) => live),
      turn,
    ),
    final: sharesAt(
      rollouts.map(({ final }) => final),
      turn,
    ),
  }));
  return { run: run.id, rollouts: rollouts.length, leftOut, turns };
}

interface Scored {
  readonly live: PaperMarks;
  readonly final: PaperMarks;
  readonly finished: number;
}

interface Transcript {
  readonly answers: (bigint | null)[];
  readonly turns: PaperTurn[];
  isOwn: boolean;
}

/** One rollout after the other; null for one whose history is not the model's own. */
function* rolloutsOf(database: Database, { id, chat }: RunRecord): Generator<Transcript | null> {
  // Those evaluators look for both tags; where the prompt opened reasoning, only its end is in the text.
  const opener = openerOf(chat?.reasoning ?? null);
  let open: Transcript | null = null;
  let last = -1;
  for (const { rollout, value, truth, text, isOwn } of scoringRows(database, id)) {
    if (open !== null && rollout !== last) {
      yield open.isOwn ? open : null;
      open = null;
    }
    open ??= { answers: [], turns: [], isOwn: true };
    last = rollout;
    open.isOwn &&= isOwn;
    open.answers.push(readPaperAnswer(`${opener}${text}`));
    open.turns.push({ value, truth });
  }
  if (open !== null) yield open.isOwn ? open : null;
}

/** The final evaluator expects every turn of the run: one that was not played is a missing answer. */
function scoreRollout({ answers, turns }: Transcript, planned: number): Scored {
  const unplayed = Array.from({ length: planned - turns.length }, () => ({ value: 0, truth: 0 }));
  return {
    live: scoreLive(answers, turns),
    final: scoreFinal(answers, [...turns, ...unplayed]),
    finished: turns.length,
  };
}

function sharesAt(rollouts: readonly PaperMarks[], turn: number): Shares {
  const share = (name: keyof PaperMarks): number | null =>
    rollouts.length === 0
      ? null
      : rollouts.filter((marks) => marks[name][turn - 1] === true).length / rollouts.length;
  return { step: share("step"), index: share("index"), prefix: share("prefix") };
}

import { UsageError } from "../errors.ts";
import { readRuns } from "../reading/runs.ts";
import { buildDocument } from "../report/run-document.ts";
import { judgesNamed, rolloutsLeftOut } from "../report/sentences/scoring.ts";
import { renderTable } from "../report/words/table.ts";
import type { Database } from "../store/database.ts";
import { scoringRows } from "../store/export-rows.ts";
import type { RunRecord } from "../store/rows.ts";
import {
  type PaperMarks,
  type PaperTurn,
  readPaperAnswer,
  scoreFinal,
  scoreLive,
} from "../audit/paper-evaluators.ts";

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
interface PaperScoring {
  readonly run: number;
  readonly rollouts: number;
  /** Rollouts left out, since their history is not the model's own. */
  readonly leftOut: number;
  readonly turns: readonly ScoredTurn[];
}

/**
 * What `show --scoring paper` prints: step, index and prefix accuracy turn by turn, by both released evaluators and by
 * ours (turn, index and task accuracy), from the stored texts.
 *
 * @throws UsageError for a task that those evaluators do not know
 */
export function showPaperScoring(database: Database, path: string, run: RunRecord, isJson: boolean): string {
  if (run.settings.task !== "dict-sum") {
    throw new UsageError(
      `--scoring paper: the paper's evaluators know dict-sum only, and run ${run.id} is ${run.settings.task}.`,
    );
  }
  if (run.settings.start !== "neutral") {
    throw new UsageError(
      `--scoring paper: the paper's evaluators count from 0, and run ${run.id} has a random start.`,
    );
  }
  const scoring = scoreRun(database, path, run);
  return isJson ? JSON.stringify(scoring, null, 2) : render(scoring);
}

interface Scored {
  readonly live: PaperMarks;
  readonly final: PaperMarks;
  readonly finished: number;
}

function scoreRun(database: Database, path: string, run: RunRecord): PaperScoring {
  const rollouts: Scored[] = [];
  let leftOut = 0;
  for (const rollout of rolloutsOf(database, run.id)) {
    if (rollout === null) leftOut++;
    else rollouts.push(scoreRollout(rollout, run.settings.turns));
  }
  const ours = buildDocument(readRuns({ path, database }, [run.id]), path).runs[0];
  const taskAccuracy = new Map(ours?.taskAccuracy.map(({ turn, accuracy }) => [turn, accuracy]));
  const index = new Map(ours?.indexAccuracy.map(({ turn, accuracy }) => [turn, accuracy]));
  const turns = (ours?.turnAccuracy ?? []).map(({ turn, n, accuracy }) => ({
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

interface Transcript {
  readonly answers: (bigint | null)[];
  readonly turns: PaperTurn[];
  isOwn: boolean;
}

/** One rollout after the other; null for one whose history is not the model's own. */
function* rolloutsOf(database: Database, runId: number): Generator<Transcript | null> {
  let open: Transcript | null = null;
  let last = -1;
  for (const { rollout, value, truth, text, isOwn } of scoringRows(database, runId)) {
    if (open !== null && rollout !== last) {
      yield open.isOwn ? open : null;
      open = null;
    }
    open ??= { answers: [], turns: [], isOwn: true };
    last = rollout;
    open.isOwn &&= isOwn;
    open.answers.push(readPaperAnswer(text));
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

function render({ turns, rollouts, leftOut }: PaperScoring): string {
  const names = ["step", "index", "prefix"] as const;
  const judges = ["ours", "live", "final"] as const;
  const table = renderTable(
    [
      { title: "turn", align: "right" },
      { title: "n", align: "right" },
      ...names.flatMap((name) =>
        judges.map((judge) => ({ title: `${name} ${judge}`, align: "right" as const })),
      ),
    ],
    turns.map((row) => [
      String(row.turn),
      String(row.n),
      ...names.flatMap((name) => judges.map((judge) => percent(row[judge][name]))),
    ]),
  );
  const notes = [judgesNamed(rollouts)];
  if (leftOut > 0) notes.push(rolloutsLeftOut(leftOut));
  return `${table}\n\n${notes.join("\n")}`;
}

function percent(share: number | null): string {
  return share === null ? "" : (100 * share).toFixed(1);
}

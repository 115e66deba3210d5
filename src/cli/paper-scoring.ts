import { type PaperScoring, scoreByPaper } from "../audit/paper-scoring.ts";
import { UsageError } from "../errors.ts";
import { judgesNamed, rolloutsLeftOut } from "../report/sentences/scoring.ts";
import { renderTable } from "../report/words/table.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { jsonOf } from "./documents/json.ts";

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
  const scoring = scoreByPaper(database, path, run);
  return isJson ? jsonOf("paper-scoring", scoring) : render(scoring);
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

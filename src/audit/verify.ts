import { messageOf } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import type { RunRecord, RunStatus } from "../store/rows.ts";
import { countTurns, templateText } from "../store/stored-rows.ts";
import { type Finding, Findings, type NotChecked } from "./findings.ts";
import { ModelFiles } from "./model-file.ts";
import { checkRows } from "./rows.ts";

export interface VerifiedRun {
  readonly run: number;
  readonly name: string;
  readonly status: RunStatus | "unreadable";
  readonly turns: number;
  readonly holds: boolean;
  /** At most 20 for each check. */
  readonly findings: readonly Finding[];
  /** How many more there are, by check. */
  readonly more: Readonly<Record<string, number>>;
  readonly notChecked: readonly NotChecked[];
}

/** What is told while it goes on, for progress. */
export interface VerifyView {
  onHash(name: string, doneBytes: number, totalBytes: number): void;
  onTurns(done: number, total: number): void;
}

/** Checks runs one after the other against everything that can be computed again; changes nothing. */
export async function verifyRuns(
  database: Database,
  runIds: readonly number[],
  view: VerifyView,
): Promise<VerifiedRun[]> {
  const files = new ModelFiles((...progress) => view.onHash(...progress));
  const total = runIds.reduce((sum, id) => sum + countTurns(database, id), 0);
  let done = 0;
  const onTurns = (turns: number): void => {
    done += turns;
    view.onTurns(done, total);
  };
  const verified: VerifiedRun[] = [];
  for (const id of runIds) verified.push(await verifyRun(database, id, files, onTurns));
  return verified;
}

async function verifyRun(
  database: Database,
  id: number,
  files: ModelFiles,
  onTurns: (turns: number) => void,
): Promise<VerifiedRun> {
  const findings = new Findings(id);
  let run: RunRecord | null;
  try {
    run = getRun(database, id);
  } catch (error) {
    findings.add("settings", "the run's row", "JSON in its lists and settings", messageOf(error));
    return result(database, id, null, findings);
  }
  if (run === null) return result(database, id, null, findings);
  const texts = await files.check(run, templateText(database, id), findings);
  const record = run;
  // One snapshot: a run may still be writing.
  database.transaction(() => checkRows(database, record, texts, findings, onTurns))();
  return result(database, id, run, findings);
}

function result(database: Database, id: number, run: RunRecord | null, findings: Findings): VerifiedRun {
  return {
    run: id,
    name: run?.name ?? "",
    status: run?.status ?? "unreadable",
    turns: countTurns(database, id),
    holds: findings.holds,
    findings: findings.listed,
    more: findings.more,
    notChecked: findings.notChecked,
  };
}

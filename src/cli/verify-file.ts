import { DamagedFileError, messageOf, UsageError } from "../errors.ts";
import { fileDamaged, fileHolds, rowsUnsealed } from "../report/sentences/file.ts";
import { openAsItIs, openReadOnly } from "../store/database.ts";
import { isDamage } from "../store/file-errors.ts";
import {
  brokenJson,
  brokenReferences,
  checkBesideRuns,
  type CheckedSeals,
  checkSeals,
  damagedPages,
  type FileFinding,
} from "../store/file-check.ts";
import { removedRuns, type RemovedRun } from "../store/removed.ts";
import { countTurns, storedRunIds } from "../store/stored-rows.ts";
import { visible } from "../visible-text.ts";
import { jsonOf } from "./documents/json.ts";
import { StepProgress } from "./step-progress.ts";
import { print } from "./terminal.ts";

/** What a check of the file itself found. */
interface CheckedFile {
  readonly findings: readonly FileFinding[];
  readonly runs: number;
  readonly turns: number;
  readonly removed: readonly RemovedRun[];
  /** Rows from before there were seals. */
  readonly unsealed: number;
}

/**
 * Prints whether a file is as it was written: its pages, what its rows name, its schema, and the seal of every row.
 *
 * @returns whether it is
 */
export function verifyFile(path: string, wanted: readonly string[], isJson: boolean): boolean {
  const [named] = wanted;
  if (named !== undefined)
    throw new UsageError(`--file checks all of the file: leave out ${named}, or leave out --file.`);
  const progress = new StepProgress(process.stderr);
  let checked: CheckedFile;
  try {
    checked = check(path, progress);
  } finally {
    progress.stop();
  }
  const holds = checked.findings.length === 0;
  print(isJson ? jsonOf("verify-file", { file: path, holds, ...checked }) : render(checked));
  return holds;
}

function check(path: string, progress: StepProgress): CheckedFile {
  const findings: FileFinding[] = [];
  try {
    findings.push(...checkAsItIs(path, progress));
    return checkRows(path, findings, progress);
  } catch (error) {
    if (error instanceof DamagedFileError)
      findings.push({ check: "schema", run: null, found: error.message });
    else if (isDamage(error)) findings.push({ check: "pages", run: null, found: messageOf(error) });
    else throw error;
    return { findings, runs: 0, turns: 0, removed: [], unsealed: 0 };
  }
}

function checkAsItIs(path: string, progress: StepProgress): FileFinding[] {
  const database = openAsItIs(path);
  try {
    progress.update("pages checked", 0, 2);
    const pages = damagedPages(database);
    progress.update("pages checked", 1, 2);
    // What rows say is not to be told from pages that are damaged.
    return pages.length > 0 ? pages : brokenReferences(database);
  } finally {
    database.close();
  }
}

/** @param findings to which it adds what it finds, whatever stops it */
function checkRows(path: string, findings: FileFinding[], progress: StepProgress): CheckedFile {
  const database = openReadOnly(path);
  try {
    const ids = storedRunIds(database);
    const turns = ids.reduce((sum, id) => sum + countTurns(database, id), 0);
    let done = 0;
    const onTurn = (): void => progress.update("seals checked", ++done, turns);
    let unsealed = 0;
    const add = (checked: CheckedSeals): void => {
      findings.push(...checked.findings);
      unsealed += checked.unsealed;
    };
    findings.push(...brokenJson(database));
    for (const id of ids) add(checkSeals(database, id, onTurn));
    add(checkBesideRuns(database));
    return {
      findings,
      runs: ids.length,
      turns,
      removed: removedRuns(database).map(({ seal: _seal, ...mark }) => mark),
      unsealed,
    };
  } finally {
    database.close();
  }
}

function render({ findings, runs, turns, removed, unsealed }: CheckedFile): string {
  const head = findings.length === 0 ? fileHolds(runs, turns, removed.length) : fileDamaged(findings.length);
  const lines = findings.map(({ check, found }) => `  ${check}: ${visible(found)}`);
  return [head, ...lines, ...(unsealed === 0 ? [] : [`  ${rowsUnsealed(unsealed)}`])].join("\n");
}

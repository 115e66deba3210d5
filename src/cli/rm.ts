import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { removalOf, replayedBy, runRemoved, standsInSuite } from "../report/sentences/file.ts";
import { replayersOf } from "../runs/before-run.ts";
import { type Database, openDatabase, openReadOnly } from "../store/database.ts";
import { listRuns } from "../store/queries.ts";
import { type RemovedRun, removeRuns } from "../store/removed.ts";
import type { RunRecord } from "../store/rows.ts";
import { countTurns } from "../store/stored-rows.ts";
import { visible } from "../visible-text.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { runsNamed } from "./runs-argument.ts";
import { print } from "./terminal.ts";

const examples = `
Examples:
  longhaul rm 3 4            asks, and tells what else is concerned
  longhaul rm 3 --yes --json for scripts

All rows of a run go, and are overwritten in the file. A sealed mark stays (its number, name, model, turns and when), which
verify and ls know; its number is not given again. longhaul backup --compact makes the file's copy smaller.`;

/** Adds `rm`: remove runs from the file. */
export function addRmCommand(program: Command): void {
  const command = program
    .command("rm")
    .description("remove runs and all their rows from the file; a sealed mark stays")
    .argument("<runs...>", "run numbers");
  withDatabaseOption(command)
    .option("--yes", "do not ask")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Flags) => {
      const path = dbPath(flags);
      const asked = removal(path, wanted);
      if (flags["yes"] !== true && !(await isConfirmed(asked.question))) {
        process.exitCode = 1;
        return;
      }
      const removed = remove(path, asked);
      if (flags["json"] === true) print(jsonOf("rm", { file: path, removed }));
      else for (const { run, turns } of removed) print(runRemoved(run, turns));
    });
}

/** What is to be removed, and what is asked before. */
interface Removal {
  readonly ids: readonly number[];
  /** Those of them whose errors other runs show again. */
  readonly replayed: ReadonlySet<number>;
  readonly question: string;
}

function removal(path: string, wanted: readonly string[]): Removal {
  const database = openReadOnly(path);
  try {
    const ids = runsNamed(database, path, "rm", wanted);
    const runs = listRuns(database);
    const gone = runs.filter(({ id }) => ids.includes(id));
    const replayers = new Map(
      ids.map((id) => [id, replayersOf(database, id).filter((other) => !ids.includes(other.id))]),
    );
    return {
      ids,
      replayed: new Set(ids.filter((id) => (replayers.get(id) ?? []).length > 0)),
      question: gone.map((run) => questionOf(database, run, replayers.get(run.id) ?? [])).join("\n"),
    };
  } finally {
    database.close();
  }
}

function questionOf(database: Database, run: RunRecord, replayers: readonly RunRecord[]): string {
  const { id, name, suite, places } = run;
  const also = [
    ...(replayers.length === 0 ? [] : [replayedBy(replayers.map((one) => `run ${one.id}`).join(", "))]),
    ...(suite === null ? [] : [standsInSuite(visible(suite), 1 + places.length)]),
  ];
  return removalOf(`run ${id} (${visible(name)})`, countTurns(database, id), also);
}

/** @throws UsageError where nobody can be asked */
async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError(`rm: nobody can be asked here, so add --yes if that is meant.\n${question}`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question}\nRemove? [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function remove(path: string, { ids, replayed }: Removal): RemovedRun[] {
  const database = openDatabase(path);
  try {
    return removeRuns(database, ids, replayed);
  } finally {
    database.close();
  }
}

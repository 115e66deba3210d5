import type { Command } from "commander";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import { nothingToRemeasure } from "../report/sentences/remeasure.ts";
import { remeasureRun } from "../runs/remeasure.ts";
import { openReadOnly } from "../store/database.ts";
import { getRun } from "../store/queries.ts";
import type { RunRecord } from "../store/rows.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { whileAwake, withKeepAwake } from "./keep-awake-option.ts";
import { printRuns } from "./print-runs.ts";
import { movedModel } from "./model-names.ts";
import { createProgress } from "./progress.ts";
import { TerminalView } from "./run-view.ts";
import { runsNamed } from "./runs-argument.ts";
import { listenForStops, maxTimeMs, withMaxTime } from "./stops.ts";
import { remark } from "./terminal.ts";

const examples = `
Examples:
  longhaul remeasure 3        time the disturbed turns of run 3 again

A turn was disturbed where one of its batches is marked: another process had cores, or the machine slept; where the
machine was slower before or after the whole run, all of its turns were. Those are evaluated again behind the same
history, with the stored tokens: answers stay, both times are kept, and figures of speed use the newer. What is disturbed
again keeps its first time, and is taken by the next remeasure. Only on the same machine, with the same model and program.
Exit codes: 0 done, 1 it failed or cannot be done, 2 usage, 75 stopped, 130 interrupted; what was measured is kept.`;

/** Adds `remeasure`: times of disturbed turns, taken again. */
export function addRemeasureCommand(program: Command): void {
  const command = program
    .command("remeasure")
    .description("time the turns of a run again that something disturbed")
    .argument("<runs...>", "run numbers");
  withKeepAwake(withMaxTime(withDatabaseOption(command)))
    .option("--model <file>", "where the model's file is now, if it was moved, or its name")
    .option("--json", "one JSON document on stdout")
    .option("--quiet", "no progress")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Flags) => {
      process.exitCode = await whileAwake(flags, () => remeasure(wanted, flags));
    });
}

async function remeasure(wanted: readonly string[], flags: Flags): Promise<number> {
  const path = dbPath(flags);
  const maxMs = maxTimeMs(flags);
  const runs = chosen(path, wanted);
  const modelPath = await movedModel(flags);
  const isQuiet = flags["quiet"] === true;
  const view = new TerminalView(createProgress(process.stderr, isQuiet), { isQuiet, dbPath: path });
  const stopListening = listenForStops((cause) => view.stop(cause), maxMs);
  try {
    for (const run of runs) {
      if (view.isInterrupted) break;
      const end = await remeasureRun(run, { dbPath: path, modelPath }, view).catch((error: unknown) => {
        throw error instanceof EngineError ? refusal(run.id, error) : error;
      });
      if (end === null && !isQuiet) remark(nothingToRemeasure(run.id));
    }
  } finally {
    stopListening();
  }
  const ids = runs.map(({ id }) => id);
  printRuns(path, ids, flags["json"] === true);
  return view.exitCode;
}

function refusal(id: number, error: EngineError): EngineError {
  if (error.code !== "changed") return error;
  return new EngineError(
    "changed",
    `remeasure ${id}: ${messageOf(error)}. Times can only be taken again where all is as it was.`,
  );
}

/** @throws UsageError */
function chosen(path: string, wanted: readonly string[]): RunRecord[] {
  const database = openReadOnly(path);
  try {
    return runsNamed(database, path, "remeasure", wanted).flatMap((id) => {
      const run = getRun(database, id);
      if (run?.status === "running")
        throw new UsageError(`remeasure ${id}: this run goes on. Wait for its end, or stop it.`);
      return run ?? [];
    });
  } finally {
    database.close();
  }
}

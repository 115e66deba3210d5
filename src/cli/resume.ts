import type { Command } from "commander";
import { DamagedFileError, EngineError, messageOf, UsageError } from "../errors.ts";
import { noRunToResume, runToResume } from "../report/sentences/resume.ts";
import { type ResumeRequest, resumeRun } from "../runs/resume.ts";
import { openReadOnly } from "../store/database.ts";
import { type ResumableRun, resumableRuns } from "../store/resumable-runs.ts";
import { getRun } from "../store/queries.ts";
import type { RunStatus } from "../store/rows.ts";
import { visible } from "../visible-text.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { whileAwake, withKeepAwake } from "./keep-awake-option.ts";
import { printRuns } from "./print-runs.ts";
import { movedModel } from "./model-names.ts";
import { createProgress } from "./progress.ts";
import { TerminalView } from "./run-view.ts";
import { runsNamed } from "./runs-argument.ts";
import { goOnLine, listenForStops, maxTimeMs, withMaxTime } from "./stops.ts";
import { broughtBack, resumeWords, scratchOf, withScratch } from "./scratch-option.ts";
import { complain, print } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

const examples = `
Examples:
  longhaul resume             the runs that stopped before they were done
  longhaul resume 3           go on with run 3, at the turn where it stopped
  longhaul resume --last      the one that stopped last

What is in the file is not asked again: finished rollouts are skipped, and the cache of open ones is put together from
their stored tokens, step by step as it was, so that the rest comes out as if nothing had happened. Refused where the
model's file, its template, prompts or this program are not the same as then.
Exit codes: 0 done, 1 it failed or cannot go on, 2 usage, 75 stopped and to be resumed, 130 interrupted.`;

/** Adds `resume`: go on with runs that stopped. */
export function addResumeCommand(program: Command): void {
  const command = program
    .command("resume")
    .description("go on with runs that stopped, at the turn where they did")
    .argument("[runs...]", "run numbers; none: list what can go on");
  withKeepAwake(withScratch(withMaxTime(withDatabaseOption(command))))
    .option("--last", "the run that stopped last")
    .option("--model <file>", "where the model's file is now, if it was moved, or its name")
    .option(
      "--force",
      "go on although the model, the settings or this program are not the same; the rows say what differs",
    )
    .option(
      "--fast-rebuild",
      "evaluate each open conversation at once: sooner, but not the same to the bit; the rows say so",
    )
    .option("--json", "one JSON document on stdout")
    .option("--quiet", "no progress")
    .addHelpText("after", examples)
    .action(async (wanted: string[], flags: Flags) => {
      process.exitCode = await whileAwake(flags, () => resume(wanted, flags));
    });
}

async function resume(wanted: readonly string[], flags: Flags): Promise<number> {
  const path = dbPath(flags);
  const maxMs = maxTimeMs(flags);
  if (wanted.length === 0 && flags["last"] !== true) return list(path, flags["json"] === true);
  const modelPath = await movedModel(flags);
  const scratch = await scratchOf(flags, path);
  const isQuiet = flags["quiet"] === true;
  const view = new TerminalView(createProgress(process.stderr, isQuiet), { isQuiet, dbPath: path });
  const request = requestOf(scratch.path, modelPath, flags);
  view.goOnWords = (runId) => resumeWords(runId, flags);
  const ids: number[] = [];
  const isRefused = await broughtBack(
    scratch,
    Promise.resolve().then(() => {
      ids.push(...chosen(scratch.path, wanted, flags["last"] === true));
      return resumeAll(ids, request, view, maxMs);
    }),
  );
  printRuns(path, ids, flags["json"] === true);
  return view.exitCode === 0 && isRefused ? 1 : view.exitCode;
}

/** @returns whether any could not go on as it was */
async function resumeAll(
  ids: readonly number[],
  request: ResumeRequest,
  view: TerminalView,
  maxMs: number | null,
): Promise<boolean> {
  const stopListening = listenForStops((cause) => view.stop(cause), maxMs);
  let isRefused = false;
  try {
    for (const id of ids) {
      if (view.isInterrupted) break;
      isRefused = (await resumeOne(id, request, view)) || isRefused;
    }
  } finally {
    stopListening();
  }
  return isRefused;
}

function requestOf(path: string, modelPath: string | null, flags: Flags): ResumeRequest {
  return {
    dbPath: path,
    rebuilt: flags["fastRebuild"] === true ? "fast" : "exact",
    isForced: flags["force"] === true,
    modelPath,
  };
}

/** One that cannot go on keeps no other from it. @returns whether it could not go on as it was */
async function resumeOne(id: number, request: ResumeRequest, view: TerminalView): Promise<boolean> {
  const database = openReadOnly(request.dbPath);
  const run = getRun(database, id);
  database.close();
  if (run === null)
    throw new UsageError(
      `resume ${id}: no such run in ${request.dbPath}. See what is there: ${typedLine("ls", request.dbPath)}`,
    );
  try {
    const end = await resumeRun(run, request, view);
    return end.isGivenBack === true;
  } catch (error) {
    if (error instanceof DamagedFileError) throw error;
    if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
    complain(refusal(id, error).message);
    return true;
  }
}

function refusal(id: number, error: UsageError | EngineError): UsageError {
  if (!(error instanceof EngineError && error.code === "changed"))
    return new UsageError(`resume ${id}: ${messageOf(error)}`);
  return new UsageError(
    `resume ${id}: ${messageOf(error)}. Put that right, or go on all the same with --force.`,
  );
}

/** The runs to go on with. @throws UsageError */
function chosen(path: string, wanted: readonly string[], isLast: boolean): number[] {
  const database = openReadOnly(path);
  try {
    const open = resumableRuns(database);
    if (isLast) {
      if (wanted.length > 0) throw new UsageError(`--last: leave out ${wanted.join(", ")}.`);
      const last = open.at(-1);
      if (last === undefined)
        throw new UsageError(
          `--last: no run in ${path} can go on. See what is there: ${typedLine("ls", path)}`,
        );
      return [last.id];
    }
    const ids = runsNamed(database, path, "resume", wanted);
    for (const id of ids)
      if (!open.some((run) => run.id === id)) throw closed(id, getRun(database, id)?.status, path);
    return ids;
  } finally {
    database.close();
  }
}

function closed(id: number, status: RunStatus | undefined, path: string): UsageError {
  const isOver = status === "complete" || status === "running";
  return new UsageError(
    `resume ${id}: ${isOver ? `this run is ${status}` : "it never began, or was tried again as another run"}. See those that can go on: ${typedLine("resume", path)}`,
  );
}

function list(path: string, isJson: boolean): number {
  const database = openReadOnly(path);
  const runs = resumableRuns(database);
  database.close();
  if (isJson) print(jsonOf("resumable", { schemaVersion: 1, runs }));
  else if (runs.length === 0) print(noRunToResume());
  else print([...runs.map(lineOf), goOnLine(`resume ${runs.at(-1)?.id}`, path)].join("\n"));
  return 0;
}

function lineOf(run: ResumableRun): string {
  return visible(runToResume(run));
}

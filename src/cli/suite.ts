import { existsSync } from "node:fs";
import { type Command, Option } from "commander";
import { timestamp } from "../clock.ts";
import { isLevelOpen, levelOf } from "../settings/on-level.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import { type PlannedTrial, planSuite } from "../suites/forecast-suite.ts";
import { suiteModels } from "../suites/models.ts";
import { plannedArm, plannedTrials, refuseOffLevel, type SuitePart, suiteParts } from "../suites/plan.ts";
import { readSuite } from "../suites/read-suite.ts";
import { TrialIds } from "../suites/trial-id.ts";
import { runSuite, type SuiteResult, type SuiteView } from "../suites/run-suite.ts";
import { levelFound, levelFoundLater } from "../report/sentences/levels.ts";
import { trialsShared } from "../report/sentences/plan.ts";
import { suiteCautions } from "../report/design.ts";
import { assertCanGoOn, readArms } from "../reading/runs.ts";
import { counted } from "../report/words/words.ts";
import { buildSuiteDocument } from "../report/suite/suite-document.ts";
import { renderSuite } from "../report/suite/text.ts";
import { openDatabase, openReadOnly } from "../store/database.ts";
import { currentParser } from "../tasks/parsers.ts";
import { whenAlone } from "../suites/when-given-up.ts";
import { EngineError, InterruptedError } from "../errors.ts";
import { shellWord } from "../typed-line.ts";
import { visible } from "../visible-text.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { refuseEngineOfSuite, refuseModelAsSuite } from "./elsewhere.ts";
import type { Flags } from "./flag-reader.ts";
import { whileAwake, withKeepAwake } from "./keep-awake-option.ts";
import { livePage } from "./live-page.ts";
import { createProgress } from "./progress.ts";
import { modelFiles } from "./model-names.ts";
import { renderPlan } from "./suite-plan.ts";
import { TerminalView } from "./run-view.ts";
import { listenForStops, maxTimeMs, resumable, withMaxTime } from "./stops.ts";
import { broughtBack, scratchOf, scratchWords, withScratch } from "./scratch-option.ts";
import { selectionOf, selectionWords, shareCautions, withSelection } from "./selection-option.ts";
import { withRetune } from "./setting-options.ts";
import { complain, outputStyle, print, remark } from "./terminal.ts";

const examples = `
Examples:
  longhaul suite run bench/suites/quick.yaml                     every experiment in minutes, reference models
  longhaul suite plan bench/suites/paper.yaml model.gguf         what it would run, how long, how much memory
  longhaul suite run paper.yaml model.gguf --only horizon --resume
  longhaul suite run paper.yaml model.gguf --shard 3/8 --db part-3.db   the third of eight machines; then longhaul merge

Exit codes: 0 done (single rollouts may have broken), 1 some trial failed, 2 usage,
75 stopped and to be resumed, 130 interrupted.`;

/** Adds `suite run` and `suite plan`: experiments as data. */
export function addSuiteCommand(program: Command): void {
  const suite = program
    .command("suite")
    .description("carry out the experiments of a suite file")
    .addHelpText("after", examples);
  const run = suite
    .command("run")
    .description("carry out every trial; the file's runs can be compared at any time");
  withScratch(withKeepAwake(withMaxTime(withRetune(withSuiteOptions(run)))))
    .option(
      "--resume",
      "skip trials that the database holds complete, and go on at the turn with those that stopped",
    )
    .option("--dry-run", "the same as suite plan")
    .option("--report <file>", "keep an HTML page of the suite current while it goes on")
    .option("--live", "with --report: the page loads itself again every few seconds")
    .option("--quiet", "no progress")
    .action(async (file: string, models: string[], flags: Flags) => {
      process.exitCode =
        flags["dryRun"] === true
          ? await plan(file, models, flags)
          : await whileAwake(flags, () => carryOut(file, models, flags));
    });
  withSuiteOptions(
    suite.command("plan").description("list the trials, with a forecast of time and memory; runs nothing"),
  ).action(async (file: string, models: string[], flags: Flags) => {
    process.exitCode = await plan(file, models, flags);
  });
}

function withSuiteOptions(command: Command): Command {
  return withSelection(
    withDatabaseOption(
      command
        .argument("<file>", "YAML file, see bench/suites")
        .argument(
          "[models...]",
          "GGUF files or folders, or names that longhaul models lists; none: those in the file, else the reference models",
        ),
    ).option("--only <experiments>", "experiments by name, or all of a kind, separated by commas"),
  )
    .option("--json", "one JSON document on stdout")
    .addOption(
      new Option("--engine <engine>", "what run has; here it is refused with the right line").hideHelp(),
    );
}

async function plan(file: string, given: readonly string[], flags: Flags): Promise<number> {
  const { suite, parts, models } = await read(file, given, flags);
  refuseOffLevel(parts, models);
  const selection = await selectionOf(flags, parts, models, planWords(file, given));
  const ids = flags["json"] === true ? await TrialIds.of(models) : null;
  const trials = await planSuite({ dbPath: dbPath(flags), parts, models, selection }, ids);
  const open = parts.find(({ base }) => isLevelOpen(base));
  const cautions = [
    ...(open === undefined ? [] : [levelFoundLater(levelOf(open.base)?.name ?? "")]),
    ...cautionsOf(parts, models),
    ...shareCautions(flags, parts, models, selection),
  ];
  print(
    flags["json"] === true
      ? jsonOf("suite-plan", {
          schemaVersion: 1,
          suite: suite.name,
          trials: trials.map(withoutPath),
          cautions,
        })
      : renderPlan(suite.name, trials, cautions, outputStyle(process.stdout)),
  );
  return trials.some(({ error }) => error !== null) ? 1 : 0;
}

/** What the plan is too small for, before it runs. */
function cautionsOf(
  parts: Parameters<typeof plannedTrials>[0][],
  models: Parameters<typeof plannedTrials>[1],
): string[] {
  return suiteCautions(parts.flatMap((part) => plannedTrials(part, models)).map(plannedArm));
}

/** Documents are shared; the folders of the machine that made them are nobody's business. */
function withoutPath({ source: _source, ...trial }: PlannedTrial) {
  return trial;
}

async function carryOut(file: string, given: readonly string[], flags: Flags): Promise<number> {
  const { suite, parts, models } = await read(file, given, flags);
  const selection = await selectionOf(flags, parts, models, planWords(file, given));
  const maxMs = maxTimeMs(flags);
  const path = dbPath(flags);
  const names = [...new Set(parts.map(({ experiment }) => experiment))];
  refuseOlderVerdicts(path, suite.name, names);
  const isQuiet = flags["quiet"] === true;
  for (const caution of [...cautionsOf(parts, models), ...shareCautions(flags, parts, models, selection)])
    remark(caution);
  const run = new TerminalView(createProgress(process.stderr, isQuiet), { isQuiet: true, dbPath: path });
  run.goOnWords = () => goOnWords(file, given, flags);
  const stopListening = listenForStops((cause) => run.stop(cause), maxMs);
  const ended = flags["resume"] === true ? await endedWaiting(path, run) : null;
  if (ended !== null) {
    stopListening();
    return ended;
  }
  const page = livePage(flags, path);
  const scratch = await scratchOf(flags, path);
  if (page !== null) page.goingPath = scratch.path;
  const request = {
    dbPath: scratch.path,
    suite: suite.name,
    parts,
    models,
    selection,
    isResumed: flags["resume"] === true,
    retunedSince: flags["retune"] === true ? timestamp() : null,
  };
  const carriedOut = runSuite(request, new TerminalSuite(run, { isQuiet, parts })).finally(stopListening);
  const result = await broughtBack(scratch, carriedOut);
  if (run.isInterrupted && result.runIds.length === 0) return run.exitCode;
  // Of a share that has nothing to do there is a file, too: whoever merges names them all.
  if (!existsSync(path)) openDatabase(path).close();
  const isShown = (await page?.finish()) !== false;
  const database = openReadOnly(path);
  try {
    const read = readArms([{ path, database }], suite.name, names);
    const document = buildSuiteDocument(read, path, suite.name);
    print(
      flags["json"] === true ? jsonOf("suite", document) : renderSuite(document, outputStyle(process.stdout)),
    );
  } finally {
    database.close();
  }
  if (!isQuiet) remark(closing(result));
  if (run.exitCode !== 0) return run.exitCode;
  return result.failed > 0 || !isShown ? 1 : 0;
}

/**
 * On a disk that machines share a process that was killed on another one is waited for.
 *
 * @returns null: nothing keeps this one from writing; else the exit code, for it goes on there, or the waiting was interrupted
 */
async function endedWaiting(path: string, run: TerminalView): Promise<number | null> {
  try {
    await whenAlone(path, { onWaiting: remark, isInterrupted: () => run.isInterrupted });
    return null;
  } catch (error) {
    if (error instanceof InterruptedError) return run.exitCode;
    if (!(error instanceof EngineError)) throw error;
    complain(error.message);
    return resumable;
  }
}

function planWords(file: string, given: readonly string[]): string {
  return `suite plan ${[file, ...given].map(shellWord).join(" ")} --json`;
}

/** The same command, which goes on with the trial that stopped and those behind it. */
function goOnWords(file: string, given: readonly string[], flags: Flags): string {
  const only = typeof flags["only"] === "string" ? ["--only", shellWord(flags["only"])] : [];
  const words = ["suite", "run", ...[file, ...given].map(shellWord), ...only, "--resume"];
  return `${words.join(" ")}${selectionWords(flags)}${scratchWords(flags)}`;
}

/** Before hours of measuring, rather than where they are to be compared. */
function refuseOlderVerdicts(path: string, suite: string, names: readonly string[]): void {
  if (!existsSync(path)) return;
  const database = openReadOnly(path);
  try {
    assertCanGoOn([{ path, database }], suite, names, currentParser.version);
  } finally {
    database.close();
  }
}

async function read(file: string, given: readonly string[], flags: Flags) {
  refuseModelAsSuite(file, given);
  refuseEngineOfSuite(flags["engine"], `suite run ${shellWord(file)}`, given);
  const read = readSuite(file);
  const only = typeof flags["only"] === "string" ? flags["only"].split(",").map((name) => name.trim()) : [];
  const parts = suiteParts(read, only);
  const models = await suiteModels(read.suite, file, given, (written) =>
    modelFiles(written, flags["quiet"] === true),
  );
  return { suite: read.suite, parts, models };
}

function closing({ runIds, skipped, shared, leftOut, failed }: SuiteResult): string {
  const parts = [`${counted(runIds.length, "trial")} carried out`];
  if (skipped > 0) parts.push(`${skipped} finished before`);
  if (shared > 0) parts.push(trialsShared(shared));
  if (leftOut > 0) parts.push(`${leftOut} left out`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(", ");
}

class TerminalSuite implements SuiteView {
  readonly run: TerminalView;
  readonly #isQuiet: boolean;
  readonly #parts: readonly SuitePart[];

  constructor(
    run: TerminalView,
    { isQuiet, parts }: { readonly isQuiet: boolean; readonly parts: readonly SuitePart[] },
  ) {
    this.run = run;
    this.#isQuiet = isQuiet;
    this.#parts = parts;
  }

  onLevel(search: LevelSearch): void {
    // It ends the line on which the search was told.
    this.run.onLevel(search);
    this.#say(visible(levelFound(search).join("; ")));
  }

  onTrial({ part, label, model }: Parameters<SuiteView["onTrial"]>[0], number: number, total: number): void {
    // Its own experiment as it is on the level that was found; of others, the level may not be known yet.
    const parts = [part, ...this.#parts.filter(({ base }) => !isLevelOpen(base))];
    this.run.beside = parts.flatMap((one) => plannedTrials(one, [model])).map(({ arm }) => arm.settings);
    this.#say(`[${number}/${total}] ${part.experiment}: ${label}, ${model.name}`);
  }

  onSkipped({ part, label, model }: Parameters<SuiteView["onSkipped"]>[0], reason: string): void {
    this.#say(`${part.experiment}: ${label}, ${model.name}: ${reason}`);
  }

  onFailed({ part, label, model }: Parameters<SuiteView["onFailed"]>[0], message: string): void {
    remark(`${part.experiment}: ${label}, ${model.name}: failed: ${message}`);
  }

  #say(text: string): void {
    if (!this.#isQuiet) remark(text);
  }
}

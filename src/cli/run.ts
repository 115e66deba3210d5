import type { Command } from "commander";
import { scriptHelp } from "../engine/scripted/parameters.ts";
import { taskNames } from "../tasks/index.ts";
import { leveledRequest } from "../runs/leveled-request.ts";
import type { RunRequest } from "../runs/request.ts";
import { planRuns } from "../runs/plan-runs.ts";
import { runModels } from "../runs/run.ts";
import { buildDocument } from "../report/run-document.ts";
import { runOnLevel } from "../report/sentences/levels.ts";
import { otherModels, seeAsPage } from "../report/sentences/run.ts";
import type { RunDocument } from "../figures/run-schema.ts";
import { renderDocument } from "../report/text.ts";
import { readRuns } from "../reading/runs.ts";
import { openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { choiceAmong } from "./run-choice.ts";
import { lineOnLevel } from "./level-line.ts";
import { whileAwake, withKeepAwake } from "./keep-awake-option.ts";
import { livePage } from "./live-page.ts";
import { createProgress } from "./progress.ts";
import { type Flags, type GivenFlags, givenFlags } from "./flag-reader.ts";
import { parseRunOptions } from "./run-options.ts";
import { modelFiles } from "./model-names.ts";
import { printPrompts } from "./print-prompts.ts";
import { planText } from "./run-plan.ts";
import { TerminalView } from "./run-view.ts";
import { broughtBack, resumeWords, scratchOf, withScratch } from "./scratch-option.ts";
import { withRequestTimeout } from "./request-timeout.ts";
import { withRetune, withSettings } from "./setting-options.ts";
import { listenForStops, maxTimeMs, withMaxTime } from "./stops.ts";
import { outputStyle, print, remark } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

const examples = `
Examples:
  longhaul run                                      the reference models that ship
  longhaul run model-Q4_K_M.gguf model-Q8_0.gguf    two quantizations, same instances
  longhaul run ~/models --rollouts 100 --turns 100  every model in a folder
  longhaul run qwen3:8b                             a model that Ollama, LM Studio, ... keep: longhaul models lists them
  longhaul run model.gguf --task retrieval --json   one JSON document on stdout
  longhaul run model.gguf --level auto              the hardest of longhaul levels that fits the model
  longhaul run model.gguf --turns 500 --dry-run     what it would take, without running it
  longhaul run model.gguf --print-prompt            the exact prompt it would begin with
  longhaul run model.gguf --dataset dict_sum.json   the paper's instances, see longhaul dataset
  longhaul run --engine openai:http://127.0.0.1:8080/v1 qwen3   a model behind llama-server, vLLM, LM Studio, ...
  longhaul run --engine ollama:http://127.0.0.1:11434 qwen3:8b  a model behind Ollama
  longhaul run --engine scripted:p=0.99 --turns 200 a simulated model with known truth

A server needs no key; where it wants one, it stands in LONGHAUL_API_KEY. longhaul models --server lists what it offers.

What a simulated model can be made to do (scripted:name=value,..., the values here are the standard ones):
${scriptHelp(taskNames)}

Exit codes: 0 done, 1 some model failed, 2 usage, 75 stopped and to be resumed, 130 interrupted.
An engine error ends one rollout: the run goes on, is done with "1 rollout broken" beside it, and exits 0. It failed where
it could not go on: the model did not load, the engine answered no more, or every rollout broke.`;

/** Adds `run`: measure models, record every turn, print what was found. */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .description("measure how far models get before they slip, and how fast")
    .argument(
      "[models...]",
      "GGUF files or folders, or names that longhaul models lists; behind a server its names; none: the reference models that ship",
    );
  withRequestTimeout(withDatabaseOption(command)).option(
    "--engine <engine>",
    "llama; openai:URL or ollama:URL for models behind a server; scripted:p=0.99,... for a simulated one",
    "llama",
  );
  withScratch(withKeepAwake(withMaxTime(withRetune(withSettings(command)))))
    .option("--name <text>", "name of the run")
    .option(
      "--watch",
      "show the first rollout of each model as it happens, token by token, instead of progress",
    )
    .option("--report <file>", "keep an HTML page of the run current while it goes on")
    .option("--live", "with --report: the page loads itself again every few seconds")
    .option("--print-prompt", "only print what each model is asked first, word for word, and its token ids")
    .option("--dry-run", "only say what would run: every setting, time and memory")
    .option("--verbose", "tell how the run was fitted to the machine, and what was tried")
    .option("--json", "print one JSON document on stdout")
    .option("--quiet", "no progress")
    .addHelpText("after", examples)
    .action(async (models: string[], flags: Flags) => {
      process.exitCode = await whileAwake(flags, () => runCommand(models, flags, givenFlags(command)));
    });
}

/** What a person reads: the runs, and what to do with them next. */
function outputOf(
  document: RunDocument,
  { models, flags, request }: { models: readonly string[]; flags: Flags; request: RunRequest },
): string[] {
  const { nextLevel } = document;
  const style = { ...outputStyle(process.stdout), isVerbose: flags["verbose"] === true };
  const lineOf = (words: string): string => typedLine(words, request.dbPath);
  return [
    renderDocument(document, style),
    ...(document.runs.some(({ overallTurnAccuracy }) => overallTurnAccuracy.n > 0)
      ? [seeAsPage(lineOf("report"))]
      : request.engine.kind === "llama"
        ? [otherModels(lineOf("models"))]
        : []),
    ...(nextLevel === null
      ? []
      : [runOnLevel(nextLevel.why, lineOf(lineOnLevel(models, flags, request, nextLevel.level)))]),
  ];
}

/** Where models are files, those that are named. @throws UsageError */
async function withFiles(
  request: RunRequest,
  models: readonly string[],
  isQuiet: boolean,
): Promise<RunRequest> {
  if (request.engine.kind !== "llama" || models.length === 0) return request;
  return { ...request, files: await modelFiles(models, isQuiet) };
}

/** Plays what was asked, on the level that was found where one was to be. */
async function play(
  asked: RunRequest,
  view: TerminalView,
): Promise<{ readonly request: RunRequest; readonly runIds: readonly number[] }> {
  const request = await leveledRequest(asked, view);
  return request === null
    ? { request: asked, runIds: [] }
    : { request, runIds: await runModels(request, view) };
}

async function runCommand(models: readonly string[], flags: Flags, given: GivenFlags): Promise<number> {
  const maxMs = maxTimeMs(flags);
  const path = dbPath(flags);
  const { request: parsed, note } = parseRunOptions(models, flags, given, path);
  const asked = await withFiles(parsed, models, flags["quiet"] === true);
  if (note !== null && flags["quiet"] !== true) remark(note);
  if (flags["dryRun"] === true) {
    const models = await planRuns(asked);
    const { settings } = asked;
    print(
      flags["json"] === true
        ? jsonOf("run-plan", { schemaVersion: 1, settings, models })
        : planText(asked, models),
    );
    return models.every(({ error }) => error === null) ? 0 : 1;
  }
  if (flags["printPrompt"] === true) return printPrompts(asked, flags["json"] === true);
  const view = new TerminalView(createProgress(process.stderr, flags["quiet"] === true || asked.isWatched), {
    isQuiet: flags["quiet"] === true,
    dbPath: path,
  });
  const page = livePage(flags, path);
  const scratch = await scratchOf(flags, path);
  if (page !== null) page.goingPath = scratch.path;
  view.goOnWords = (runId) => resumeWords(runId, flags);
  view.rollouts = asked.settings.rollouts;
  view.onRun = (runId) => page?.add(runId);
  const stopListening = listenForStops((cause) => view.stop(cause), maxMs);
  const played = play({ ...asked, dbPath: scratch.path }, view).finally(stopListening);
  const { request, runIds } = await broughtBack(scratch, played);
  if (view.isInterrupted && runIds.length === 0) return view.exitCode;
  const isShown = (await page?.finish()) !== false;
  const database = openReadOnly(path);
  try {
    const read = readRuns({ path, database }, runIds);
    const document = { ...buildDocument(read, path), ...choiceAmong({ path, database }, runIds) };
    if (flags["json"] === true) print(jsonOf("run", document));
    else
      for (const text of outputOf(document, { models, flags, request: { ...request, dbPath: path } }))
        print(text);
  } finally {
    database.close();
  }
  return view.exitCode === 0 && !isShown ? 1 : view.exitCode;
}

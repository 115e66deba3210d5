import { wordingOf } from "../settings/wording.ts";
import { namesWith, pick, standardSettings } from "../settings/settings.ts";
import { historyWithoutRun } from "../settings/stored.ts";
import { usualLimitOf } from "../settings/usual-limits.ts";
import type { RunRecord } from "../store/rows.ts";
import { machineKinds, machineText, thenOn } from "./machine-kinds.ts";

/**
 * Two of these runs of which it is equal are one model under one setting. Not in it are what a run is large by (turns,
 * rollouts, seed) and what it is fast by (see {@link speedOf}), nor any name or path.
 *
 * Room for every right answer is one setting, though long answers of other instances need more of it: where one of these
 * runs has more than is usual, a number that was asked for is another setting, even the usual one.
 */
export function identitiesOf(runs: readonly RunRecord[]): (run: RunRecord) => string {
  const besideLimit = (run: RunRecord): string =>
    JSON.stringify([modelOf(run), { ...factsOf(run), maxAnswerTokens: null }]);
  const isRoom = ({ settings }: RunRecord): boolean => settings.maxAnswerTokens === "auto";
  const unusual = runs.filter((run) => isRoom(run) && run.answerLimit !== usualLimitOf(run.settings));
  const withMoreRoom = new Set(unusual.map(besideLimit));
  return (run) => {
    const beside = besideLimit(run);
    return `${beside} ${withMoreRoom.has(beside) && isRoom(run) ? "auto" : run.answerLimit}`;
  };
}

/** The part of an identity that is known before an engine is ready: the model, and what was asked for. */
export function requestOf(run: RunRecord): string {
  return JSON.stringify([modelOf(run), askedOf(run), pick(run.settings, namesWith("contrast"))]);
}

/** A file by what it holds, wherever it was loaded; a simulated or a served one by what its engine was given; a file that could not be read by its name alone. */
export function modelOf({ model, server, engine, engineSpec, name }: RunRecord): string {
  const sha256 = model?.sha256 ?? server?.fileSha256 ?? null;
  return sha256 ?? (engineSpec === null ? `unread:${name}` : `${engine}:${engineSpec}`);
}

/** Everything that decides a result beside the model, by name. */
export function factsOf(run: RunRecord) {
  const { promptHash, kvTypeK, kvTypeV, flashAttention, backendUsed, settings } = run;
  const lora = settings.lora?.sha256 ?? null;
  const templateHash = templateOf(run);
  const used = { kvTypeK, kvTypeV, flashAttention, backendUsed, lora };
  const unsent = run.server?.unsent.toSorted() ?? [];
  return { ...askedOf(run), promptHash, templateHash, ...used, ...(unsent.length === 0 ? {} : { unsent }) };
}

/**
 * How a run's conversations were worded: by which template, and whether as llama.cpp does it. Earlier versions did some
 * of them otherwise, and kept no account of it.
 */
export function templateOf({ templateHash, chat }: RunRecord): string | null {
  return templateHash === null || chat !== null ? templateHash : `${templateHash} before`;
}

function askedOf(run: RunRecord) {
  const { settings, suite, datasetHash } = run;
  const { temperature, thinking, thinkingBudget, history, dataset } = settings;
  const sampling = namesWith("sampling");
  return {
    ...pick(settings, namesWith("question", "ending")),
    // What decides nothing makes no other setting: where nothing is drawn these are as if nothing were left out.
    ...pick(temperature > 0 ? settings : standardSettings, sampling),
    thinkingBudget: thinking === "on" ? thinkingBudget : null,
    shotsAs: wordingOf(run).shotsAs,
    // Room for every right answer is one setting, whatever it comes to; the usual number is nearly always the same.
    maxAnswerTokens: settings.maxAnswerTokens === usualLimitOf(settings) ? "auto" : settings.maxAnswerTokens,
    // A suite replays the model's own errors, whatever the number of the run in which it made them.
    history: suite === null ? history : historyWithoutRun(history),
    dataset: datasetHash ?? dataset?.file ?? null,
  };
}

/** What a run's speed depends on beside its identity. */
export function speedOf(run: RunRecord) {
  const { machines, parallel, threads, batchSize, contextLength, gpuLayers, settings, versions } = run;
  return {
    parallel,
    threads,
    batchSize,
    contextLength,
    gpuLayers,
    loadMode: settings.loadMode,
    confidence: settings.confidence,
    server: run.server === null ? null : `${run.server.kind} at ${run.server.url}`,
    machine: machineKinds(machines).map(machineText).join(thenOn),
    "llama.cpp": versions["llama.cpp"] ?? null,
  };
}

/** How a run's speed was had. */
export type SpeedSetting = ReturnType<typeof speedOf>;

/**
 * What two runs played alike: an instance is drawn from task, seed and rollout, whatever the number of turns or rollouts; one
 * from a file is what it is, whatever the seed.
 *
 * @returns a function from a rollout's number to the name of its instance, the same in every file
 */
export function instancesOf(run: RunRecord): (rollout: number) => string {
  const { task, keysPerTurn, dictionarySize, valueMax, values, sharedDictionary, start, burnIn } =
    run.settings;
  // Runs of earlier versions do not hold the file's hash.
  const dataset = run.settings.dataset === null ? null : (run.datasetHash ?? run.instanceHash);
  const drawn = [dictionarySize, valueMax, values, sharedDictionary, null, run.seed];
  const set = JSON.stringify([
    task,
    keysPerTurn,
    ...(dataset === null ? drawn : [dataset]),
    // As the key was before there was another.
    ...(start === "neutral" ? [] : [start]),
    ...(burnIn === 0 ? [] : [{ burnIn }]),
  ]);
  return (rollout) => `${set}#${rollout}`;
}

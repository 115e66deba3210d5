import type { RunRecord } from "../store/rows.ts";

/**
 * Two runs of which it is equal are one model under one setting. Not in it are what a run is large by (turns, rollouts,
 * seed) and what it is fast by (see {@link speedOf}), nor any name or path.
 */
export function identityOf(run: RunRecord): string {
  return JSON.stringify([modelOf(run), factsOf(run)]);
}

/** The part of an identity that is known before an engine is ready: the model, and what was asked for. */
export function requestOf(run: RunRecord): string {
  const { kvTypeK, kvTypeV, flashAttention, gpu } = run.settings.requested;
  return JSON.stringify([modelOf(run), askedOf(run), kvTypeK, kvTypeV, flashAttention, gpu]);
}

/** A file by what it holds, a simulated or a served one by what its engine was given; a file that could not be read by its name alone. */
export function modelOf({ model, engine, engineSpec, name }: RunRecord): string {
  return model?.sha256 ?? (engineSpec === null ? `unread:${name}` : `${engine}:${engineSpec}`);
}

/** Everything that decides a result beside the model, by name. */
export function factsOf(run: RunRecord) {
  const { promptHash, templateHash, kvTypeK, kvTypeV, flashAttention, backendUsed } = run;
  return { ...askedOf(run), promptHash, templateHash, kvTypeK, kvTypeV, flashAttention, backendUsed };
}

function askedOf({ settings, suite, datasetHash }: RunRecord) {
  const { requested, turns: _turns, rollouts: _rollouts, history, ...asked } = settings;
  const { temperature, topP, topK, minP, thinking, thinkingBudget } = asked;
  const isSampled = temperature > 0;
  return {
    ...asked,
    // What decides nothing makes no other setting: where nothing is drawn these are as if nothing were left out.
    topP: isSampled ? topP : 1,
    topK: isSampled ? topK : 0,
    minP: isSampled ? minP : 0,
    thinkingBudget: thinking === "on" ? thinkingBudget : null,
    // A suite replays the model's own errors, whatever the number of the run in which it made them.
    history: suite === null ? history : history.replace(/,run=\d+/, ""),
    dataset: datasetHash ?? requested["dataset"] ?? null,
  };
}

/** What a run's speed depends on beside its identity. */
export function speedOf(run: RunRecord) {
  const { machine, parallel, threads, batchSize, contextLength, gpuLayers, versions } = run;
  return {
    parallel,
    threads,
    batchSize,
    contextLength,
    gpuLayers,
    machine: [machine.cpuModel, `${machine.physicalCores} cores`, machine.os, ...machine.gpus].join(", "),
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
  const { task, keysPerTurn, dictionarySize, valueMax, values, sharedDictionary, requested, start } =
    run.settings;
  // Runs of earlier versions do not hold the file's hash.
  const dataset = requested["dataset"] === undefined ? null : (run.datasetHash ?? run.instanceHash);
  const drawn = [dictionarySize, valueMax, values, sharedDictionary, null, run.seed];
  const set = JSON.stringify([
    task,
    keysPerTurn,
    ...(dataset === null ? drawn : [dataset]),
    // As the key was before there was another.
    ...(start === "neutral" ? [] : [start]),
  ]);
  return (rollout) => `${set}#${rollout}`;
}

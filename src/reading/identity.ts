import type { RunRecord } from "../store/rows.ts";

/**
 * Everything that decides a result: two runs of which it is equal are one model under one setting. Not in it are what a run
 * is large by (turns, rollouts, seed) and what it is fast by (see {@link speedOf}), nor any name or path.
 */
export function identityOf(run: RunRecord): string {
  return JSON.stringify([
    requestOf(run),
    run.promptHash,
    run.templateHash,
    run.kvTypeK,
    run.kvTypeV,
    run.flashAttention,
    run.backendUsed,
  ]);
}

/** The part of an identity that is known before an engine is ready: the model, and what was asked for. */
export function requestOf(run: RunRecord): string {
  const { requested, turns: _turns, rollouts: _rollouts, ...asked } = run.settings;
  const model = run.model?.sha256 ?? `scripted:${run.engineSpec}`;
  return JSON.stringify([model, asked, requested["dataset"] ?? null]);
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
 * What two runs played alike: an instance is drawn from task, seed and rollout, whatever the number of turns or rollouts.
 *
 * @returns a function from a rollout's number to the name of its instance, the same in every file
 */
export function instancesOf(run: RunRecord): (rollout: number) => string {
  const { task, keysPerTurn, dictionarySize, valueMax, values, sharedDictionary, requested, start } =
    run.settings;
  // A file's instances are what they are, whatever the settings and the seed.
  const dataset = requested["dataset"] === undefined ? null : run.instanceHash;
  const set = JSON.stringify([
    task,
    keysPerTurn,
    dictionarySize,
    valueMax,
    values,
    sharedDictionary,
    dataset,
    run.seed,
    // As the key was before there was another.
    ...(start === "neutral" ? [] : [start]),
  ]);
  return (rollout) => `${set}#${rollout}`;
}

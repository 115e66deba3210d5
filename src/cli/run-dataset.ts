import { UsageError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { playsLess } from "../report/sentences/run.ts";
import { type Dataset, instancesOf, isShared } from "../datasets/dataset.ts";
import { tasks } from "../tasks/index.ts";
import type { Instance, TaskSettings } from "../tasks/task.ts";
import { openDataset } from "./dataset-file.ts";
import { type Flags, flagOf, type GivenFlags } from "./flag-reader.ts";

/** Flags whose place the file takes. */
const drawnOnly = ["dictionarySize", "valueMax", "values", "sharedDictionary"] as const;

/**
 * Puts the instances of `--dataset FILE` into a request. Turns and rollouts become the smaller of what is asked for
 * and what is there; the note says so where less is there.
 *
 * @throws UsageError for a bad file, and for flags that the file contradicts
 */
export function withDataset(
  request: RunRequest,
  flags: Flags,
  given: GivenFlags,
): { request: RunRequest; note: string | null } {
  const path = flags["dataset"];
  if (typeof path !== "string") return { request, note: null };
  for (const name of drawnOnly) {
    if (given(name))
      throw new UsageError(`${flagOf(name)}: the dictionary comes from --dataset ${path}. Leave it out.`);
  }
  const { file, sha256, dataset } = openDataset("--dataset", path);
  const keysPerTurn = keysPerTurnOf(dataset, request, given, path);
  refuseTask(dataset, request, keysPerTurn, path);
  const { rollouts, settings } = request;
  const cut = { rollouts, turns: settings.turns, keysPerTurn };
  const instances = instancesOf(dataset, tasks[request.task], cut);
  const played: RunRequest = {
    ...request,
    rollouts: instances.length,
    settings: settingsOf(dataset, instances, keysPerTurn, settings),
    dataset: { file, sha256, instances },
  };
  return { request: played, note: noteOf(path, request, played) };
}

function keysPerTurnOf(dataset: Dataset, request: RunRequest, given: GivenFlags, path: string): number {
  const asked = request.settings.keysPerTurn;
  const { keysPerTurn } = dataset;
  if (keysPerTurn === null) return asked;
  if (!given("keysPerTurn") || asked === keysPerTurn) return keysPerTurn;
  throw new UsageError(
    `--keys-per-turn ${asked}: the turns of ${path} have ${keysPerTurn}. Leave the flag out, or take config.keys_per_turn out of the file.`,
  );
}

function refuseTask(dataset: Dataset, { task }: RunRequest, keysPerTurn: number, path: string): void {
  if (dataset.task === "retrieval" && task !== "retrieval")
    throw new UsageError(`--task ${task}: ${path} was written for retrieval. Use --task retrieval.`);
  if (task === "retrieval" && keysPerTurn !== 1)
    throw new UsageError(
      `--task retrieval: the turns of ${path} have ${keysPerTurn} keys. Use --task dict-sum.`,
    );
}

/** What the file's instances would have been drawn with, as far as it can be told. */
function settingsOf(
  dataset: Dataset,
  instances: readonly Instance[],
  keysPerTurn: number,
  asked: TaskSettings,
): TaskSettings {
  const dictionaries = instances.map(({ dictionary }) => dictionary.map(({ value }) => value));
  const isZeroSum = dictionaries.every(
    (values) => !values.includes(0) && values.reduce((sum, value) => sum + value, 0) === 0,
  );
  const largest = (numbers: Iterable<number>): number => {
    let most = 1;
    for (const number of numbers) most = Math.max(most, Math.abs(number));
    return most;
  };
  return {
    turns: instances[0]?.turns.length ?? 0,
    keysPerTurn,
    dictionarySize: largest(dictionaries.map(({ length }) => length)),
    valueMax: largest([dataset.valueMax ?? 0, ...dictionaries.map(largest)]),
    values: isZeroSum ? "zero-sum" : "free",
    sharedDictionary: isShared(dataset.rows),
    shots: asked.shots,
    prompt: asked.prompt,
    start: "neutral",
  };
}

function noteOf(path: string, asked: RunRequest, played: RunRequest): string | null {
  const cuts = [
    { what: "rollouts" as const, asked: asked.rollouts, held: played.rollouts },
    { what: "turns" as const, asked: asked.settings.turns, held: played.settings.turns },
  ].filter(({ asked: wanted, held }) => held < wanted);
  return cuts.length === 0 ? null : playsLess(`--dataset ${path}`, cuts);
}

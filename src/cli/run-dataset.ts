import { type Dataset, instancesOf, isShared } from "../datasets/dataset.ts";
import { UsageError } from "../errors.ts";
import { dictionaryGathered } from "../report/sentences/dataset.ts";
import { playsLess } from "../report/sentences/run.ts";
import { flagOf } from "../settings/flags.ts";
import { rowOf, settingNames, type Settings } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";
import type { Instance } from "../tasks/task.ts";
import { openDataset } from "./dataset-file.ts";
import type { GivenFlags } from "./flag-reader.ts";

/** Settings as they are played, and the instances of a data set, if there is one. */
export interface PlayedSettings {
  readonly settings: Settings;
  /** Null: drawn from the seed. */
  readonly instances: readonly Instance[] | null;
  /** Where less is there than was asked for. */
  readonly note: string | null;
}

/**
 * Takes the instances of `--dataset FILE`. Turns and rollouts become the smaller of what is asked for and what is there;
 * what else the file decides becomes what it holds.
 *
 * @throws UsageError for a bad file, and for flags that the file contradicts
 */
export function datasetOf(asked: Settings, path: string | null, given: GivenFlags): PlayedSettings {
  if (path === null) return { settings: asked, instances: null, note: null };
  for (const name of settingNames) {
    if (rowOf(name).isOfDataset === true && given(name))
      throw new UsageError(`${flagOf(name)}: the dictionary comes from --dataset ${path}. Leave it out.`);
  }
  const { file, sha256, dataset } = openDataset("--dataset", path);
  const keysPerTurn = keysPerTurnOf(dataset, asked, given, path);
  refuseTask(dataset, asked, keysPerTurn, path);
  const { rollouts, turns } = asked;
  const instances = instancesOf(dataset, tasks[asked.task], { rollouts, turns, keysPerTurn });
  const settings: Settings = {
    ...asked,
    ...heldBy(dataset, instances),
    keysPerTurn,
    dataset: { file, sha256 },
  };
  return { settings, instances, note: noteOf(path, asked, settings, dataset) };
}

function keysPerTurnOf(dataset: Dataset, settings: Settings, given: GivenFlags, path: string): number {
  const asked = settings.keysPerTurn;
  const { keysPerTurn } = dataset;
  if (keysPerTurn === null) return asked;
  if (!given("keysPerTurn") || asked === keysPerTurn) return keysPerTurn;
  throw new UsageError(
    `--keys-per-turn ${asked}: the turns of ${path} have ${keysPerTurn}. Leave the flag out, or take config.keys_per_turn out of the file.`,
  );
}

function refuseTask(dataset: Dataset, { task, start }: Settings, keysPerTurn: number, path: string): void {
  if (dataset.task === "retrieval" && task !== "retrieval")
    throw new UsageError(`--task ${task}: ${path} was written for retrieval. Use --task retrieval.`);
  if (task === "retrieval" && keysPerTurn !== 1)
    throw new UsageError(
      `--task retrieval: the turns of ${path} have ${keysPerTurn} keys. Use --task dict-sum.`,
    );
  if (start !== "neutral")
    throw new UsageError(`--start ${start}: the rows of ${path} begin at 0. Leave --start out.`);
}

/** What the file's instances would have been drawn with, as far as it can be told. */
function heldBy(dataset: Dataset, instances: readonly Instance[]): Partial<Settings> {
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
    rollouts: instances.length,
    turns: instances[0]?.turns.length ?? 0,
    dictionarySize: largest(dictionaries.map(({ length }) => length)),
    valueMax: largest([dataset.valueMax ?? 0, ...dictionaries.map(largest)]),
    values: isZeroSum ? "zero-sum" : "free",
    sharedDictionary: isShared(dataset.rows),
  };
}

function noteOf(path: string, asked: Settings, played: Settings, dataset: Dataset): string | null {
  const cuts = (["rollouts", "turns"] as const)
    .map((what) => ({ what, asked: asked[what], held: played[what] }))
    .filter((cut) => cut.held < cut.asked);
  const flag = `--dataset ${path}`;
  const gathered = dataset.isGathered ? [`${flag}: ${dictionaryGathered(played.dictionarySize)}.`] : [];
  const notes = [...gathered, ...(cuts.length === 0 ? [] : [playsLess(flag, cuts)])];
  return notes.length === 0 ? null : notes.join("\n");
}

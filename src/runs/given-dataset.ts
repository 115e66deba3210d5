import { UsageError } from "../errors.ts";
import type { Recorder } from "../store/recorder.ts";
import type { Database } from "../store/database.ts";
import { recordedDataset } from "../store/export-rows.ts";
import type { RunRecord } from "../store/rows.ts";
import { instancesOf, rowOf } from "../datasets/dataset.ts";
import { readDataset } from "../datasets/reader.ts";
import { writeDataset } from "../datasets/writer.ts";
import type { Instance, Task } from "../tasks/task.ts";
import type { RunRequest } from "./request.ts";

/**
 * Keeps what a run took from a data set file, since the file can change and the seed cannot draw it: an event
 * `dataset` with the file's name and hash, and the instances in our own format. Their hash is in the run's row.
 */
export function recordDataset(recorder: Recorder, { settings, instances }: RunRequest): void {
  const { dataset } = settings;
  if (dataset === null || instances === null) return;
  const { file, sha256 } = dataset;
  const head = {
    task: settings.task,
    keysPerTurn: settings.keysPerTurn,
    rows: instances.length,
    horizon: settings.turns * settings.keysPerTurn,
    dictionarySize: settings.dictionarySize,
    valueMax: settings.valueMax,
    dictionary: settings.sharedDictionary ? (instances[0]?.dictionary ?? null) : null,
  };
  const text = [...writeDataset(head, instances.map(rowOf))].join("");
  recorder.event("dataset", { file, sha256, text });
}

/** Whether a run's instances came from a file. */
export function isFromFile(run: RunRecord): boolean {
  return run.settings.dataset !== null;
}

/**
 * The instances that a run took from a file, as they were recorded; null for a run whose seed draws them.
 *
 * @throws UsageError when what was recorded cannot be read
 */
export function givenInstances(database: Database, run: RunRecord, task: Task): Instance[] | null {
  if (!isFromFile(run)) return null;
  const text = recordedDataset(database, run.id);
  const where = `run ${run.id}`;
  if (text === null) throw new UsageError(`${where}: the instances it took from a file were not recorded.`);
  return instancesOf(readDataset(text, where), task, run.settings);
}

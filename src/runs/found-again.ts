import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { findModels, type ModelFile } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import type { RunRecord } from "../store/rows.ts";
import type { Difference } from "../store/sessions.ts";
import { differing } from "./differences.ts";

/**
 * The file of a run's model.
 *
 * @param path where it is now; null: where it was
 * @returns what differs of it, too
 * @throws UsageError | EngineError where there is no such file, or it is no model
 */
export async function foundAgain(
  run: RunRecord,
  path: string | null,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<{
  readonly file: ModelFile;
  readonly model: CheckedModel;
  readonly found: readonly Difference[];
}> {
  const where = path ?? run.model?.path;
  if (where === undefined)
    throw new UsageError("its model could not be read, so there is nothing to go on with.");
  if (path === null && !existsSync(where))
    throw new UsageError(`its model ${where} is not there any more. Say where it is now with --model FILE.`);
  const [file] = await findModels([where]);
  if (file === undefined) throw new UsageError(`run ${run.id}: ${where}: no model.`);
  const model = await checkModel(file);
  const sha256 = await hashModel(model.parts, { onProgress: (done) => onHash(done, model.bytes) });
  return { file, model, found: differing([["the model's file", run.model?.sha256, sha256]]) };
}

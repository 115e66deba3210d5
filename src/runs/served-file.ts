import { EngineError, UsageError } from "../errors.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { findModels } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import type { ServerFacts } from "../serving/facts.ts";

/** A model's file, as its own reader sees it. */
export interface ServedFile {
  readonly checked: CheckedModel;
  readonly sha256: string;
}

/** The file of a served model, checked and hashed. Null: it does not lie here, or cannot be read here. */
export async function servedFile(
  { filePath }: ServerFacts,
  onHash: (doneBytes: number, totalBytes: number) => void,
): Promise<ServedFile | null> {
  if (filePath === null) return null;
  try {
    const [file] = await findModels([filePath]);
    if (file === undefined) return null;
    const checked = await checkModel(file);
    const onProgress = (doneBytes: number): void => onHash(doneBytes, checked.bytes);
    return { checked, sha256: await hashModel(checked.parts, { onProgress }) };
  } catch (error) {
    if (error instanceof EngineError || error instanceof UsageError) return null;
    throw error;
  }
}

import { hashModel } from "../gguf/hash.ts";
import type { PreparedModel } from "./prepare.ts";
import { type RefusedModel, refusedFor } from "./refused-model.ts";
import type { RunView } from "./view.ts";

/** SHA-256 of a model's file, which may be gone since it was looked at. */
export async function hashCandidate(
  { name, model }: PreparedModel,
  view: Pick<RunView, "onHash">,
): Promise<{ readonly sha256: string } | RefusedModel> {
  const onProgress = (doneBytes: number): void => view.onHash(name, doneBytes, model.bytes);
  try {
    return { sha256: await hashModel(model.parts, { onProgress }) };
  } catch (error) {
    return refusedFor(error, name, { path: model.path });
  }
}

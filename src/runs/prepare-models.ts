import { findModels } from "../gguf/files.ts";
import { Inspector } from "./inspector.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { referenceModels } from "./shipped.ts";

/** The models that a request names, checked and fitted; nothing is loaded but their vocabularies. @throws UsageError */
export async function prepareModels(request: RunRequest): Promise<Candidate[]> {
  const paths = request.modelPaths.length > 0 ? request.modelPaths : [referenceModels()];
  const inspector = new Inspector();
  const candidates: Candidate[] = [];
  try {
    for (const file of await findModels([...paths]))
      candidates.push(await prepareModel(file, request, inspector));
  } finally {
    inspector.close();
  }
  return candidates;
}

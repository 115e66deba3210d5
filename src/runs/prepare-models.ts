import { findModels, type ModelFile } from "../gguf/files.ts";
import { Inspector } from "./inspector.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { referenceModels } from "./shipped.ts";

/** The files that a request names; none: the models that ship. @throws UsageError */
export async function requestedFiles({ modelPaths, files }: RunRequest): Promise<readonly ModelFile[]> {
  return files ?? findModels(modelPaths.length > 0 ? [...modelPaths] : [referenceModels()]);
}

/** The models that a request names, checked and fitted; nothing is loaded but their vocabularies. @throws UsageError */
export async function prepareModels(request: RunRequest): Promise<Candidate[]> {
  const inspector = new Inspector();
  const candidates: Candidate[] = [];
  try {
    for (const file of await requestedFiles(request))
      candidates.push(await prepareModel(file, request, inspector));
  } finally {
    inspector.close();
  }
  return candidates;
}

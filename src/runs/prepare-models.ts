import { findModels, type ModelFile } from "../gguf/files.ts";
import { Inspector } from "./inspector.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { referenceModels } from "./shipped.ts";

/** The files that a request names; none: the models that ship. @throws UsageError */
export async function requestedFiles({ modelPaths, areFromFolder }: RunRequest): Promise<ModelFile[]> {
  const files = await findModels(modelPaths.length > 0 ? [...modelPaths] : [referenceModels()]);
  return areFromFolder === true ? files.map((file) => ({ ...file, isFromFolder: true })) : files;
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

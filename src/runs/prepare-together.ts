import { EngineError, UsageError } from "../errors.ts";
import type { ModelFile } from "../gguf/files.ts";
import { Inspector } from "./inspector.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import type { ModelsTogether } from "./tune-models.ts";

/** The models of a suite that take the same arms, prepared for one after the other; those that cannot are left out. */
export class Together {
  readonly #files: readonly ModelFile[];
  /** Models take each arm in turn, so the last one is enough. */
  #last: { readonly key: string; readonly prepared: Promise<readonly Candidate[]> } | null = null;

  constructor(files: readonly ModelFile[]) {
    this.#files = files;
  }

  /** Of a request; undefined where there is but one model. */
  of(request: Pick<RunRequest, "settings" | "instances" | "templateText">): ModelsTogether | undefined {
    if (this.#files.length < 2) return undefined;
    const key = JSON.stringify(request.settings);
    return () => {
      if (this.#last?.key !== key) this.#last = { key, prepared: prepareAll(this.#files, request) };
      return this.#last.prepared;
    };
  }
}

async function prepareAll(
  files: readonly ModelFile[],
  request: Pick<RunRequest, "settings" | "instances" | "templateText">,
): Promise<Candidate[]> {
  const inspector = new Inspector();
  const prepared: Candidate[] = [];
  try {
    for (const file of files) {
      try {
        prepared.push(await prepareModel(file, { ...request, name: null }, inspector));
      } catch (error) {
        // Its own trial says what is wrong.
        if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
      }
    }
  } finally {
    inspector.close();
  }
  return prepared;
}

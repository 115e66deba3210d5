import { UsageError } from "../errors.ts";
import type { ModelFile } from "../gguf/files.ts";
import { speedNames } from "../reading/rates.ts";
import { pick } from "../settings/settings.ts";
import type { RunRecord } from "../store/rows.ts";
import { Inspector } from "./inspector.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { type Decision, decisionsOf, type ModelsTogether, stands } from "./tune-models.ts";

type Asked = Pick<RunRequest, "settings" | "instances" | "templateText">;

/** The models of a suite that take the same arms, prepared for one after the other; those that cannot are left out. */
export class Together {
  readonly #files: readonly ModelFile[];
  /** Models take each arm in turn, so the last one is enough. */
  #last: { readonly key: string; readonly prepared: Promise<readonly Candidate[]> } | null = null;
  /** By the settings that a model's speed depends on: what one arm plays with, all play with. */
  readonly #decided = new Map<string, { arm: string } & Parameters<ModelsTogether["decide"]>[0]>();

  constructor(files: readonly ModelFile[]) {
    this.#files = files;
  }

  /**
   * Of a request; undefined where there is no model file.
   *
   * @param earlier told where nothing was decided here: runs whose numbers count, too, where their settings are alike
   */
  of(request: Asked, earlier: () => readonly RunRecord[]): ModelsTogether | undefined {
    if (this.#files.length === 0) return undefined;
    const arm = JSON.stringify(request.settings);
    const key = JSON.stringify(pick(request.settings, speedNames));
    return {
      prepare: this.#files.length === 1 ? null : () => this.#prepared(arm, request),
      decided: () => {
        const decided = this.#decided.get(key);
        if (decided !== undefined && stands(decided, request))
          return decided.arm === arm ? decided : { ...decided, found: null };
        const before = mostOf(decisionsOf(earlier(), request.settings).filter((one) => stands(one, request)));
        return before === null ? null : { ...before, found: null };
      },
      decide: (decided) => this.#decided.set(key, { ...decided, arm }),
    };
  }

  #prepared(arm: string, request: Asked): Promise<readonly Candidate[]> {
    if (this.#last?.key !== arm) this.#last = { key: arm, prepared: prepareAll(this.#files, request) };
    return this.#last.prepared;
  }
}

/** Those below the most played fewer rollouts, or memory held no more. */
function mostOf(decisions: readonly Decision[]): Decision | null {
  return decisions.toSorted((a, b) => b.parallel - a.parallel)[0] ?? null;
}

async function prepareAll(files: readonly ModelFile[], request: Asked): Promise<Candidate[]> {
  const inspector = new Inspector();
  const prepared: Candidate[] = [];
  try {
    for (const file of files) {
      try {
        prepared.push(await prepareModel(file, { ...request, name: null }, inspector));
      } catch (error) {
        // Its own trial says what is wrong.
        if (!(error instanceof UsageError)) throw error;
      }
    }
  } finally {
    inspector.close();
  }
  return prepared;
}

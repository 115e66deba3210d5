import type { ModelFile } from "../gguf/files.ts";
import type { Level } from "../tasks/levels.ts";
import type { ProbeJob, Rates } from "./level-prober.ts";
import type { LevelProbing } from "./level-probes.ts";
import type { RunRequest } from "./request.ts";

/** A model that levels are asked of. */
export interface LevelSubject {
  readonly name: string;
  /** Of its file; 0: there is none, so that it can be asked in this process. */
  readonly bytes: number;
  /** Why it cannot be asked; null: it can. */
  readonly error: string | null;
  job(level: Level, asked: Pick<LevelProbing, "done" | "isWhole">): Omit<ProbeJob, "leftMs">;
  /** Milliseconds that its run takes at such rates; null: not known. */
  forecastMs(rates: Rates): number | null;
}

/** Models whose level is to be found, and under which settings. */
export interface LevelRequest extends Pick<RunRequest, "settings" | "name" | "templateText" | "loraPath"> {
  readonly files: readonly ModelFile[];
  /** Those without a file: simulated, or behind a server. */
  readonly others: readonly {
    readonly engine: Exclude<RunRequest["engine"], { readonly kind: "llama" }>;
    /** Behind a server. */
    readonly models: readonly string[];
  }[];
}

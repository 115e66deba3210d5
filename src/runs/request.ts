import type { ModelFile } from "../gguf/files.ts";
import type { ServerAddress } from "../serving/address.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import type { StoredSettings } from "../settings/stored.ts";
import type { Settings } from "../settings/settings.ts";
import type { Instance } from "../tasks/task.ts";

/** What a run is part of. */
export interface RunOrigin {
  readonly suite: string;
  readonly experiment: string;
  readonly arm: string;
  /** Its number in the suite's plan, from 1. */
  readonly trial: number;
}

/** What `longhaul run` was asked for: every setting, validated, `auto` not yet resolved; and what they name, read. */
export interface RunRequest {
  readonly settings: Settings;
  readonly dbPath: string;
  readonly name: string | null;
  readonly engine:
    | { readonly kind: "llama" }
    | { readonly kind: "scripted"; readonly spec: string }
    | { readonly kind: "server"; readonly address: ServerAddress; readonly requestTimeoutMs: number };
  /** Files or folders, of which none means the reference models that ship; behind a server models by its names. */
  readonly modelPaths: readonly string[];
  /** What they came to, where that was looked up already: one may be gone since. */
  readonly files?: readonly ModelFile[];
  /** Those of the data set that the settings name, cut to what is played; null: instances are drawn from the seed. */
  readonly instances: readonly Instance[] | null;
  /** The text of the chat template that the settings name; null: the model's own. */
  readonly templateText: string | null;
  /** The LoRA adapter's file that the settings name; null: none. */
  readonly loraPath: string | null;
  /** Null: a run of its own. */
  readonly origin: RunOrigin | null;
  /** What an experiment has to be read by besides the settings; absent: nothing. */
  readonly asked?: StoredSettings["asked"];
  /** How its level was found; absent: it was not looked for. */
  readonly levelSearch?: LevelSearch;
  /**
   * Measurements of how many conversations at a time are fastest from before this moment (ISO 8601) are not taken, and a
   * short run is measured, too; absent: what was measured once is taken again.
   */
  readonly retunedSince?: string;
  /** Whether the first rollout is shown as it happens. */
  readonly isWatched: boolean;
}

/** The same, of models behind a server. */
export type ServedRequest = RunRequest & {
  readonly engine: Extract<RunRequest["engine"], { readonly kind: "server" }>;
};

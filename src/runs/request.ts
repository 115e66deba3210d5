import type { GpuChoice } from "../engine/llama/binding.ts";
import type { KvType } from "../gguf/tensor-types.ts";
import type { Protocol } from "../rollout/protocol.ts";
import type { Instance, TaskName, TaskSettings } from "../tasks/task.ts";

/** Instances that come from a file instead of the seed, cut to what is played. */
export interface GivenDataset {
  /** The file's name without its folder. */
  readonly file: string;
  readonly sha256: string;
  readonly instances: readonly Instance[];
}

/** One setting under which models are measured: everything but the models and the file. */
export interface Condition {
  readonly task: TaskName;
  readonly settings: TaskSettings;
  readonly rollouts: number;
  readonly seed: number;
  readonly parallel: number | "auto";
  readonly gpu: GpuChoice;
  readonly gpuLayers: number | "auto";
  readonly threads: number | "auto";
  readonly context: number | "auto";
  readonly kvTypeK: KvType;
  readonly kvTypeV: KvType;
  readonly flashAttention: boolean;
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
  readonly maxAnswerTokens: number;
  readonly stop: "answer" | "eog";
  readonly protocol: Protocol;
}

/** What a run is part of. */
export interface RunOrigin {
  readonly suite: string;
  readonly experiment: string;
  readonly arm: string;
  /** Its number in the suite's plan, from 1. */
  readonly trial: number;
}

/** What `longhaul run` was asked for: every flag, validated, defaults filled in, `auto` not yet resolved. */
export interface RunRequest extends Condition {
  readonly dbPath: string;
  readonly name: string | null;
  readonly engine: { readonly kind: "llama" } | { readonly kind: "scripted"; readonly spec: string };
  /** Files or folders; empty means the reference models that ship. */
  readonly modelPaths: readonly string[];
  /** Null: instances are drawn from the seed. */
  readonly dataset: GivenDataset | null;
  /** A Jinja template's text that replaces the model's own. */
  readonly chatTemplate: string | null;
  /** Null: a run of its own. */
  readonly origin: RunOrigin | null;
  /** What an experiment has to be read by besides the settings; absent: nothing. */
  readonly asked?: Readonly<Record<string, number>>;
  /** Whether the first rollout is shown as it happens. */
  readonly isWatched: boolean;
}

import type { CheckedModel } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import type { Settings } from "../settings/settings.ts";
import type { NewSpeedTest } from "../store/speed-tests.ts";
import type { ChatFile } from "./chat-file.ts";
import type { SpeedChild } from "./child.ts";
import type { SpeedPlan } from "./grid.ts";

/** What `longhaul speed` is asked for. */
export interface SpeedAsked {
  readonly files: readonly ModelFile[];
  readonly dbPath: string;
  readonly repetitions: number;
  /** Tests, or a conversation. */
  readonly what: { readonly plan: SpeedPlan } | { readonly chat: AskedChat };
  /** llama-bench's path; null: ours alone. */
  readonly against: string | null;
}

/** Told how it goes. */
export interface SpeedView {
  onHash(name: string, doneBytes: number, totalBytes: number): void;
  onTest(model: string, test: string, repetitions: number): void;
  onStep(): void;
  onTestEnd(): void;
  onFailure(model: string, test: string, error: string): void;
}

/** What all tests of a model have in common. */
export interface OneModel {
  readonly model: CheckedModel;
  readonly child: SpeedChild;
  readonly asked: SpeedAsked;
  readonly view: SpeedView;
  readonly signal: AbortSignal;
}

/** What a test gives of its row. */
export type Measured = Pick<NewSpeedTest, "test" | "settings" | "samples" | "turns" | "versions"> & {
  readonly facts: Omit<NewSpeedTest["facts"], "weightBytesPerStep" | "memory">;
};

/** A conversation that is to be evaluated again. */
export interface AskedChat {
  readonly file: ChatFile;
  readonly settings: Settings;
  /** Generated at each turn at most. */
  readonly tokens: number;
  /** Whether turns keep what was evaluated before, or each. */
  readonly cached: readonly boolean[];
}

import type { Failure } from "../runs/failure.ts";
import type { LlamaOptions } from "../engine/llama/options.ts";
import type { SpeedResult, SpeedTest, SpeedUsed } from "../engine/llama/speed-test.ts";
import type { Beat } from "../runs/native-work.ts";
import type { Message } from "../engine/engine.ts";
import type { ConversationTurn } from "../store/speed-tests.ts";

/** A test, and how the model is loaded for it. */
export interface TestJob {
  readonly options: LlamaOptions;
  readonly test: SpeedTest;
  readonly repetitions: number;
}

/** A conversation whose every user turn is evaluated again. */
export interface ChatJob {
  readonly options: LlamaOptions;
  readonly messages: readonly Message[];
  /** Generated at each turn at most. */
  readonly tokens: number;
  readonly isCached: boolean;
  readonly repetitions: number;
  /** Tokens that the model was trained for; null: not known. */
  readonly mostTokens: number | null;
}

export interface ChatResult {
  readonly turns: readonly (readonly ConversationTurn[])[];
  readonly used: SpeedUsed;
}

/** What the process that measures is asked for, one thing at a time. The model of the last one stays loaded. */
export type SpeedRequest =
  | { readonly type: "test"; readonly job: TestJob }
  | { readonly type: "chat"; readonly job: ChatJob };

export type SpeedAnswer =
  /** Sent every few seconds, while native code runs, too. */
  | { readonly type: "alive"; readonly beat: Beat }
  /** A repetition is done. */
  | { readonly type: "step" }
  | { readonly type: "tested"; readonly result: SpeedResult }
  | { readonly type: "chatted"; readonly result: ChatResult }
  | Failure;

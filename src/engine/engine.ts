/**
 * The engine axis: something that continues conversations and says how long each part took. Members are `llama`
 * (a GGUF through llama.cpp) and `scripted` (a simulated model with known truth).
 *
 * A turn is asked for with the whole history as data. The engine finds what of it is in the KV cache already and
 * evaluates only the rest, so an own, healed, injected or windowed history, a rollback (the same history, shorter)
 * and reasoning stripped from it are all the same call; what each costs shows in `reusedTokens`.
 */
export interface Engine {
  readonly info: EngineInfo;
  /**
   * Evaluates once what all these openings have in common and keeps it for every conversation.
   * Called once, before the first `open`.
   */
  setPrefix(openings: readonly (readonly Message[])[]): Promise<PrefixInfo>;
  /** A conversation in the lowest free slot. @throws Error when all `parallel` slots are taken. */
  open(): Conversation;
  /** The batch in flight ends, then every unfinished turn is rejected with `InterruptedError`. */
  interrupt(): void;
  /** Frees the model and the context; no conversation may be in a turn. */
  close(): Promise<void>;
}

/**
 * One conversation. The turns of all open conversations advance in lockstep: a wave begins when every open
 * conversation has asked for its next turn or was closed, so callers must not leave one idle.
 */
export interface Conversation {
  turn(request: TurnRequest): Promise<TurnResult>;
  /** Another conversation with the same cache content, in a free slot. */
  fork(): Promise<Conversation>;
  close(): void;
}

export interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
  /** Of an answer that the model gave itself, byte for byte: the turn (0-based) in which it did. */
  readonly turnIndex?: number;
}

export interface TurnRequest {
  /** The whole history; the last message is the user's. */
  readonly messages: readonly Message[];
  readonly sampling: Sampling;
  readonly maxTokens: number;
  readonly stop: "answer" | "eog";
  /** GBNF that the whole reply has to follow; null: none. */
  readonly grammar: string | null;
  /** Reasoning tokens after which reasoning is closed for the model; null: no such limit. */
  readonly reasoningBudget: number | null;
  /** Whether each token's text is told as it comes. */
  readonly isWatched: boolean;
  /** Which rollout, turn and sample of it (0-based) this is; the scripted engine answers by it. */
  readonly rollout: number;
  readonly turnIndex: number;
  readonly sample: number;
  /** What only the scripted engine looks at, since it must know the truth to miss it. */
  readonly truth: TurnTruth;
}

export interface TurnTruth {
  /** The task's name. */
  readonly task: string;
  /** How the answer is asked for: at once, after reasoning in words, or after checking the last one first as well. */
  readonly prompt: "direct" | "cot" | "verify";
  /** Whether the run asks for thinking. */
  readonly isThinking: boolean;
  /** Whether the question itself tells the state. */
  readonly isStateTold: boolean;
  /** The right answer given what the conversation shows. */
  readonly expected: number;
  /** Keys in the turn. */
  readonly steps: number;
  /** Earlier turns that the conversation shows. */
  readonly visibleTurns: number;
  /** Share of wrong answers among those the conversation shows. */
  readonly wrongShare: number;
  /** Whether the model was wrong before in this rollout. */
  readonly hasSlipped: boolean;
  /** The last number that the conversation showed; null: none yet. */
  readonly shown: number | null;
  /** What the answer builds on; null where it builds on nothing earlier. */
  readonly state: number | null;
  /** What is asked for, in that order; with the state it makes what is expected. */
  readonly values: readonly number[];
  /** Empty where nothing is looked up. */
  readonly dictionary: readonly { readonly key: string; readonly value: number }[];
  /** Puts states and values together. */
  readonly combine: (state: number, value: number) => number;
  /** An answer as text. */
  render(answer: number): string;
}

export interface Sampling {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP: number;
  /** 0 is off. */
  readonly topK: number;
  readonly minP: number;
  /** Of the sampler; ignored when greedy. */
  readonly seed: number;
}

/** `eog`: the model ended; `answer`: the closing answer tag; `limit`: the token limit. */
export type StopReason = "eog" | "answer" | "limit";

/**
 * The one definition of a turn's timings. A wave's clock starts when its first batch is handed to the native code;
 * the first token's time is the end of the batch (sampling included) that produced it.
 */
export interface TurnResult {
  readonly text: string;
  /** Generated ids, the end-of-generation token included. */
  readonly tokenIds: readonly number[];
  readonly stop: StopReason;
  /** Tokens in the KV cache when the first answer token is sampled: reused + prefilled. */
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly prefilledTokens: number;
  /** Generated tokens, reasoning and the end-of-generation token included. */
  readonly decodedTokens: number;
  readonly reasoningTokens: number;
  /** From the start of the turn's wave to its first token. */
  readonly ttftMs: number;
  /** From the first token to the last: the sum of `interTokenMs`, one less than `decodedTokens` intervals. */
  readonly decodeMs: number;
  readonly interTokenMs: readonly number[];
  /** CPU time of the whole process while the turn lasted; shared by all conversations of the wave. */
  readonly cpuMs: number;
  /** Conversations in the wave. */
  readonly conversations: number;
  /** Index of the wave's first native batch and of the last one that held this turn's tokens. */
  readonly firstBatch: number;
  readonly lastBatch: number;
  readonly startedAt: string;
}

/** One native decode call. Times are milliseconds since the engine was created. */
export interface Batch {
  readonly index: number;
  readonly phase: "warmup" | "prefix" | "run";
  readonly startMs: number;
  readonly endMs: number;
  readonly conversations: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
}

export interface PrefixInfo {
  /** Tokens shared by all openings; 0 when there is nothing to share. */
  readonly tokens: number;
  readonly prefillMs: number;
  /** How the other slots got it. */
  readonly fanOut: "state-file" | "prefill" | "none";
  /** Tokens of the longest opening, the shared ones included. */
  readonly longestOpeningTokens: number;
}

/** What was really used, read back where the native side tells. Null where it does not apply. */
export interface EngineInfo {
  readonly engine: "llama" | "scripted";
  readonly parallel: number;
  readonly threads: number | null;
  readonly contextLength: number | null;
  readonly batchSize: number | null;
  readonly kvTypeK: string | null;
  readonly kvTypeV: string | null;
  readonly flashAttention: boolean | null;
  readonly backendRequested: string | null;
  readonly backendUsed: string | null;
  readonly gpuLayers: number | null;
  /** SHA-256 of the chat template's text. */
  readonly templateHash: string | null;
  readonly templateSource: "model" | "file" | "plain" | null;
  /** `pieces`: verified incremental rendering; `full`: the template rewrites history, so each turn renders all of it. */
  readonly templateMode: "pieces" | "full" | null;
  readonly kvBytes: number | null;
  readonly vramBytes: number | null;
  /** node-llama-cpp, llama.cpp and what the native side says of the processor. */
  readonly versions: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** What the engine tells while it works. Called between batches, never between two clock readings of one. */
export interface EngineEvents {
  /** After every lockstep round: its native batches. Whatever finished in it must be durable when this returns. */
  afterBatches(batches: readonly Batch[]): void;
  /** A watched turn's next piece of text. Called between batches, after the clock was read. */
  said?(turn: Pick<TurnRequest, "rollout" | "turnIndex">, text: string): void;
  /** Something worth a row in `event`: calibration, warm-up, self-checks. */
  event(kind: string, data: Readonly<Record<string, unknown>>): void;
}

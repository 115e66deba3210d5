import type { ChatFacts } from "../chat/facts.ts";
import type { AnswerForm } from "../chat/message.ts";
import type { BatchMark, Tuning } from "../hardware/facts.ts";
import type { ConfidenceKind, TokenConfidence } from "../reply/confidence.ts";
import type { Sampling } from "./sampling.ts";
import type { ServedTurn, ServerFacts } from "../serving/facts.ts";
import type { TurnTruth } from "./turn-truth.ts";

export type { ConfidenceKind };

/**
 * The engine axis: something that continues conversations and says how long each part took. Members are `llama`
 * (a GGUF through llama.cpp) and `scripted` (a simulated model with known truth).
 *
 * A turn is asked for with the whole history as data, so an own, healed, injected or windowed history, a rollback (the
 * same history, shorter) and reasoning stripped from it are all the same call. What an engine has in a KV cache already
 * it need not evaluate; what each turn costs shows in `reusedTokens`.
 *
 * What is optional here, an engine may do without: a chat server knows texts and times, and no more.
 */
export interface Engine {
  readonly info: EngineInfo;
  /**
   * Whether the turns of all open conversations advance together. Then a wave begins when every open conversation has
   * asked for its next turn or was closed, so callers must not leave one idle; and what is finished is made durable in
   * `EngineEvents.afterBatches`, between batches. Otherwise each turn takes its own time, and whoever gets its result
   * makes it durable.
   */
  readonly isLockstep: boolean;
  /** Whether a reply can be held to a GBNF grammar. */
  readonly takesGrammar: boolean;
  /**
   * From here on every turn tells how sure the model was of each token; what it says is the same.
   * Called once, before anything else; absent: the engine does not know.
   *
   * @returns whether it can be told
   */
  tellConfidence?(kind: ConfidenceKind): boolean;
  /**
   * Evaluates once what all these openings have in common and keeps it for every conversation.
   * Called before the first `open`, and again where no conversation is open and others are to come. Absent: nothing is
   * shared.
   */
  setPrefix?(openings: readonly (readonly Message[])[]): Promise<PrefixInfo>;
  /** A conversation of its own. @throws Error when all `parallel` are taken. */
  open(): Conversation;
  /** What is under way in the engine ends, then every unfinished turn is rejected with `InterruptedError`. */
  interrupt(): void;
  /** Frees what the engine holds; no conversation may be in a turn. */
  close(): Promise<void>;
}

/** One conversation. It has one turn at a time. */
export interface Conversation {
  turn(request: TurnRequest): Promise<TurnResult>;
  /** Told before each turn where it is there: a simulated model must know the truth to miss it. */
  expect?(truth: TurnTruth): void;
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
  /** GBNF that the whole reply has to follow; absent: none. Only given to an engine that takes one. */
  readonly grammar?: string;
  /** Reasoning tokens after which reasoning is closed for the model; null: no such limit. */
  readonly reasoningBudget: number | null;
  /** Whether each token's text is told as it comes. */
  readonly isWatched: boolean;
  /** Which rollout, turn and sample of it (0-based) this is. */
  readonly rollout: number;
  readonly turnIndex: number;
  readonly sample: number;
  /** What the model answered when this was asked before: nothing is generated. Absent: it was not. */
  readonly given?: GivenAnswer;
}

/** An answer that was given before this engine was there, with its costs as they were then. */
export interface GivenAnswer extends TurnResult {
  /**
   * Whether it is evaluated token by token in the company that it had, so that what follows finds the cache as it was, to
   * the bit. Otherwise it is so only beside others that are, and else with what comes after it.
   */
  readonly isReplayed: boolean;
  /** Whether it is told with the costs of being replayed. Absent: it is told as it was given. */
  readonly isTimed?: boolean;
}

/**
 * `eog`: the model ended; `answer`: the closing answer tag; `limit`: the token limit; `turn`: it went on with another
 * turn of the conversation's format, which is no part of the reply.
 */
export type StopReason = "eog" | "answer" | "limit" | "turn";

/**
 * Why tokens were evaluated again that had been in the KV cache. `answer`: the template shows the last answer otherwise;
 * `template`: it changes earlier turns; `history`: the history shows something else than before; `sample`: another
 * sample of the last turn stands; `cache`: the cache could not be kept that far.
 */
export type AgainReason = "answer" | "template" | "history" | "sample" | "cache";

/**
 * The one definition of a turn's timings. The clock of a turn starts when it is handed to the engine's own work: in
 * lockstep, its wave's first batch to the native code. The first token's time is the end of the batch (sampling
 * included) that produced it. What an engine does not tell is null, never 0.
 */
export interface TurnResult {
  readonly text: string;
  /** Generated ids, the end-of-generation token included. */
  readonly tokenIds: readonly number[] | null;
  /** Of each of its tokens. Null: not asked for, or not told. */
  readonly tokenConfidence: readonly TokenConfidence[] | null;
  readonly stop: StopReason;
  /** Tokens in the KV cache when the first answer token is sampled: reused + prefilled. */
  readonly promptTokens: number | null;
  readonly reusedTokens: number | null;
  readonly prefilledTokens: number | null;
  /** Null where the model has given no answer yet, or none that is shown. */
  readonly answerForm: AnswerForm | null;
  /** Null where only the question, the frame around it and the last token of the answer before were evaluated. */
  readonly againReason: AgainReason | null;
  /** Generated tokens, reasoning and the end-of-generation token included. */
  readonly decodedTokens: number | null;
  readonly reasoningTokens: number | null;
  /** From the start of the turn's clock to its first token. */
  readonly ttftMs: number | null;
  /** From the first token to the last: the sum of `interTokenMs`, one less than `decodedTokens` intervals. */
  readonly decodeMs: number | null;
  readonly interTokenMs: readonly number[] | null;
  /** CPU time of the whole process while the turn lasted; shared by all conversations of the wave. */
  readonly cpuMs: number | null;
  /** Conversations in the wave. */
  readonly conversations: number | null;
  /** Index of the wave's first native batch and of the last one that held this turn's tokens. */
  readonly firstBatch: number | null;
  readonly lastBatch: number | null;
  readonly startedAt: string;
  /** What a server said of it, never mixed with what was measured here. Null: it was no server, or it told nothing. */
  readonly served: ServedTurn | null;
}

/** One native decode call. Times are milliseconds since the engine was created. */
export interface Batch {
  readonly index: number;
  /**
   * `one`: a single conversation, measured beside the others for the rate that it gets alone; `rebuild`: it holds answers
   * that were given before.
   */
  readonly phase: "warmup" | "prefix" | "one" | "rebuild" | "run";
  readonly startMs: number;
  readonly endMs: number;
  readonly conversations: number;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  /** That evaluated it; null: not told. */
  readonly threads: number | null;
  /** CPU time of the whole process while it lasted. */
  readonly cpuMs: number | null;
  /** What kept it from its usual speed; null: nothing that is known. */
  readonly mark: BatchMark | null;
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
  /** The engine's name, in lower case. */
  readonly engine: string;
  /** Conversations that can be open at a time. */
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
  readonly chat: ChatFacts | null;
  /** How the run was fitted to the machine; null: the engine does not choose. */
  readonly tuning: Tuning | null;
  readonly kvBytes: number | null;
  readonly vramBytes: number | null;
  /** What the server told of itself; null: the engine is none. */
  readonly server: ServerFacts | null;
  /** node-llama-cpp, llama.cpp and what the native side says of the processor. */
  readonly versions: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** Of an engine that tells nothing of itself but its name and how many conversations it takes. */
export const untoldInfo: Omit<EngineInfo, "engine" | "parallel"> = {
  threads: null,
  contextLength: null,
  batchSize: null,
  kvTypeK: null,
  kvTypeV: null,
  flashAttention: null,
  backendRequested: null,
  backendUsed: null,
  gpuLayers: null,
  templateHash: null,
  templateSource: null,
  templateMode: null,
  chat: null,
  tuning: null,
  kvBytes: null,
  vramBytes: null,
  server: null,
  versions: {},
  warnings: [],
};

/** What the engine tells while it works. Called between batches, never between two clock readings of one. */
export interface EngineEvents {
  /**
   * In lockstep only, after every round: its native batches. Whatever finished in it must be durable when this returns.
   */
  afterBatches(batches: readonly Batch[]): void;
  /**
   * Something native begins or goes on: a batch of so many tokens, or a part of a file. Takes no time; for whoever waits
   * to see it alive.
   */
  worked?(tokens?: number): void;
  /** What kept a batch from its usual speed that began then by `nowMs` and ends now, as seen from outside the engine. */
  markOf?(startMs: number): BatchMark | null;
  /** A watched turn's next piece of text. Called between batches, after the clock was read. */
  said?(turn: Pick<TurnRequest, "rollout" | "turnIndex">, text: string): void;
  /** Something worth a row in `event`: calibration, warm-up, self-checks. */
  event(kind: string, data: Readonly<Record<string, unknown>>): void;
}

import { macrotask, timestamp } from "../../clock.ts";
import { ContextFullError, InterruptedError } from "../../errors.ts";
import {
  type Batch,
  type ConfidenceKind,
  type Conversation,
  type Engine,
  type EngineEvents,
  type EngineInfo,
  type GivenAnswer,
  type Message,
  type PrefixInfo,
  type TurnRequest,
  type TurnResult,
  untoldInfo,
} from "../engine.ts";
import type { TurnTruth } from "../turn-truth.ts";
import { scriptedConfidence } from "./confidence.ts";
import { cutOf } from "./cuts.ts";
import { type ScriptedReply, type ScriptedRequest, tokensOf } from "./form.ts";
import { scriptedReply } from "./reply.ts";
import type { Script } from "./script.ts";

interface Waiting {
  readonly request: ScriptedRequest;
  readonly cached: number;
  readonly resolve: (result: ScriptedResult) => void;
  readonly reject: (error: Error) => void;
}

/** It has no token ids and takes no time of a processor. */
type ScriptedResult = Readonly<
  Record<UntoldFields, null> &
    Pick<TurnResult, "tokenConfidence"> & {
      [Field in Exclude<keyof TurnResult, UntoldFields | "tokenConfidence">]: NonNullable<TurnResult[Field]>;
    }
>;

type UntoldFields = "tokenIds" | "cpuMs" | "answerForm" | "againReason" | "served";

/**
 * The simulated model. Answers come from the script's chances with a stream per rollout that does not depend on
 * the instance, times from its curve; nothing sleeps unless `delay-ms` says so. Waves as in the real engine.
 */
export class ScriptedEngine implements Engine {
  readonly isLockstep = true;
  readonly takesGrammar = true;
  readonly info: EngineInfo;
  readonly #script: Script;
  readonly #events: EngineEvents;
  #confidence: ConfidenceKind | null = null;
  #open = 0;
  #prefixTokens = 0;
  #waiting: Waiting[] = [];
  #pump: Promise<void> | null = null;
  #interrupted = false;
  #batches = 0;
  #clockMs = 0;

  constructor(script: Script, parallel: number, events: EngineEvents) {
    this.#script = script;
    this.#events = events;
    this.info = scriptedInfo(script, parallel);
  }

  tellConfidence(kind: ConfidenceKind): boolean {
    this.#confidence = kind;
    return true;
  }

  setPrefix(openings: readonly (readonly Message[])[]): Promise<PrefixInfo> {
    const texts = openings.map((opening) => opening.map(({ content }) => content).join("\n"));
    const [first = "", ...rest] = texts;
    let shared = rest.length === 0 ? 0 : first.length;
    for (const text of rest) while (!text.startsWith(first.slice(0, shared))) shared--;
    this.#prefixTokens = Math.floor(shared / 4);
    return Promise.resolve({
      tokens: this.#prefixTokens,
      prefillMs: this.#prefixTokens * this.#script.prefillMs,
      fanOut: "none",
      longestOpeningTokens: Math.max(0, ...texts.map(tokensOf)),
    });
  }

  open(): ScriptedConversation {
    if (this.#open >= this.info.parallel)
      throw new Error(`all ${this.info.parallel} conversations are in use`);
    this.#open++;
    return new ScriptedConversation(this, this.#prefixTokens, () => {
      this.#open--;
    });
  }

  interrupt(): void {
    this.#interrupted = true;
  }

  async close(): Promise<void> {
    await this.#pump;
  }

  /** Queues a turn for the next wave. `cached` is what the conversation holds already, in tokens. */
  enqueue(request: ScriptedRequest, cached: number): Promise<ScriptedResult> {
    if (this.#interrupted) return Promise.reject(new InterruptedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, cached, resolve, reject });
      this.#pump ??= this.#runWaves();
    });
  }

  async #runWaves(): Promise<void> {
    await macrotask();
    while (this.#waiting.length > 0) {
      const wave = this.#waiting;
      this.#waiting = [];
      if (this.#script.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#script.delayMs));
      const batches = this.#runWave(wave);
      await macrotask();
      try {
        this.#events.afterBatches(batches);
      } catch (error) {
        // Nothing may go on unrecorded.
        for (const turn of this.#waiting)
          turn.reject(error instanceof Error ? error : new Error(String(error)));
        this.#waiting = [];
      }
    }
    this.#pump = null;
  }

  #runWave(wave: readonly Waiting[]): Batch[] {
    const turns = wave.map((waiting) => ({
      waiting,
      reply:
        waiting.request.given === undefined
          ? scriptedReply(this.#script, waiting.request)
          : repeated(waiting.request.given),
      size: this.#size(waiting),
    }));
    const live = turns.filter(({ waiting, size }) => !this.#refuse(waiting, size.prompt));
    if (live.every(({ waiting }) => waiting.request.given !== undefined)) {
      for (const turn of live) turn.waiting.resolve(this.#result(turn, live.length, [], 0));
      return [];
    }
    const prefilled = live.reduce((sum, { size }) => sum + size.prefilled, 0);
    const givenFor = Math.max(0, ...live.map(({ waiting, reply }) => givenTokens(waiting, reply)));
    const phaseOf = (token: number): Batch["phase"] => (token < givenFor ? "rebuild" : "run");
    const prefillMs = prefilled * this.#script.prefillMs;
    const batches = [this.#batch(phaseOf(0), live.length, prefilled, 0, prefillMs)];
    const longest = Math.max(...live.map(({ reply }) => Math.max(1, tokensOf(reply.text))));
    const depth = Math.max(...live.map(({ size }) => size.prompt));
    const stepMs = this.#script.decodeMs + (this.#script.depthMs * depth) / 1000;
    for (let token = 1; token < longest; token++) {
      const active = live.filter(({ reply }) => tokensOf(reply.text) > token).length;
      batches.push(this.#batch(phaseOf(token), active, 0, active, stepMs));
    }
    for (const { waiting, reply } of live)
      if (waiting.request.isWatched) this.#events.said?.(waiting.request, reply.text);
    for (const turn of live) turn.waiting.resolve(this.#result(turn, live.length, batches, stepMs));
    return batches;
  }

  #refuse({ reject, request }: Waiting, prompt: number): boolean {
    const { context } = this.#script;
    const cut = cutOf(this.#script, request);
    if (this.#interrupted) reject(new InterruptedError());
    else if (cut !== null) reject(cut);
    else if (context > 0 && prompt + request.maxTokens > context) {
      reject(new ContextFullError(`${prompt} + ${request.maxTokens} tokens do not fit into ${context}`));
    } else return false;
    return true;
  }

  #size({ request, cached }: Waiting): { prompt: number; prefilled: number } {
    const prompt = request.messages.reduce((sum, { content }) => sum + messageTokens(content), 0);
    const reused = Math.min(cached, prompt - 1);
    return { prompt, prefilled: prompt - reused };
  }

  #result(
    turn: { waiting: Waiting; reply: ScriptedReply; size: { prompt: number; prefilled: number } },
    conversations: number,
    batches: readonly Batch[],
    stepMs: number,
  ): ScriptedResult {
    const { size } = turn;
    const { text, reasoningTokens } = turn.reply;
    const decodedTokens = Math.max(1, tokensOf(text));
    const interTokenMs = Array.from({ length: decodedTokens - 1 }, () => stepMs);
    const [first] = batches;
    return {
      text,
      tokenIds: null,
      tokenConfidence:
        this.#confidence === null
          ? null
          : scriptedConfidence(this.#script, turn.waiting.request, this.#confidence, {
              text,
              tokens: decodedTokens,
            }),
      stop: text.endsWith("</answer>")
        ? "answer"
        : decodedTokens >= turn.waiting.request.maxTokens
          ? "limit"
          : "eog",
      promptTokens: size.prompt,
      reusedTokens: size.prompt - size.prefilled,
      prefilledTokens: size.prefilled,
      answerForm: null,
      againReason: null,
      decodedTokens,
      reasoningTokens,
      ttftMs: first === undefined ? 0 : first.endMs - first.startMs,
      decodeMs: stepMs * interTokenMs.length,
      interTokenMs,
      cpuMs: null,
      conversations,
      firstBatch: first?.index ?? 0,
      lastBatch: (first?.index ?? 0) + decodedTokens - 1,
      startedAt: timestamp(),
      served: null,
    };
  }

  #batch(
    phase: Batch["phase"],
    conversations: number,
    prefillTokens: number,
    decodeTokens: number,
    ms: number,
  ): Batch {
    const startMs = this.#clockMs;
    this.#clockMs += ms;
    return {
      index: this.#batches++,
      phase,
      threads: null,
      cpuMs: null,
      mark: null,
      startMs,
      endMs: this.#clockMs,
      conversations,
      prefillTokens,
      decodeTokens,
    };
  }
}

class ScriptedConversation implements Conversation {
  readonly #engine: ScriptedEngine;
  readonly #prefixTokens: number;
  readonly #onClose: () => void;
  #truth: TurnTruth | null = null;
  /** What the cache holds: the messages of the last turn and its reply. */
  #messages: readonly Message[] = [];
  #reply: { readonly text: string; readonly cachedTokens: number } | null = null;

  constructor(engine: ScriptedEngine, prefixTokens: number, onClose: () => void) {
    this.#engine = engine;
    this.#prefixTokens = prefixTokens;
    this.#onClose = onClose;
  }

  expect(truth: TurnTruth): void {
    this.#truth = truth;
  }

  async turn(request: TurnRequest): Promise<ScriptedResult> {
    const truth = this.#truth;
    if (truth === null) throw new Error("a simulated model has to be told the truth before it is asked");
    this.#truth = null;
    const played = await this.#engine.enqueue({ ...request, truth }, this.#sharedTokens(request.messages));
    const result = (request.given ?? played) as ScriptedResult;
    this.#messages = request.messages;
    // The last token was sampled, but never evaluated.
    this.#reply = { text: result.text, cachedTokens: result.decodedTokens - 1 };
    return result;
  }

  close(): void {
    this.#onClose();
  }

  /** Tokens of these messages that are in the cache. */
  #sharedTokens(messages: readonly Message[]): number {
    let tokens = 0;
    let count = 0;
    for (const [index, { content }] of this.#messages.entries()) {
      if (messages[index]?.content !== content) break;
      tokens += messageTokens(content);
      count++;
    }
    const isWhole = count === this.#messages.length && count > 0;
    if (isWhole && this.#reply !== null && messages[count]?.content === this.#reply.text)
      tokens += this.#reply.cachedTokens;
    return Math.max(tokens, this.#prefixTokens);
  }
}

/** Of how many tokens of a turn's answer it is known already that they come. */
function givenTokens({ request }: Waiting, { text }: ScriptedReply): number {
  return request.given === undefined ? 0 : Math.max(1, tokensOf(text));
}

/** What was said before. */
function repeated({ text, reasoningTokens }: GivenAnswer): ScriptedReply {
  return { text, reasoningTokens: reasoningTokens ?? 0 };
}

/** The text, and what stands around it. */
function messageTokens(content: string): number {
  return tokensOf(content) + 2;
}

function scriptedInfo(script: Script, parallel: number): EngineInfo {
  const contextLength = script.context > 0 ? script.context : null;
  return { ...untoldInfo, engine: "scripted", parallel, contextLength };
}

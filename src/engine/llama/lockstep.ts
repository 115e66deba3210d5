import type {
  BatchItem,
  LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaModel,
  PrioritizedBatchItem,
  Token,
} from "node-llama-cpp";
import { cpuMs, macrotask, nowMs, timestamp } from "../../clock.ts";
import { ContextFullError, EngineError, InterruptedError, messageOf } from "../../errors.ts";
import type { Batch, EngineEvents, StopReason, TurnRequest, TurnResult } from "../engine.ts";
import { AnswerWatch } from "./answer-watch.ts";
import { firstComeFirstServed } from "./batch-order.ts";
import { asTokens, commonLength } from "./token-ids.ts";
import { turnTimes } from "./turn-times.ts";

/** One sequence of the context and what is known to be in its KV cache. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  readonly index: number;
  /** Ids in the KV cache, in order. */
  cached: number[];
  /** A native failure may have left the cache in disorder: clear it before the next use. */
  dirty: boolean;
}

/** A whole prompt, cached part included, and how it ends: in the middle of reasoning, for some templates. */
export interface Prompt {
  readonly tokens: readonly number[];
  readonly opener: string | null;
}

/** What the lockstep needs of a model besides its sequences. */
export interface LockstepModel {
  readonly model: LlamaModel;
  /** A fresh state of this grammar. */
  readonly grammarState: (grammar: string) => Promise<LlamaGrammarEvaluationState>;
}

interface WaitingTurn {
  readonly slot: Slot;
  readonly prompt: Prompt;
  readonly request: TurnRequest;
  resolve(result: TurnResult): void;
  reject(error: Error): void;
}

interface ActiveTurn extends WaitingTurn {
  readonly iterator: AsyncGenerator<Token, void, void | Token | Token[]>;
  readonly watch: AnswerWatch;
  readonly reusedTokens: number;
  readonly ids: number[];
  readonly timesMs: number[];
  /** Ids put in the model's mouth, to be evaluated with its last token. */
  injected: readonly number[];
  stop: StopReason | null;
  failure: Error | null;
  firstBatch: number;
}

/**
 * Advances all conversations together. llama.cpp evaluates a batch as one graph only when its sequences come in
 * ascending order, and the binding forms a full batch only when all of them ask before it dispatches; so a round
 * asks every conversation for its next token in slot order and awaits them all.
 *
 * Turns start together too (a wave), which keeps prefill and decode in batches of their own: each rate is pure, and
 * no batch is cut in two because some conversations bring many tokens and others one.
 */
export class Lockstep {
  readonly #model: LlamaModel;
  readonly #grammarState: LockstepModel["grammarState"];
  readonly #contextLength: number;
  readonly #events: EngineEvents;
  readonly #originMs: number;
  readonly #pieces = new Map<number, string>();
  #waiting: WaitingTurn[] = [];
  #jobs: (() => Promise<void>)[] = [];
  #pump: Promise<void> | null = null;
  #failure: Error | null = null;
  #interrupted = false;
  #phase: Batch["phase"] = "warmup";
  #isPrefill = true;
  /** In the round under way: given to the model, so they are no decoded ones. */
  #injectedTokens = 0;
  #batches: Batch[] = [];
  #open: Omit<Batch, "endMs"> | null = null;
  #batchCount = 0;

  constructor({ model, grammarState }: LockstepModel, contextLength: number, events: EngineEvents) {
    this.#model = model;
    this.#grammarState = grammarState;
    this.#contextLength = contextLength;
    this.#events = events;
    this.#originMs = nowMs();
  }

  /** The binding calls this once per native batch: first come, first served, and a note of what goes in. */
  readonly prioritize = ({
    items,
    size,
  }: {
    items: readonly BatchItem[];
    size: number;
  }): PrioritizedBatchItem[] => {
    const chosen = firstComeFirstServed(items, size);
    this.#noteBatch(
      chosen.length,
      chosen.reduce((sum, { processAmount }) => sum + processAmount, 0),
    );
    return chosen;
  };

  /** Queues a turn; it begins with the next wave. */
  turn(slot: Slot, prompt: Prompt, request: TurnRequest): Promise<TurnResult> {
    const { tokens } = prompt;
    if (this.#interrupted) return Promise.reject(new InterruptedError());
    if (this.#failure !== null) return Promise.reject(this.#failure);
    if (tokens.length + request.maxTokens > this.#contextLength - 1) {
      return Promise.reject(
        new ContextFullError(
          `${tokens.length} + ${request.maxTokens} tokens do not fit into ${this.#contextLength}`,
        ),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ slot, prompt, request, resolve, reject });
      this.#pump ??= this.#runWaves();
    });
  }

  /**
   * Does something with the caches while no wave is under way, so that no turn's clock runs meanwhile. Jobs are done
   * one after the other.
   */
  betweenWaves<T>(job: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#jobs.push(() => job().then(resolve, reject));
      this.#pump ??= this.#runWaves();
    });
  }

  /** Resolves when no wave is under way and everything is recorded. */
  idle(): Promise<void> {
    return this.#pump ?? Promise.resolve();
  }

  /** Evaluates tokens without generating; used for the shared prefix. Returns milliseconds. */
  async prefill(slot: Slot, tokens: readonly number[], phase: Batch["phase"]): Promise<number> {
    this.#phase = phase;
    this.#isPrefill = true;
    const start = nowMs();
    await slot.sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens));
    this.#closeBatch();
    slot.cached.push(...tokens);
    this.#flush();
    return nowMs() - start;
  }

  /**
   * All slots continue from the prompt together for a few tokens, whose batches come back by round (the prompt's own
   * left out). The cache is left longer; nothing is recorded as part of the run.
   */
  async probe(slots: readonly Slot[], prompt: readonly number[], tokens: number): Promise<Batch[][]> {
    this.#phase = "warmup";
    const rounds: Batch[][] = [];
    const iterators = slots.map(({ sequence }) =>
      sequence.evaluate(asTokens(prompt.slice(sequence.nextTokenIndex)), {
        temperature: 0,
        yieldEogToken: true,
      }),
    );
    for (let round = 0; round < tokens; round++) {
      this.#isPrefill = round === 0;
      const seen = this.#batches.length;
      await Promise.all(iterators.map((iterator) => iterator.next()));
      this.#closeBatch();
      if (round > 0) rounds.push(this.#batches.slice(seen));
    }
    for (const iterator of iterators) await iterator.return();
    this.#flush();
    return rounds;
  }

  /** From here on batches belong to the run. Warm-up is labelled, not counted. */
  set phase(phase: Batch["phase"]) {
    this.#phase = phase;
  }

  /** The batch in flight ends, then every turn that is not finished is rejected with `InterruptedError`. */
  interrupt(): void {
    this.#interrupted = true;
  }

  async #runWaves(): Promise<void> {
    await macrotask();
    while (this.#waiting.length + this.#jobs.length > 0) {
      if (this.#jobs.length > 0) {
        await this.#jobs.shift()?.();
        // Whoever waited for it may ask for a turn in the same wave.
        await macrotask();
        continue;
      }
      const wave = this.#waiting.toSorted((a, b) => a.slot.index - b.slot.index);
      this.#waiting = [];
      try {
        await this.#runWave(wave);
      } catch (error) {
        // The record could not be written, say: nothing may go on unrecorded.
        this.#failure = error instanceof Error ? error : new Error(String(error));
        for (const turn of [...wave, ...this.#waiting]) turn.reject(this.#failure);
        this.#waiting = [];
      }
    }
    this.#pump = null;
  }

  async #runWave(wave: readonly WaitingTurn[]): Promise<void> {
    const cpuStart = cpuMs();
    const startedAt = timestamp();
    const turns: ActiveTurn[] = [];
    for (const waiting of wave) turns.push(await this.#start(waiting));
    const startMs = nowMs();
    this.#isPrefill = true;
    let active = turns;
    while (active.length > 0) {
      this.#injectedTokens = active.reduce((sum, { injected }) => sum + injected.length, 0);
      await Promise.all(active.map((turn) => advance(turn)));
      this.#closeBatch();
      this.#isPrefill = false;
      const finished = active.filter((turn) => this.#isFinished(turn));
      active = active.filter((turn) => !finished.includes(turn));
      for (const turn of finished)
        await this.#finish(turn, { startMs, startedAt, cpuStart, size: wave.length });
      if (finished.length > 0) await this.#settle();
    }
  }

  /** Erases from the cache what the prompt does not share with it and asks the binding for a generator. */
  async #start(waiting: WaitingTurn): Promise<ActiveTurn> {
    const { slot, request } = waiting;
    const { tokens, opener } = waiting.prompt;
    const shared = Math.min(commonLength(slot.cached, tokens), tokens.length - 1);
    let failure: Error | null = null;
    try {
      if (slot.dirty) {
        await slot.sequence.clearHistory();
        slot.dirty = false;
      } else if (shared < slot.sequence.nextTokenIndex) {
        await slot.sequence.eraseContextTokenRanges([{ start: shared, end: slot.sequence.nextTokenIndex }]);
      }
    } catch (error) {
      failure = new EngineError("native", messageOf(error));
    }
    // The binding may have had to drop more than was asked (recurrent models): what is left is what counts.
    const reusedTokens = slot.sequence.nextTokenIndex;
    slot.cached = tokens.slice(0, reusedTokens);
    const { temperature, topK, topP, minP, seed } = request.sampling;
    const options = temperature > 0 ? { temperature, topK, topP, minP, seed } : { temperature: 0 };
    const { grammar } = request;
    const iterator = slot.sequence.evaluate(asTokens(tokens.slice(reusedTokens)), {
      ...options,
      ...(grammar === null ? {} : { grammarEvaluationState: await this.#grammarState(grammar) }),
      yieldEogToken: true,
    });
    const firstBatch = this.#batchCount;
    return {
      ...waiting,
      iterator,
      watch: new AnswerWatch(request, opener),
      reusedTokens,
      ids: [],
      timesMs: [],
      injected: [],
      stop: null,
      failure,
      firstBatch,
    };
  }

  #isFinished(turn: ActiveTurn): boolean {
    const id = turn.ids.at(-1);
    if (turn.failure !== null || id === undefined) return true;
    const isEnd = this.#model.isEogToken(id as Token);
    const piece = isEnd ? "" : this.#piece(id);
    if (turn.request.isWatched) this.#events.said?.(turn.request, piece);
    turn.stop = turn.watch.push(piece, isEnd);
    const closing = turn.stop === null ? turn.watch.takeClosing() : null;
    if (closing !== null) turn.injected = this.#model.tokenize(closing, true);
    if (turn.stop === null && this.#interrupted) turn.failure = new InterruptedError();
    return turn.stop !== null || turn.failure !== null;
  }

  async #finish(
    turn: ActiveTurn,
    wave: { startMs: number; startedAt: string; cpuStart: number; size: number },
  ): Promise<void> {
    await turn.iterator.return();
    const { slot, ids, watch } = turn;
    const { tokens, opener } = turn.prompt;
    if (turn.failure !== null || turn.stop === null) {
      slot.dirty = true;
      slot.cached = [];
      turn.reject(turn.failure ?? new EngineError("native", "the engine gave no token"));
      return;
    }
    // The last generated token was sampled but never evaluated, so it is not in the cache.
    slot.cached = [...tokens, ...ids.slice(0, -1)];
    if (slot.sequence.nextTokenIndex !== slot.cached.length) {
      slot.dirty = true;
      turn.reject(
        new EngineError(
          "native",
          `the cache holds ${slot.sequence.nextTokenIndex} tokens, not ${slot.cached.length}`,
        ),
      );
      return;
    }
    const visible = turn.stop === "eog" ? ids.slice(0, -1) : ids;
    turn.resolve({
      text: (opener ?? "") + this.#model.detokenize(asTokens(visible), true),
      tokenIds: ids,
      stop: turn.stop,
      promptTokens: tokens.length,
      reusedTokens: turn.reusedTokens,
      prefilledTokens: tokens.length - turn.reusedTokens,
      decodedTokens: watch.generatedTokens,
      reasoningTokens: watch.reasoningTokens,
      ...turnTimes(wave.startMs, turn.timesMs),
      cpuMs: cpuMs() - wave.cpuStart,
      conversations: wave.size,
      firstBatch: turn.firstBatch,
      lastBatch: this.#batchCount - 1,
      startedAt: wave.startedAt,
    });
  }

  /** Lets whoever awaited a finished turn record it and ask for the next one, then makes the record durable. */
  async #settle(): Promise<void> {
    await macrotask();
    this.#flush();
  }

  #flush(): void {
    const batches = this.#batches;
    this.#batches = [];
    this.#events.afterBatches(batches);
  }

  #noteBatch(conversations: number, tokens: number): void {
    this.#closeBatch();
    if (conversations === 0) return;
    this.#open = {
      index: this.#batchCount++,
      phase: this.#phase,
      startMs: nowMs() - this.#originMs,
      conversations,
      prefillTokens: this.#isPrefill ? tokens : this.#injectedTokens,
      decodeTokens: this.#isPrefill ? 0 : tokens - this.#injectedTokens,
    };
  }

  /** A batch ends when the next one begins or the round is over; sampling is part of it. */
  #closeBatch(): void {
    if (this.#open === null) return;
    this.#batches.push({ ...this.#open, endMs: nowMs() - this.#originMs });
    this.#open = null;
  }

  /** A token's text, for finding the answer's end; ASCII, so single tokens are enough. */
  #piece(id: number): string {
    let piece = this.#pieces.get(id);
    if (piece === undefined) {
      piece = this.#model.detokenize([id as Token], true);
      this.#pieces.set(id, piece);
    }
    return piece;
  }
}

/** Takes the turn's next token and the time when it was there; a failure is kept, the neighbours go on. */
async function advance(turn: ActiveTurn): Promise<void> {
  if (turn.failure !== null) return;
  try {
    const { injected } = turn;
    const last = turn.ids.at(-1);
    const isInjecting = injected.length > 0 && last !== undefined;
    // An array takes the place of the token that is about to be evaluated.
    const next = await (isInjecting
      ? turn.iterator.next(asTokens([last, ...injected]))
      : turn.iterator.next());
    turn.timesMs.push(nowMs());
    turn.ids.push(...injected);
    turn.injected = [];
    if (!next.done) turn.ids.push(next.value);
    else turn.failure = new EngineError("native", "the engine ended before a token came");
  } catch (error) {
    turn.failure = error instanceof ContextFullError ? error : new EngineError("native", messageOf(error));
  }
}

import type { BatchItem, PrioritizedBatchItem } from "node-llama-cpp";
import { cpuMs, macrotask, nowMs, timestamp } from "../../clock.ts";
import { ContextFullError, InterruptedError } from "../../errors.ts";
import type { Batch, ConfidenceKind, EngineEvents, TurnRequest } from "../engine.ts";
import { chooseTokens, greedy } from "../sampling.ts";
import { BatchLedger } from "./batch-ledger.ts";
import { firstComeFirstServed } from "./batch-order.ts";
import { type GivenTurn, isPassed, missing, passTurn, roundsOf } from "./passed-turn.ts";
import type { Slot } from "./slot.ts";
import { asTokens } from "./token-ids.ts";
import { type AskedPrompt, type Reply, TurnInProgress, type WaitingTurn } from "./turn-in-progress.ts";
import type { BatchThreads } from "./batch-threads.ts";
import type { TurnModel } from "./turn-model.ts";

/** How far a probe goes. */
interface ProbeExtent {
  readonly tokens: number;
  /** Of the batches behind the prompt's. */
  readonly phase?: Batch["phase"];
  /** By {@link nowMs}: no further token is begun after that, beyond the first few. */
  readonly untilMs?: number;
}

/** Tokens behind the first that a probe decodes however long they take. */
const probedAtLeast = 2;

/**
 * Advances all conversations together. llama.cpp evaluates a batch as one graph only when its sequences come in
 * ascending order, and the binding forms a full batch only when all of them ask before it dispatches; so a round
 * asks every conversation for its next token in slot order and awaits them all.
 *
 * Turns start together too (a wave), which keeps prefill and decode in batches of their own: each rate is pure, and
 * no batch is cut in two because some conversations bring many tokens and others one.
 */
export class Lockstep {
  readonly #model: TurnModel;
  readonly #contextLength: number;
  readonly #events: EngineEvents;
  readonly #ledger: BatchLedger;
  /** What is told of each token; null: nothing. */
  confidence: ConfidenceKind | null = null;
  #waiting: WaitingTurn[] = [];
  #pump: Promise<void> | null = null;
  #failure: Error | null = null;
  #interrupted = false;
  /** Resolves once what finished last is durable. */
  recorded: Promise<void> = Promise.resolve();

  constructor(model: TurnModel, contextLength: number, threads: BatchThreads, events: EngineEvents) {
    this.#ledger = new BatchLedger(threads, (startMs) => events.markOf?.(startMs) ?? null);
    this.#model = model;
    this.#contextLength = contextLength;
    this.#events = events;
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
    const tokens = chosen.reduce((sum, { processAmount }) => sum + processAmount, 0);
    this.#events.worked?.(tokens);
    this.#ledger.begin(chosen.length, tokens);
    return chosen;
  };

  /** Queues a turn; it begins with the next wave. */
  turn(slot: Slot, prompt: AskedPrompt, request: TurnRequest): Promise<Reply> {
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

  /** Resolves when no wave is under way and everything is recorded. */
  idle(): Promise<void> {
    return this.#pump ?? Promise.resolve();
  }

  /** Evaluates tokens without generating; used for the shared prefix. Returns milliseconds. */
  async prefill(slot: Slot, tokens: readonly number[], phase: Batch["phase"]): Promise<number> {
    this.#ledger.phase = phase;
    this.#ledger.isPrefill = true;
    const start = nowMs();
    await slot.sequence.evaluateWithoutGeneratingNewTokens(asTokens(tokens));
    this.#ledger.end();
    slot.cached.push(...tokens);
    this.#flush();
    return nowMs() - start;
  }

  /**
   * All slots continue from the prompt together for a few tokens, whose batches come back by round (the prompt's own
   * left out). The cache is left longer; nothing is recorded as part of the run.
   */
  async probe(
    slots: readonly Slot[],
    prompt: readonly number[],
    { tokens, phase = "warmup", untilMs = Infinity }: ProbeExtent,
  ): Promise<Batch[][]> {
    const rounds: Batch[][] = [];
    const iterators = slots.map(({ sequence }) =>
      chooseTokens(
        sequence,
        asTokens(prompt.slice(sequence.nextTokenIndex)),
        greedy,
        { yieldEogToken: true },
        this.confidence,
      ),
    );
    for (let round = 0; round < tokens && (round <= probedAtLeast || nowMs() < untilMs); round++) {
      this.#ledger.isPrefill = round === 0;
      this.#ledger.phase = round === 0 ? "warmup" : phase;
      const first = this.#ledger.count;
      await Promise.all(iterators.map((iterator) => iterator.next()));
      this.#ledger.end();
      if (round > 0) rounds.push(this.#ledger.endedFrom(first));
    }
    for (const iterator of iterators) await iterator.return();
    this.#ledger.phase = "warmup";
    this.#flush();
    return rounds;
  }

  /** From here on batches belong to the run. Warm-up is labelled, not counted. */
  set phase(phase: Batch["phase"]) {
    this.#ledger.phase = phase;
  }

  /** The batch in flight ends, then every turn that is not finished is rejected with `InterruptedError`. */
  interrupt(): void {
    this.#interrupted = true;
  }

  async #runWaves(): Promise<void> {
    await macrotask();
    while (this.#waiting.length > 0) {
      const wave = this.#waiting.toSorted((a, b) => a.slot.index - b.slot.index);
      this.#waiting = [];
      try {
        await (isPassed(wave) ? this.#passWave(wave) : this.#runWave(wave));
      } catch (error) {
        // The record could not be written, say: nothing may go on unrecorded.
        this.#failure = error instanceof Error ? error : new Error(String(error));
        for (const turn of [...wave, ...this.#waiting]) turn.reject(this.#failure);
        this.#waiting = [];
      }
    }
    this.#pump = null;
  }

  /** Turns of which nothing is evaluated end in the order in which they once did. */
  async #passWave(wave: readonly GivenTurn[]): Promise<void> {
    for (const rounds of new Set(wave.map(roundsOf).toSorted((a, b) => a - b))) {
      await this.#settle(() => {
        for (const turn of wave) if (roundsOf(turn) === rounds) passTurn(turn, this.#model);
      });
    }
  }

  /** Evaluates what a conversation shares with its last turn, where that was passed. */
  async #catchUp(turn: WaitingTurn): Promise<void> {
    const { slot } = turn;
    if (!slot.isBehind) return;
    const { from, tokens } = missing(turn);
    const { sequence } = slot;
    if (from === 0) await sequence.clearHistory();
    else if (from < sequence.nextTokenIndex)
      await sequence.eraseContextTokenRanges([{ start: from, end: sequence.nextTokenIndex }]);
    slot.cached = turn.prompt.tokens.slice(0, from);
    slot.dirty = false;
    slot.isBehind = false;
    if (tokens.length > 0) await this.prefill(slot, tokens, "rebuild");
  }

  async #runWave(waiting: readonly WaitingTurn[]): Promise<void> {
    for (const turn of waiting) await this.#catchUp(turn);
    const cpuStart = cpuMs();
    const startedAt = timestamp();
    const turns: TurnInProgress[] = [];
    for (const turn of waiting)
      turns.push(await TurnInProgress.start(turn, this.#model, this.#ledger, this.confidence));
    const startMs = nowMs();
    let prefilledMs = startMs;
    this.#ledger.isPrefill = true;
    let active = turns;
    while (active.length > 0) {
      this.#ledger.phase = active.some(({ isGiven }) => isGiven) ? "rebuild" : "run";
      this.#ledger.injectedTokens = active.reduce((sum, { injectedTokens }) => sum + injectedTokens, 0);
      await Promise.all(active.map((turn) => turn.advance()));
      this.#ledger.end();
      if (this.#ledger.isPrefill) prefilledMs = nowMs();
      this.#ledger.isPrefill = false;
      const wave = { size: waiting.length, startedAt, startMs, prefilledMs, cpuStart };
      const finished = active.filter((turn) => turn.isFinished(this.#interrupted, this.#said));
      active = active.filter((turn) => !finished.includes(turn));
      if (finished.length === 0) continue;
      await this.#settle(async () => {
        for (const turn of finished) await turn.finish(wave, this.#ledger.count);
      });
    }
  }

  readonly #said = (request: TurnRequest, piece: string): void => this.#events.said?.(request, piece);

  /**
   * Ends turns, lets whoever awaited them record it, makes the record durable, and only then lets them ask for what comes next:
   * nothing that can go wrong, a prompt that is rendered say, stands between a finished turn and the disk.
   */
  async #settle(end: () => Promise<void> | void): Promise<void> {
    let release = (): void => undefined;
    this.recorded = new Promise((resolve) => {
      release = resolve;
    });
    try {
      await end();
      await macrotask();
      this.#flush();
    } finally {
      release();
    }
    await macrotask();
  }

  #flush(): void {
    this.#events.afterBatches(this.#ledger.take());
  }
}

import type { Batch, Message, PrefixInfo } from "../../../src/engine/engine.ts";
import { macrotask } from "../../../src/clock.ts";
import { tokenizerOf } from "../../../src/engine/llama/binding.ts";
import { type Chat, createChat } from "../../../src/chat/chat.ts";
import type { HistoryMessage } from "../../../src/chat/message.ts";
import { createLlamaEngine, type LlamaEngine } from "../../../src/engine/llama/llama-engine.ts";
import type { LlamaOptions } from "../../../src/engine/llama/options.ts";
import type { CountedResult } from "../../../src/engine/llama/turn-in-progress.ts";
import { type ColdModel, type Comparison, stateOf, type WarmTurn } from "./cold-evaluation.ts";
import { type Recording, recordSequences } from "./recorded-sequences.ts";
import { jinjaOf } from "../../../src/engine/llama/native-jinja.ts";
import { greedy } from "../greedy.ts";
import { referenceOptions } from "./reference-options.ts";

/** A message of a history, by whose turn it was: the model's own words by text and by tokens. */
export interface PlayedMessage extends HistoryMessage {
  readonly turnIndex?: number;
}

/** A turn on the engine, and the same turn evaluated from nothing. */
export interface CheckedTurn {
  readonly result: CountedResult;
  /** The answer as history: what the model generated, by text and by tokens. */
  readonly answer: PlayedMessage;
  readonly comparison: Comparison;
  /** The prompt by the test's own account. */
  readonly prompt: readonly number[];
  /** What the native side says that it evaluated. */
  readonly nativeTokens: number;
  /** What the cache holds after the turn, by the binding's account. */
  readonly cached: readonly number[];
}

/**
 * An engine whose every turn is compared with a cold evaluation. Conversations are numbered by slot, in the order
 * in which they are opened.
 */
export class WarmEngine {
  readonly engine: LlamaEngine;
  readonly recording: Recording;
  readonly conversations: ReturnType<LlamaEngine["open"]>[] = [];
  /** Kinds of what the engine told. */
  readonly events: string[];
  readonly #batches: Batch[];
  readonly #cold: ColdModel;
  readonly #options: LlamaOptions;
  readonly #chat: Chat;

  private constructor(
    engine: LlamaEngine,
    recording: Recording,
    events: string[],
    batches: Batch[],
    cold: ColdModel,
    options: LlamaOptions,
  ) {
    this.events = events;
    this.#batches = batches;
    this.engine = engine;
    this.recording = recording;
    this.#cold = cold;
    this.#options = options;
    this.#chat = createChat(options.chatTemplate, tokenizerOf(cold.model), options.chat, jinjaOf(cold.llama));
  }

  /** @param cold the same model, which stays open when this is closed */
  static async start(cold: ColdModel, overrides: Partial<LlamaOptions> = {}): Promise<WarmEngine> {
    const options: LlamaOptions = {
      ...referenceOptions(cold.path, cold.model.fileInfo.metadata.tokenizer.chat_template),
      parallel: 4,
      ...overrides,
    };
    const events: string[] = [];
    const batches: Batch[] = [];
    const { made, recording } = await recordSequences(() =>
      createLlamaEngine(options, {
        afterBatches: (more) => batches.push(...more),
        event: (kind) => events.push(kind),
      }),
    );
    return new WarmEngine(made, recording, events, batches, cold, options);
  }

  /** Shares what the openings have in common, and opens as many conversations. */
  async open(
    openings: readonly (readonly Message[])[],
    conversations = openings.length,
  ): Promise<PrefixInfo> {
    const prefix = await this.engine.setPrefix(openings);
    for (let slot = 0; slot < conversations; slot++) this.conversations.push(this.engine.open());
    return prefix;
  }

  /** All conversations begin again, each in its slot. */
  reopen(): void {
    const { length } = this.conversations;
    for (const conversation of this.conversations.splice(0)) conversation.close();
    for (let slot = 0; slot < length; slot++) this.conversations.push(this.engine.open());
  }

  /** Token ids of a history, the generation prompt included. */
  render(history: readonly HistoryMessage[]): readonly number[] {
    return this.#chat.prompt(history).tokens;
  }

  /** All conversations take their turn together, each greedily from its own history; `null` sits out. */
  async wave(
    histories: readonly (readonly PlayedMessage[] | null)[],
    how: { maxTokens?: number; stop?: "answer" | "eog" } = {},
  ): Promise<CheckedTurn[]> {
    this.recording.wave++;
    const asked = histories.flatMap((history, slot) => (history === null ? [] : [{ history, slot }]));
    this.#batches.length = 0;
    const turns = await Promise.all(
      asked.map(async ({ history, slot }) => {
        const { sequence } = this.#slot(slot);
        const meter = sequence.tokenMeter.getState();
        const result = await this.#ask(slot, history, how);
        const used = sequence.tokenMeter.diff(meter);
        return { slot, history, result, nativeTokens: used.usedInputTokens + used.usedOutputTokens };
      }),
    );
    await this.#assertLockstep(turns.map(({ result }) => result));
    const compared: (WarmTurn & { generation: string })[] = [];
    for (const { slot, history } of turns) {
      const { turn, unwatched } = this.#slot(slot);
      if (turn === null) throw new Error(`slot ${slot} evaluated nothing`);
      const state = await stateOf(unwatched.save);
      const { tokens: prompt, generation } = this.#chat.prompt(history);
      compared.push({ slot, prompt, generation, recorded: turn, state });
    }
    const comparisons = await this.#cold.compare(compared, this.#options);
    return turns.map(({ slot, result, nativeTokens }, index) => ({
      result,
      answer: {
        role: "assistant",
        content: result.text,
        own: {
          text: result.text,
          ids: result.stop === "eog" ? result.tokenIds.slice(0, -1) : result.tokenIds,
          generation: compared[index]?.generation ?? "",
        },
        turnIndex: this.recording.wave,
      },
      comparison: comparisons[index] as Comparison,
      prompt: compared[index]?.prompt ?? [],
      nativeTokens,
      cached: this.#slot(slot).sequence.contextTokens,
    }));
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  /** Each later token of all turns that have one came in one batch; else a cold evaluation would be another one. */
  async #assertLockstep(results: readonly CountedResult[]): Promise<void> {
    // The engine hands batches over when all that was waited for has been acted on.
    await macrotask();
    await macrotask();
    const rounds = this.#batches.filter(({ phase, decodeTokens }) => phase === "run" && decodeTokens > 0);
    const longest = Math.max(...results.map(({ tokenIds }) => tokenIds.length));
    const due = Array.from(
      { length: longest - 1 },
      (_, round) => results.filter(({ tokenIds }) => tokenIds.length > round + 1).length,
    );
    const found = rounds.map(({ conversations }) => conversations);
    if (found.join() !== due.join())
      throw new Error(`the engine did not run in lockstep: batches of ${found.join()}, not ${due.join()}`);
  }

  #slot(index: number) {
    const slot = this.recording.slots[index];
    if (slot === undefined) throw new Error(`there is no slot ${index}`);
    return slot;
  }

  async #ask(
    slot: number,
    history: readonly PlayedMessage[],
    how: { maxTokens?: number; stop?: "answer" | "eog" },
  ): Promise<CountedResult> {
    const conversation = this.conversations[slot];
    if (conversation === undefined) throw new Error(`there is no conversation ${slot}`);
    return conversation.turn({
      // The engine gets roles, texts and whose turn it was, as from a caller.
      messages: history.map(({ own: _own, ...message }) => message),
      sampling: greedy,
      maxTokens: how.maxTokens ?? 8,
      stop: how.stop ?? "answer",
      rollout: slot,
      turnIndex: this.recording.wave,
      sample: 0,
      reasoningBudget: null,
      isWatched: false,
    });
  }
}

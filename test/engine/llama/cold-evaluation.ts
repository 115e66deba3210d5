import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BatchItem,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  type PrioritizedBatchItem,
  type Token,
} from "node-llama-cpp";
import { type Binding, loadBinding } from "../../../src/engine/llama/binding.ts";
import type { Chunk, RecordedTurn, Sampled } from "./recorded-sequences.ts";

/** What a context is made with; must be as the engine's. */
export interface ColdSettings {
  readonly parallel: number;
  readonly contextLength: number;
  readonly flashAttention: "auto" | "on" | "off";
}

/** One conversation of a wave: what the model should have seen, by our own account, and what the engine did. */
export interface WarmTurn {
  readonly slot: number;
  /** The whole prompt, rendered by the test from the history. */
  readonly prompt: readonly number[];
  readonly recorded: RecordedTurn;
  /** The slot's state file after the turn. */
  readonly state: Buffer;
}

/** How a turn on a reused cache compares with the same tokens evaluated from nothing. */
export interface Comparison {
  /** Generated tokens that were compared. */
  readonly tokens: number;
  /** No chunk of the cache was cut by an erasure, so that both evaluated the very same ones. */
  readonly isSameChunks: boolean;
  /** The caches after the turn are the same, byte by byte: positions, keys and values of every layer. */
  readonly isSameState: boolean;
  /** Greatest difference of any token's probability at any position; 0: bit-equal. */
  readonly greatestDelta: number;
  /** Other tokens, each accepted because the two likeliest lay within {@link nearTie}. */
  readonly nearTies: readonly string[];
  /** Other tokens that nothing excuses. */
  readonly faults: readonly string[];
}

/** The engine's. */
const batchSize = 512;

/** Two tokens whose probabilities differ by no more may change places. */
export const nearTie = 0.05;

/**
 * Evaluates a wave's turns from nothing, in a new context: the same chunks in the same rounds, the same number of
 * conversations, the same attention setting, no cache of before, nothing erased or loaded. The tokens are the
 * test's own, only the chunk boundaries are the engine's. The answer is the engine's, token by token, so that every
 * position is compared.
 */
export class ColdModel {
  readonly #binding: Binding;
  readonly path: string;
  readonly model: LlamaModel;

  private constructor(binding: Binding, path: string, model: LlamaModel) {
    this.#binding = binding;
    this.path = path;
    this.model = model;
  }

  get llama(): Binding["llama"] {
    return this.#binding.llama;
  }

  static async load(path: string): Promise<ColdModel> {
    const binding = await loadBinding("off");
    return new ColdModel(binding, path, await binding.llama.loadModel({ modelPath: path, gpuLayers: 0 }));
  }

  /** @returns a comparison for each turn, in their order */
  async compare(wave: readonly WarmTurn[], settings: ColdSettings): Promise<Comparison[]> {
    const turns = wave.toSorted((a, b) => a.slot - b.slot);
    const batches: number[] = [];
    const { parallel, contextLength, flashAttention } = settings;
    // Each context with a sliding window would say that its cache is of full size. The level is the process's, and
    // the engine's binding sets it too; setting what this binding set last does nothing, hence twice.
    this.#binding.llama.logLevel = LlamaLogLevel.warn;
    this.#binding.llama.logLevel = LlamaLogLevel.error;
    const context = await this.model.createContext({
      contextSize: contextLength,
      sequences: parallel,
      batchSize,
      threads: 1,
      flashAttention: flashAttention !== "off",
      swaFullCache: true,
      batching: { itemPrioritizationStrategy: fill(batches), dispatchSchedule: "nextCycle" },
      failedCreationRemedy: false,
    });
    try {
      const sequences = Array.from({ length: parallel }, () => context.getSequence());
      for (const round of roundsOf(turns)) await replay(round, sequences, batches);
      const cold = await answer(turns, sequences, batches);
      const comparisons: Comparison[] = [];
      for (const turn of wave) {
        const state = await stateOf((path) => sequenceOf(turn, sequences).saveStateToFile(path));
        const compared = compareSampled(turn.recorded, cold[turns.indexOf(turn)] ?? []);
        comparisons.push({ ...compared, isSameState: state.equals(turn.state) });
      }
      return comparisons;
    } finally {
      await context.dispose();
    }
  }

  async close(): Promise<void> {
    await this.model.dispose();
    await this.#binding.llama.dispose();
  }
}

/**
 * A sequence's cache as its state file holds it: positions, keys and values of every layer. The tokens, which the
 * file begins with (12 bytes of head, the last 4 of them their number, then 4 bytes each), are left out: they are
 * what the binding believes.
 */
export async function stateOf(save: (path: string) => Promise<unknown>): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-state-"));
  try {
    await save(join(folder, "state"));
    const bytes = readFileSync(join(folder, "state"));
    return bytes.subarray(12 + 4 * bytes.readUInt32LE(8));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Round = readonly { readonly turn: WarmTurn; readonly chunk: Chunk }[];

/** What was evaluated together, in the order of then. The prefix was evaluated alone. */
function roundsOf(turns: readonly WarmTurn[]): Round[] {
  const rounds = new Map<string, { order: readonly number[]; members: { turn: WarmTurn; chunk: Chunk }[] }>();
  for (const turn of turns) {
    for (const chunk of turn.recorded.before) {
      const order = [chunk.wave, chunk.round, chunk.wave === 0 ? turn.slot : 0];
      const round = rounds.get(order.join()) ?? { order, members: [] };
      round.members.push({ turn, chunk });
      rounds.set(order.join(), round);
    }
  }
  const before = (a: readonly number[], b: readonly number[]): number =>
    a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return [...rounds.values()].toSorted((a, b) => before(a.order, b.order)).map(({ members }) => members);
}

async function replay(
  round: Round,
  sequences: readonly LlamaContextSequence[],
  batches: number[],
): Promise<void> {
  batches.length = 0;
  await Promise.all(
    round.map(({ turn, chunk }) => {
      const sequence = sequenceOf(turn, sequences);
      if (sequence.nextTokenIndex !== chunk.start)
        throw new Error(`the record of slot ${turn.slot} has a gap before ${chunk.start}`);
      return sequence.evaluateWithoutGeneratingNewTokens(
        turn.prompt.slice(chunk.start, chunk.end) as Token[],
      );
    }),
  );
  const tokens = round.reduce((sum, { chunk }) => sum + chunk.end - chunk.start, 0);
  if (batches.length !== Math.ceil(tokens / batchSize))
    throw new Error("the cold evaluation did not run in lockstep");
}

/** The answers of all turns in lockstep, the engine's tokens put in the place of those sampled here. */
async function answer(
  turns: readonly WarmTurn[],
  sequences: readonly LlamaContextSequence[],
  batches: number[],
): Promise<Sampled[][]> {
  const iterators = turns.map((turn) =>
    sequenceOf(turn, sequences).evaluateWithMetadata(
      turn.prompt.slice(turn.recorded.start) as Token[],
      { probabilities: true },
      { temperature: 0, yieldEogToken: true },
    ),
  );
  const cold: Sampled[][] = turns.map(() => []);
  const longest = Math.max(...turns.map(({ recorded }) => recorded.sampled.length));
  for (let at = 0; at < longest; at++) {
    batches.length = 0;
    await Promise.all(
      turns.map(async ({ recorded }, index) => {
        if (at >= recorded.sampled.length) return;
        const forced = recorded.sampled[at - 1]?.token as Token | undefined;
        const next = await iterators[index]?.next(forced);
        if (next === undefined || next.done === true) throw new Error("the cold evaluation ended early");
        cold[index]?.push(next.value);
      }),
    );
    assertLockstep(turns, at, batches);
  }
  for (const iterator of iterators) await iterator.return();
  return cold;
}

/** All turns that go on are in one batch, or in as few as hold their prompts. */
function assertLockstep(turns: readonly WarmTurn[], at: number, batches: readonly number[]): void {
  const asked = turns.filter(({ recorded }) => at < recorded.sampled.length);
  const prompts = asked.reduce((sum, { prompt, recorded }) => sum + prompt.length - recorded.start, 0);
  const isWhole =
    at === 0 ? batches.length === Math.ceil(prompts / batchSize) : batches.join() === String(asked.length);
  if (!isWhole)
    throw new Error(`token ${at} of the cold evaluation came in batches of ${batches.join()} conversations`);
}

function sequenceOf(turn: WarmTurn, sequences: readonly LlamaContextSequence[]): LlamaContextSequence {
  const sequence = sequences[turn.slot];
  if (sequence === undefined) throw new Error(`there is no slot ${turn.slot}`);
  return sequence;
}

/** Compares a turn with the same tokens sampled from nothing. */
export function compareSampled(
  { sampled, before }: RecordedTurn,
  cold: readonly Sampled[],
): Omit<Comparison, "isSameState"> {
  let greatestDelta = 0;
  const nearTies: string[] = [];
  const faults: string[] = [];
  for (const [at, { token, probabilities }] of sampled.entries()) {
    const expected = cold[at]?.probabilities ?? new Map<number, number>();
    for (const [id, probability] of expected)
      greatestDelta = Math.max(greatestDelta, Math.abs(probability - (probabilities.get(id) ?? 0)));
    const [first, second] = [...expected].toSorted((a, b) => b[1] - a[1]);
    if (first === undefined || second === undefined)
      throw new Error("the cold evaluation has no probabilities");
    if (first[0] === token) continue;
    const isNearTie = first[1] - second[1] <= nearTie && second[0] === token;
    (isNearTie ? nearTies : faults).push(
      `answer token ${at} is ${token}, cold ${first[0]} (${first[1].toFixed(4)}, then ${second[0]} with ${second[1].toFixed(4)})`,
    );
  }
  const isSameChunks = before.every(({ isCut }) => !isCut);
  return { tokens: sampled.length, isSameChunks, greatestDelta, nearTies, faults };
}

/** First come, first served, as the engine does it; notes how many conversations each batch holds. */
function fill(batches: number[]) {
  return ({ items, size }: { items: readonly BatchItem[]; size: number }): PrioritizedBatchItem[] => {
    let left = size;
    const chosen: PrioritizedBatchItem[] = [];
    for (const item of items) {
      const processAmount = Math.min(item.tokens.length, left);
      if (processAmount <= 0) break;
      left -= processAmount;
      chosen.push({ item, processAmount });
    }
    batches.push(chosen.length);
    return chosen;
  };
}

import {
  LlamaContext,
  type LlamaContextSequence,
  type SequenceEvaluateOptions,
  type Token,
} from "node-llama-cpp";
import { vi } from "vitest";

/** Tokens of a cache that were evaluated in one native call, by when that was. */
export interface Chunk {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** More was evaluated in that call, and erased since. */
  readonly isCut: boolean;
  /** 0: before the first wave. */
  readonly wave: number;
  /** Within the wave: 0 is the prompt, then a generated token each. */
  readonly round: number;
}

/** A token that was generated, and how likely each token was. */
export interface Sampled {
  readonly token: number;
  readonly probabilities: ReadonlyMap<number, number>;
}

/** One turn as the native side saw it. */
export interface RecordedTurn {
  /** What was in the cache before, in order, without gaps. */
  readonly before: readonly Chunk[];
  /** Tokens in the cache before. */
  readonly start: number;
  readonly sampled: readonly Sampled[];
}

/**
 * Watches the sequences that an engine makes while `create` runs. The engine knows nothing of it: what it does with
 * a sequence is noted and passed on, with probabilities where it asks for tokens only.
 */
export async function recordSequences<T>(
  create: () => Promise<T>,
): Promise<{ made: T; recording: Recording }> {
  const recording = new Recording();
  // oxlint-disable-next-line typescript/unbound-method -- called with its own context below
  const getSequence = LlamaContext.prototype.getSequence;
  const spy = vi.spyOn(LlamaContext.prototype, "getSequence").mockImplementation(function (
    this: LlamaContext,
    options,
  ) {
    const sequence = getSequence.call(this, options);
    recording.slots.push(new RecordedSlot(sequence, recording));
    return sequence;
  });
  try {
    return { made: await create(), recording };
  } finally {
    spy.mockRestore();
  }
}

export class Recording {
  readonly slots: RecordedSlot[] = [];
  /** Set by the test before each wave. */
  wave = 0;
  /** What a state file holds. */
  readonly files = new Map<string, readonly Chunk[]>();
}

export class RecordedSlot {
  readonly sequence: LlamaContextSequence;
  turn: RecordedTurn | null = null;
  /** Plants a fault: other tokens are evaluated than the engine says. As many, so that it cannot notice. */
  alter: ((tokens: readonly number[]) => readonly number[]) | null = null;
  /** The binding's own, for what the record must not know of. */
  readonly unwatched: {
    readonly save: (path: string) => Promise<unknown>;
    readonly load: (path: string) => Promise<unknown>;
  };
  readonly #recording: Recording;
  #chunks: readonly Chunk[] = [];

  constructor(sequence: LlamaContextSequence, recording: Recording) {
    this.sequence = sequence;
    this.#recording = recording;
    const evaluateWithMetadata = sequence.evaluateWithMetadata.bind(sequence);
    const prefill = sequence.evaluateWithoutGeneratingNewTokens.bind(sequence);
    const save = sequence.saveStateToFile.bind(sequence);
    const load = sequence.loadStateFromFile.bind(sequence);
    this.unwatched = {
      save,
      load: (path) => load(path, { acceptRisk: true }),
    };
    const watched = {
      evaluateWithMetadata: (tokens: Token[], _metadata: object, options?: SequenceEvaluateOptions) =>
        this.#watch(
          evaluateWithMetadata(this.#altered(tokens), { probabilities: true }, options),
          tokens.length,
        ),
      evaluateWithoutGeneratingNewTokens: (tokens: Token[]) => {
        this.#note(sequence.nextTokenIndex, tokens.length, 0);
        return prefill(this.#altered(tokens));
      },
      saveStateToFile: async (path: string) => {
        const result = await save(path);
        recording.files.set(path, this.#upTo(sequence.nextTokenIndex));
        return result;
      },
      loadStateFromFile: async (path: string, risk: { acceptRisk: true }) => {
        await load(path, risk);
        this.#chunks = recording.files.get(path) ?? [];
      },
    };
    Object.assign(sequence, watched);
  }

  #altered(tokens: Token[]): Token[] {
    const altered = this.alter?.(tokens) ?? tokens;
    if (altered.length !== tokens.length) throw new Error("the engine would notice another length");
    return altered as Token[];
  }

  async *#watch(
    inner: AsyncGenerator<Sampled, void, Token | Token[] | undefined>,
    length: number,
  ): AsyncGenerator<Sampled, void, Token | Token[] | undefined> {
    const start = this.sequence.nextTokenIndex;
    const sampled: Sampled[] = [];
    this.turn = { before: this.#upTo(start), start, sampled };
    this.#note(start, length, 0);
    let end = start + length;
    let given: Token | Token[] | undefined;
    try {
      for (let round = 1; ; round++) {
        const { value, done } = await inner.next(given);
        if (done === true) return;
        sampled.push(value);
        // Going on means that the token, or what is given in its place, is evaluated.
        given = yield value;
        const count = Array.isArray(given) ? given.length : 1;
        this.#note(end, count, round);
        end += count;
      }
    } finally {
      await inner.return();
    }
  }

  #note(start: number, length: number, round: number): void {
    const { wave } = this.#recording;
    const chunk = { start, end: start + length, isCut: false, wave, round };
    this.#chunks = [...this.#upTo(start), chunk];
  }

  /** Later tokens were erased; a chunk may have been cut. */
  #upTo(length: number): Chunk[] {
    return this.#chunks
      .filter(({ start }) => start < length)
      .map((chunk) => (chunk.end > length ? { ...chunk, end: length, isCut: true } : chunk));
  }
}

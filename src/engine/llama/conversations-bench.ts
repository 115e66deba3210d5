import { join } from "node:path";
import { nowMs } from "../../clock.ts";
import { EngineError } from "../../errors.ts";
import type { EngineParts } from "./llama-engine.ts";
import type { Lockstep } from "./lockstep.ts";
import { copyState } from "./prefix-cache.ts";
import type { Slot } from "./slot.ts";

/**
 * Times decode steps of few and of many conversations, on copies of one that was filled. They are copied as they are
 * wanted, so that what is never tried costs nothing, and nothing is ever erased, which not every model can.
 */
export class ConversationsBench {
  readonly #slots: readonly Slot[];
  readonly #lockstep: Lockstep;
  readonly #file: string;
  /** Conversations that hold what the first one holds. */
  #filled = 1;

  /** @param parts of an engine that has taken no turn yet */
  constructor({ slots, lockstep, folder }: EngineParts) {
    this.#slots = slots;
    this.#lockstep = lockstep;
    this.#file = join(folder, "conversation.state");
  }

  /** Evaluates so many more tokens in the first conversation; before any step. @returns milliseconds */
  fill(tokens: number): Promise<number> {
    return this.#lockstep.prefill(this.#first, fillers(tokens), "warmup");
  }

  /**
   * Gives what the first conversation holds to others, until so many hold it.
   *
   * @returns milliseconds
   * @throws EngineError where a conversation of this model cannot be copied
   */
  async copyTo(conversations: number): Promise<number> {
    const startMs = nowMs();
    const others = this.#slots.slice(this.#filled, conversations);
    if (others.length > 0) {
      this.#first.cached = this.#first.sequence.contextTokens.slice();
      if (!(await copyState(this.#first, others, this.#file)))
        throw new EngineError("unsupported", "a conversation of this model cannot be copied to another");
      this.#filled = conversations;
    }
    return nowMs() - startMs;
  }

  /**
   * Decodes in all conversations that were filled, together.
   *
   * @returns milliseconds of each of so many steps, those left out that something outside kept from their usual speed;
   *   two before them are not counted
   */
  async steps(count: number): Promise<number[]> {
    const slots = this.#slots.slice(0, this.#filled);
    const held = this.#first.sequence.contextTokens;
    // The first round evaluates a token that is given; the second one's end is where the clock starts.
    const rounds = await this.#lockstep.probe(slots, [...held, ...fillers(1)], { tokens: count + 2 });
    return rounds.slice(1).flatMap((batches, index) => {
      const startMs = rounds[index]?.at(-1)?.endMs ?? Number.NaN;
      const isUsual = batches.every(({ mark }) => mark === null);
      return isUsual ? [(batches.at(-1)?.endMs ?? Number.NaN) - startMs] : [];
    });
  }

  get #first(): Slot {
    const [first] = this.#slots;
    if (first === undefined) throw new Error("there is no conversation to time");
    return first;
  }
}

/** Any ids that every vocabulary has. */
function fillers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 1 + (index % 7));
}

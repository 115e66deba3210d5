import { LRUCache } from "lru-cache";
import type { Segment } from "./layout.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Turns text into token ids as llama.cpp's server does: all of it at once, marks of the template as their tokens. What a
 * message says never becomes such a token: a text that holds a mark is cut there.
 *
 * Most of it comes again with another turn or rollout, so what was tokenised is kept.
 */
export class TokenRuns {
  readonly #tokenizer: Tokenizer;
  /** Sizes are characters and ids. */
  readonly #runs = new LRUCache<string, readonly number[]>({
    maxSize: mostKept,
    sizeCalculation: (ids, key) => key.length + ids.length + 1,
  });
  readonly #firstMarks = new LRUCache<string, number>({
    maxSize: mostSearched,
    sizeCalculation: (_, text) => text.length + 1,
  });

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** What every prompt begins with. */
  start(): number[] {
    const { bosId, prependBos } = this.#tokenizer;
    return bosId !== null && prependBos ? [bosId] : [];
  }

  /** Where the first special token's text stands; -1: nowhere. */
  firstMark(text: string): number {
    let at = this.#firstMarks.get(text);
    if (at === undefined) {
      const places = this.#tokenizer.specialTexts.map((special) => text.indexOf(special));
      at = places.reduce((first, place) => (place >= 0 && (first < 0 || place < first) ? place : first), -1);
      this.#firstMarks.set(text, at);
    }
    return at;
  }

  /**
   * @param run with a mark of the template at its beginning or nowhere, so that it can be tokenised by itself
   * @param isContinued whether text goes before
   */
  idsOf(run: readonly Segment[], isContinued: boolean): readonly number[] {
    const text = run.map((segment) => segment.text).join("");
    const isWhole = run.every((segment) => segment.slot === null || this.firstMark(segment.text) < 0);
    const key = `${isContinued ? "+" : "^"}${isWhole ? "" : JSON.stringify(run)}${text}`;
    let ids = this.#runs.get(key);
    if (ids === undefined) {
      ids = isWhole ? this.#tokenizer.tokenize(text, true, isContinued) : this.#piecewise(run, isContinued);
      this.#runs.set(key, ids);
    }
    return ids;
  }

  #piecewise(run: readonly Segment[], isContinued: boolean): number[] {
    return run.flatMap(({ text, slot }, index) =>
      this.#tokenizer.tokenize(text, slot === null, isContinued || index > 0),
    );
  }
}

/** Some twenty megabytes; 32 conversations of 500 turns come to 1.6 million. */
const mostKept = 2_000_000;
/** Characters. */
const mostSearched = 500_000;

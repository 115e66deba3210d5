import type { Segment } from "./layout.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Turns text into token ids as llama.cpp's server does: all of it at once, marks of the template as their tokens. What a
 * message says never becomes such a token: a text that holds a mark is cut there.
 *
 * Most of it comes again with the next turn, so what was tokenised is kept, cut where the template's marks stand: no
 * token reaches over one.
 */
export class TokenRuns {
  readonly #tokenizer: Tokenizer;
  readonly #runs = new Map<string, readonly number[]>();
  readonly #firstMarks = new Map<string, number>();
  #characters = 0;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** What every prompt begins with. */
  start(): number[] {
    const { bosId, prependBos } = this.#tokenizer;
    return bosId !== null && prependBos ? [bosId] : [];
  }

  /** @param isContinued whether text goes before */
  idsOf(run: readonly Segment[], isContinued: boolean): number[] {
    return this.#cut(run).flatMap((piece, index) => this.#known(piece, isContinued || index > 0));
  }

  /** Before the first mark of every text of the template that has one. */
  #cut(run: readonly Segment[]): Segment[][] {
    const pieces: Segment[][] = [[]];
    for (const segment of run) {
      const at = segment.slot === null ? this.#firstMark(segment.text) : -1;
      if (at < 0) pieces.at(-1)?.push(segment);
      else {
        if (at > 0) pieces.at(-1)?.push({ text: segment.text.slice(0, at), slot: null });
        pieces.push([{ text: segment.text.slice(at), slot: null }]);
      }
    }
    return pieces.filter((piece) => piece.length > 0);
  }

  #known(piece: readonly Segment[], isContinued: boolean): readonly number[] {
    const text = piece.map((segment) => segment.text).join("");
    const isWhole = piece.every((segment) => segment.slot === null || this.#firstMark(segment.text) < 0);
    const key = `${isContinued ? "+" : "^"}${isWhole ? "" : JSON.stringify(piece)}${text}`;
    let ids = this.#runs.get(key);
    if (ids === undefined) {
      ids = isWhole ? this.#tokenizer.tokenize(text, true, isContinued) : this.#piecewise(piece, isContinued);
      this.#keep(key, ids);
    }
    return ids;
  }

  #piecewise(piece: readonly Segment[], isContinued: boolean): number[] {
    return piece.flatMap(({ text, slot }, index) =>
      this.#tokenizer.tokenize(text, slot === null, isContinued || index > 0),
    );
  }

  #keep(key: string, ids: readonly number[]): void {
    this.#characters += key.length;
    if (this.#characters > mostCharacters) {
      this.#runs.clear();
      this.#characters = key.length;
    }
    this.#runs.set(key, ids);
  }

  /** Where the first special token's text stands; -1: nowhere. */
  #firstMark(text: string): number {
    let at = this.#firstMarks.get(text);
    if (at === undefined) {
      const places = this.#tokenizer.specialTexts.map((special) => text.indexOf(special));
      at = places.reduce((first, place) => (place >= 0 && (first < 0 || place < first) ? place : first), -1);
      if (this.#firstMarks.size >= mostTexts) this.#firstMarks.clear();
      this.#firstMarks.set(text, at);
    }
    return at;
  }
}

const mostCharacters = 16_000_000;
const mostTexts = 20_000;

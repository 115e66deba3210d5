import { answerEnd, longestAnswerEnd } from "../reply/answer-tags.ts";
import { type Inside, type Marks, marksOf } from "../reply/marks.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import type { StopReason } from "./engine.ts";

/** When a reply ends. */
export interface AnswerLimits {
  readonly maxTokens: number;
  readonly stop: "answer" | "eog";
  /** Tokens of reasoning after which it is to be closed; null: no such limit. */
  readonly reasoningBudget: number | null;
}

/**
 * Follows one reply, token by token: whether it is inside reasoning, and when it ends. An answer inside reasoning ends
 * nothing, nor does another turn. Looks at each token's text once, at no more than the longest mark before it.
 */
export class AnswerWatch {
  readonly #limits: AnswerLimits;
  readonly #marks: Marks;
  /** The end of the text so far. */
  #tail = "";
  /** Characters before the tail. */
  #gone = 0;
  /** In the whole text: where the last mark ended. */
  #floor = 0;
  /** Where the tokens in the tail begin, in the whole text; the last is the newest. */
  readonly #begins: number[] = [];
  #generated = 0;
  #reasoningTokens = 0;
  /** Tokens up to the last one that was counted as reasoning. */
  #counted = 0;
  #hasReasoned = false;
  #inside: Inside | null;
  /** In the whole text: where another turn begins; null: nowhere. */
  #turn: number | null = null;

  /**
   * @param reasoning how the model reasons; null: what is usual
   * @param turnStarts texts with which another turn begins
   */
  constructor(limits: AnswerLimits, reasoning: Reasoning | null, turnStarts: readonly string[]) {
    this.#limits = limits;
    this.#marks = marksOf(reasoning, turnStarts);
    this.#inside = this.#marks.opened;
    this.#hasReasoned = this.#inside !== null;
  }

  /** Generated tokens that hold a part of reasoning or of its marks; the one that ends a reply within it is one of them. */
  get reasoningTokens(): number {
    return this.#reasoningTokens;
  }

  get generatedTokens(): number {
    return this.#generated;
  }

  /** Characters of the reply: all, what was put in the model's mouth included, or those before another turn. */
  get visibleLength(): number {
    return this.#turn ?? this.#gone + this.#tail.length;
  }

  /**
   * Takes the next token's text.
   *
   * @returns why the reply ends with it, or null
   */
  push(piece: string, isEndOfGeneration: boolean): StopReason | null {
    this.#generated++;
    this.#begins.push(this.#gone + this.#tail.length);
    if (this.#inside !== null) this.#count(this.#generated - 1);
    if (isEndOfGeneration) return "eog";
    const from = this.#tail.length;
    this.#tail += piece;
    const stop = this.#follow(from);
    this.#forget();
    return stop ?? (this.#generated >= this.#limits.maxTokens ? "limit" : null);
  }

  /** What to put in the model's mouth now, because its reasoning has used up its budget; null: nothing. */
  takeClosing(): string | null {
    const { reasoningBudget } = this.#limits;
    const inside = this.#inside;
    if (inside === null || reasoningBudget === null || this.#reasoningTokens < reasoningBudget) return null;
    this.#inside = null;
    this.#gone += this.#tail.length + inside.closing.length;
    this.#floor = this.#gone;
    this.#tail = "";
    this.#begins.length = 0;
    return inside.closing;
  }

  /** Looks at the tail from a place on for marks, one after another. */
  #follow(from: number): StopReason | null {
    for (let at = from; ; ) {
      const floor = Math.max(0, this.#floor - this.#gone);
      const search = this.#inside?.ends ?? this.#marks.outside;
      const found = search.next(this.#tail, at, floor);
      if (this.#inside === null && this.#isAnswered(at, floor, found?.end ?? Infinity)) return "answer";
      if (found === null) return null;
      if (found.mark.meaning === "turn") {
        this.#turn = this.#gone + found.begin;
        return "turn";
      }
      if (found.mark.inside !== null) this.#countFrom(found.begin);
      // What the prompt opened unnoticed: all so far was reasoning.
      else if (this.#inside === null && found.mark.meaning === "ends" && !this.#hasReasoned) {
        this.#hasReasoned = true;
        this.#count(0);
      }
      this.#inside = found.mark.inside;
      at = found.end;
      this.#floor = this.#gone + at;
    }
  }

  /** Whether an answer is closed in the tail's new part, before any mark is whole. */
  #isAnswered(from: number, floor: number, before: number): boolean {
    if (this.#limits.stop !== "answer") return false;
    const begin = Math.max(floor, from - longestAnswerEnd);
    const found = answerEnd.exec(this.#tail.slice(begin));
    return found !== null && begin + found.index + found[0].length <= before;
  }

  /** Counts as reasoning the tokens from the one on that holds a place of the tail. */
  #countFrom(at: number): void {
    this.#hasReasoned = true;
    const place = this.#gone + at;
    const begins = this.#begins;
    let tokens = 1;
    while (tokens < begins.length && (begins.at(-tokens) ?? 0) > place) tokens++;
    // Tokens that hold parts of a character come without text, before the one that completes it.
    if (this.#tail.charCodeAt(at) > 127) while (begins.at(-tokens - 1) === place) tokens++;
    this.#count(this.#generated - tokens);
  }

  /** @param first the first token that is reasoning, from 0 on; what was counted before is not counted again */
  #count(first: number): void {
    this.#reasoningTokens += this.#generated - Math.max(first, this.#counted);
    this.#counted = this.#generated;
  }

  /** Keeps of the tail what a mark that is not whole yet may need. */
  #forget(): void {
    const surplus = this.#tail.length - Math.max(this.#marks.outside.reach, longestAnswerEnd);
    if (surplus <= 0) return;
    this.#tail = this.#tail.slice(surplus);
    this.#gone += surplus;
    while ((this.#begins[1] ?? Infinity) < this.#gone) this.#begins.shift();
  }
}

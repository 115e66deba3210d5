import type { StopReason } from "../engine.ts";

/** When a reply ends. */
export interface AnswerLimits {
  readonly maxTokens: number;
  readonly stop: "answer" | "eog";
  /** Tokens of reasoning after which it is to be closed; null: no such limit. */
  readonly reasoningBudget: number | null;
}

const answerEnd = "</answer>";
const reasoningNames = ["think", "thinking", "reasoning"] as const;
/** As long as the longest tag: a tag may come in pieces. */
const tailLength = 12;

/**
 * Follows one reply, token by token: whether it is inside reasoning, and when it ends. An answer inside reasoning ends
 * nothing.
 */
export class AnswerWatch {
  readonly #limits: AnswerLimits;
  #tail = "";
  #generated = 0;
  #reasoningTokens = 0;
  /** The tag of the reasoning that is open, or null. */
  #open: string | null;

  /** @param opener the text with which the prompt opened reasoning, or null */
  constructor(limits: AnswerLimits, opener: string | null) {
    this.#limits = limits;
    this.#open = opener === null ? null : (/<(\w+)>\s*$/.exec(opener)?.[1] ?? null);
  }

  /** Generated tokens up to the one that closed the reasoning, its tags included. */
  get reasoningTokens(): number {
    return this.#reasoningTokens;
  }

  get generatedTokens(): number {
    return this.#generated;
  }

  /** Takes the next token's text. @returns why the reply ends with it, or null */
  push(piece: string, isEndOfGeneration: boolean): StopReason | null {
    this.#generated++;
    if (this.#open !== null) this.#reasoningTokens++;
    if (isEndOfGeneration) return "eog";
    this.#follow(piece);
    const { stop, maxTokens } = this.#limits;
    if (this.#open === null && stop === "answer" && this.#tail.includes(answerEnd)) return "answer";
    return this.#generated >= maxTokens ? "limit" : null;
  }

  /** What to put in the model's mouth now, because its reasoning has used up its budget; null: nothing. */
  takeClosing(): string | null {
    const { reasoningBudget } = this.#limits;
    if (this.#open === null || reasoningBudget === null || this.#reasoningTokens < reasoningBudget)
      return null;
    const closing = `\n</${this.#open}>\n\n`;
    this.#open = null;
    this.#tail = "";
    return closing;
  }

  #follow(piece: string): void {
    this.#tail = this.#tail.slice(-tailLength) + piece;
    const end = this.#open === null ? -1 : this.#tail.indexOf(`</${this.#open}>`);
    if (end >= 0) {
      this.#tail = this.#tail.slice(end + `</${this.#open}>`.length);
      this.#open = null;
    }
    if (this.#open !== null) return;
    const name = reasoningNames.find((one) => this.#tail.includes(`<${one}>`));
    if (name === undefined) return;
    this.#open = name;
    this.#reasoningTokens++;
    this.#tail = "";
  }
}

import type { Llama, LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import type { ChatFacts } from "../../chat/facts.ts";
import { markTexts } from "../../reply/marks.ts";
import type { Reasoning } from "../../reply/reasoning.ts";
import { endsReply } from "./end-tokens.ts";
import { GrammarStates } from "./grammar-states.ts";
import { asTokens } from "./token-ids.ts";

/** What turns need of a model besides their sequences. */
export class TurnModel {
  readonly model: LlamaModel;
  readonly reasoning: Reasoning | null;
  readonly turnStarts: readonly string[];
  /** A fresh state of this grammar. */
  readonly grammarState: (grammar: string) => Promise<LlamaGrammarEvaluationState>;
  readonly #pieces = new Map<number, string>();
  /** Marks that are tokens whose text the binding leaves out. */
  readonly #unsaid: ReadonlyMap<number, string>;

  constructor(model: LlamaModel, llama: Llama, { reasoning, turnStarts }: ReplyFacts) {
    const grammars = new GrammarStates(llama, model);
    this.model = model;
    this.reasoning = reasoning;
    this.turnStarts = turnStarts;
    this.#unsaid = unsaidMarks(model, reasoning);
    this.grammarState = (grammar) => grammars.fresh(grammar);
  }

  /** A token's text; of a part of a character, what stands for bytes that are none. */
  piece(id: number): string {
    let piece = this.#pieces.get(id);
    if (piece === undefined) {
      piece = this.#unsaid.get(id) ?? this.model.detokenize([id as Token], true);
      this.#pieces.set(id, piece);
    }
    return piece;
  }

  /** Whether a reply ends with this token. */
  isEnd(id: number): boolean {
    return endsReply(this.model, id as Token);
  }

  /** The text of ids that follow one another. */
  textOf(ids: readonly number[]): string {
    if (!ids.some((id) => this.#unsaid.has(id))) return this.model.detokenize(asTokens(ids), true);
    const at = ids.findIndex((id) => this.#unsaid.has(id));
    const [mark = -1, ...rest] = ids.slice(at);
    const before = this.model.detokenize(asTokens(ids.slice(0, at)), true);
    return before + (this.#unsaid.get(mark) ?? "") + this.textOf(rest);
  }
}

/** What has to be known of a conversation's wording to follow a reply. */
export type ReplyFacts = Pick<ChatFacts, "reasoning" | "turnStarts">;

function unsaidMarks(model: LlamaModel, reasoning: Reasoning | null): Map<number, string> {
  const marks = new Map<number, string>();
  for (const text of reasoning === null ? [] : markTexts(reasoning)) {
    const [id, ...rest] = model.tokenize(text, true);
    if (id !== undefined && rest.length === 0 && model.detokenize([id], true) === "") marks.set(id, text);
  }
  return marks;
}

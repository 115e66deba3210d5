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
  readonly #firstPieces = new Map<number, string>();
  readonly #pieces = new Map<number, string>();
  /** Ids of a letter: behind it a token's text keeps the blank that some vocabularies leave out at a text's start. */
  readonly #letter: readonly Token[];
  /** Marks that are tokens whose text the binding leaves out. */
  readonly #unsaid: ReadonlyMap<number, string>;

  constructor(model: LlamaModel, llama: Llama, { reasoning, turnStarts }: ReplyFacts) {
    const grammars = new GrammarStates(llama, model);
    this.model = model;
    this.#letter = model.tokenize("x", false).slice(-1);
    this.reasoning = reasoning;
    this.turnStarts = turnStarts;
    this.#unsaid = unsaidMarks(model, reasoning);
    this.grammarState = (grammar) => grammars.fresh(grammar);
  }

  /**
   * A token's text; of a part of a character, what stands for bytes that are none.
   *
   * @param isContinued whether text goes before
   */
  piece(id: number, isContinued: boolean): string {
    const pieces = isContinued ? this.#pieces : this.#firstPieces;
    let piece = pieces.get(id);
    if (piece === undefined) {
      piece = this.textOf([id], isContinued);
      pieces.set(id, piece);
    }
    return piece;
  }

  /** Whether a reply ends with this token. */
  isEnd(id: number): boolean {
    return endsReply(this.model, id as Token);
  }

  /** The text of ids that follow one another, and on other text where it is continued. */
  textOf(ids: readonly number[], isContinued = false): string {
    const at = ids.findIndex((id) => this.#unsaid.has(id));
    const said = this.#detokenize(at < 0 ? ids : ids.slice(0, at), isContinued);
    const mark = this.#unsaid.get(ids[at] ?? -1);
    return mark === undefined ? said : said + mark + this.textOf(ids.slice(at + 1), true);
  }

  #detokenize(ids: readonly number[], isContinued: boolean): string {
    if (ids.length === 0) return "";
    return this.model.detokenize(asTokens(ids), true, isContinued ? this.#letter : undefined);
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

import type { Reasoning } from "../reply/reasoning.ts";
import { splitReply } from "../reply/split.ts";
import { type Layout, layoutOf, type Segment, segmentsOf, shapeOf } from "./layout.ts";
import type { ChatMessage, HistoryMessage, OwnAnswer } from "./message.ts";
import { layPrompt, type Prompt } from "./lay-prompt.ts";
import { derivePieces, type Pieces } from "./pieces.ts";
import type { Renderer } from "./renderer.ts";
import { marksOfTemplate } from "./template-marks.ts";
import { TokenRuns } from "./token-runs.ts";
import type { Tokenizer } from "./tokenizer.ts";

export interface CodecOptions {
  readonly templateText: string;
  readonly reasoning: Reasoning | null;
  /** Whether reasoning of earlier turns is given to the template at all. */
  readonly givesReasoning: boolean;
}

/**
 * Words conversations: everything but the model's own answers is llama.cpp's text; an answer of its own goes back as the
 * ids that it generated wherever the template shows it unchanged but for white space at its ends, else as the template
 * shows it.
 */
export class ChatCodec {
  /** `pieces`: put together from verified pieces; `full`: exchanges are framed differently, so each turn renders all. */
  readonly mode: "pieces" | "full";
  readonly #renderer: Renderer;
  readonly #options: CodecOptions;
  readonly #pieces: Pieces | null;
  readonly #marks: readonly string[];
  readonly #runs: TokenRuns;
  readonly #layouts = new Map<string, Layout>();
  readonly #parts = new WeakMap<OwnAnswer, ChatMessage>();
  readonly #regular = new Map<string, boolean>();

  constructor(renderer: Renderer, tokenizer: Tokenizer, options: CodecOptions) {
    this.#renderer = renderer;
    this.#options = options;
    this.#pieces = derivePieces((messages) => renderer.render(messages));
    this.#marks = marksOfTemplate(options.templateText);
    this.#runs = new TokenRuns(tokenizer);
    this.mode = this.#pieces === null ? "full" : "pieces";
  }

  /** @throws Error what the template raises */
  prompt(history: readonly HistoryMessage[]): Prompt {
    const messages = history.map((message) => this.#parted(message));
    return layPrompt(this.#segments(messages), history, this.#runs);
  }

  /** The model's own text in its parts, each once. */
  #parted({ role, content, own }: HistoryMessage): ChatMessage {
    if (own === undefined) return { role, content };
    let message = this.#parts.get(own);
    if (message === undefined) {
      const parts = splitReply(own.text, this.#options.reasoning);
      const reasoning = this.#options.givesReasoning ? (parts.reasoning?.trim() ?? "") : "";
      const said = parts.reasoning === null ? parts.content : parts.content.trimStart();
      message = reasoning === "" ? { role, content: said } : { role, content: said, reasoning };
      this.#parts.set(own, message);
    }
    return message;
  }

  #segments(messages: readonly ChatMessage[]): readonly Segment[] {
    const isRegular = messages.every((message, index) => this.#isRegular(message, index));
    const pieces = isRegular ? (this.#pieces?.segments(messages) ?? null) : null;
    return pieces ?? this.#whole(messages);
  }

  /** Whether it may be framed like any other: a template can look for marks of its own in a text, or for an empty one. */
  #isRegular(message: ChatMessage, index: number): boolean {
    const role = index === 0 ? "system" : index % 2 === 1 ? "user" : "assistant";
    if (message.role !== role) return false;
    // Openings are rendered as they are.
    if (index < 2) return true;
    return this.#isRegularText(message.content) && this.#isRegularText(message.reasoning ?? "-");
  }

  #isRegularText(text: string): boolean {
    let isRegular = this.#regular.get(text);
    if (isRegular === undefined) {
      isRegular =
        text.trim() !== "" && !oddEdge.test(text) && !this.#marks.some((mark) => text.includes(mark));
      if (this.#regular.size >= mostTexts) this.#regular.clear();
      this.#regular.set(text, isRegular);
    }
    return isRegular;
  }

  #whole(messages: readonly ChatMessage[]): readonly Segment[] {
    const shapes = messages.map(shapeOf);
    const key = shapes.map(({ role, hasReasoning }) => role.charAt(0) + Number(hasReasoning)).join("");
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      layout = layoutOf((marked) => this.#renderer.render(marked), shapes);
      // Conversations grow side by side: those of the same length need the same one.
      if (this.#layouts.size >= mostLayouts) this.#layouts.clear();
      this.#layouts.set(key, layout);
    }
    return segmentsOf(this.#renderer.render(messages), layout, messages);
  }
}

const mostLayouts = 32;
const mostTexts = 20_000;

const ascii = String.raw` \t\n\v\f\r`;
/** White space beyond ASCII at an end: one engine takes away what another leaves. */
const oddEdge = new RegExp(`^[${ascii}]*[^\\S${ascii}]|[^\\S${ascii}][${ascii}]*$`);

import type { Reasoning } from "../reply/reasoning.ts";
import { splitReply } from "../reply/split.ts";
import { type Layout, layoutOf, type Segment, segmentsOf, shapeOf } from "./layout.ts";
import type { AnswerForm, ChatMessage, HistoryMessage, OwnAnswer } from "./message.ts";
import { formOfLast, LaidPrompt, type Part, textOf, withOwnWords } from "./laid-prompt.ts";
import { derivePieces, type Pieces } from "./pieces.ts";
import type { Renderer } from "./renderer.ts";
import { marksOfTemplate } from "./template-marks.ts";
import { TokenRuns } from "./token-runs.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A conversation as the model sees it, ready to be continued. */
export interface Prompt {
  readonly tokens: readonly number[];
  /** The text behind the last message, what the reply goes on from; and its tokens. */
  readonly generation: string;
  readonly generationTokens: number;
  /** Of the last answer in the history; null: none of the model's own. */
  readonly answerForm: AnswerForm | null;
  /** The whole text, the model's own words as it said them. */
  readonly text: () => string;
}

/** A turn's prompt up to the end of its question. */
interface LaidTurn {
  readonly history: readonly HistoryMessage[];
  readonly laid: LaidPrompt;
  readonly answerForm: AnswerForm | null;
}

/** What was laid for a conversation's last turn. */
export class PromptMemory {
  /** Its history is the caller's, who adds to it by making another. */
  last: LaidTurn | null = null;

  /** The last turn, where this history only adds to what it showed. */
  before(history: readonly HistoryMessage[]): LaidTurn | null {
    const isSame = this.last?.history.every((message, index) => isEqual(message, history[index])) ?? false;
    return isSame ? this.last : null;
  }
}

function isEqual(one: HistoryMessage, other: HistoryMessage | undefined): boolean {
  if (one === other) return true;
  return one.role === other?.role && one.content === other.content && one.own === other.own;
}

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

  /**
   * @param memory of the conversation, so that what was laid for the turn before need not be laid again
   * @throws Error what the template raises
   */
  prompt(history: readonly HistoryMessage[], memory: PromptMemory = new PromptMemory()): Prompt {
    const generation = this.#pieces?.generation ?? null;
    const last = generation === null ? null : this.#continue(history, memory);
    if (last === null || generation === null) return this.#whole(history);
    const laid = new LaidPrompt(this.#runs, last.laid);
    laid.add(generation);
    return {
      ...this.#generationOf(generation),
      tokens: laid.tokens(),
      answerForm: last.answerForm,
      text: () => textOf([...(this.#fromPieces(history, 0) ?? []), ...generation]),
    };
  }

  /** Lays what is new from pieces, up to the end of the last question; null: it has to be rendered whole. */
  #continue(history: readonly HistoryMessage[], memory: PromptMemory): LaidTurn | null {
    const before = memory.before(history);
    const from = before?.history.length ?? 0;
    const parts = this.#fromPieces(history, from);
    if (parts === null) return null;
    const laid = new LaidPrompt(this.#runs, before?.laid ?? null);
    laid.add(parts);
    const isNew = from < history.length;
    const answerForm = isNew ? formOfLast(parts, history) : (before?.answerForm ?? null);
    memory.last = { history, laid, answerForm };
    return memory.last;
  }

  /** A history from a message on, put together from pieces; null: it has to be rendered whole. */
  #fromPieces(history: readonly HistoryMessage[], from: number): Part[] | null {
    const fresh = history.slice(from).map((message) => this.#parted(message));
    const isRegular = fresh.every((message, index) => this.#isRegular(message, from + index));
    const segments = isRegular ? (this.#pieces?.segments(fresh, from) ?? null) : null;
    return segments === null ? null : withOwnWords(segments, history);
  }

  #whole(history: readonly HistoryMessage[]): Prompt {
    const segments = this.#rendered(history.map((message) => this.#parted(message)));
    const parts = withOwnWords(segments, history);
    const laid = new LaidPrompt(this.#runs);
    laid.add(parts);
    return {
      ...this.#generationOf(segments.slice(segments.findLastIndex(({ slot }) => slot !== null) + 1)),
      tokens: laid.tokens(),
      answerForm: formOfLast(parts, history),
      text: () => textOf(parts),
    };
  }

  #generationOf(segments: readonly Segment[]): Pick<Prompt, "generation" | "generationTokens"> {
    const generation = textOf(segments);
    const tokens = this.#runs.idsOf([{ text: generation, slot: null }], true);
    return { generation, generationTokens: tokens.length };
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

  #rendered(messages: readonly ChatMessage[]): readonly Segment[] {
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

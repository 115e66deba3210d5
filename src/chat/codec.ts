import { sha256Of } from "../sha256.ts";
import { EngineError, messageOf } from "../errors.ts";
import { javascriptJinja } from "./javascript-jinja.ts";
import type { ChatMessage } from "./message.ts";
import { createRenderer } from "./renderer.ts";
import type { Tokenizer } from "./tokenizer.ts";

type Render = (messages: readonly ChatMessage[]) => string;

export type TemplateSource = "model" | "file" | "plain";

/** One message of a history; `tokenIds` are the ids the model itself generated for exactly this text. */
export interface HistoryMessage extends ChatMessage {
  readonly tokenIds?: readonly number[];
}

/** Turns a history into the token ids that the model sees, the generation prompt included. */
export interface ChatCodec {
  readonly mode: "pieces" | "full";
  readonly source: TemplateSource;
  /** SHA-256 of the template's text. */
  readonly hash: string;
  /** The text with which a prompt opens reasoning, and its ids; null and none where it doesn't. */
  readonly opener: string | null;
  readonly openerIds: readonly number[];
  /** Whether the template is another one with reasoning than without. */
  readonly knowsReasoning: boolean;
  render(history: readonly HistoryMessage[], contents: Map<string, number[]>): number[];
}

/**
 * Derives how a Jinja chat template wraps each message and checks that putting the wrappers around the messages
 * one by one gives the text and the tokens of rendering the whole. Where it does, a history is rendered from these
 * pieces, and the model's own text goes back byte for byte as the tokens it generated. Where the template rewrites
 * its history, every turn renders and tokenises all of it (`full`).
 *
 * @throws EngineError `self_check` when the template cannot render a plain conversation at all
 */
export function createChatCodec(
  template: string,
  source: TemplateSource,
  tokenizer: Tokenizer,
  thinking = false,
): ChatCodec {
  const renderer = createRenderer(template, tokenizer, { enable_thinking: thinking }, javascriptJinja);
  const render: Render = (messages) => renderer.render(messages);
  const other = renderer.with({ enable_thinking: !thinking });
  const hash = sha256Of(template);
  const opener =
    /<(?:think|thinking|reasoning)>\s*$/.exec(renderOrThrow(render, marked(sentinels.slice(0, 2))))?.[0] ??
    null;
  const facts = {
    source,
    hash,
    opener,
    openerIds: opener === null ? [] : tokenizer.tokenize(opener, true),
    knowsReasoning: differs(render, (messages) => other.render(messages)),
  };
  const full: ChatCodec = {
    mode: "full",
    ...facts,
    render: (history) => withBos(tokenizer, tokenizer.tokenize(render(history), true)),
  };
  const pieces = derivePieces(render);
  if (pieces === null) return full;
  const codec: ChatCodec = { mode: "pieces", ...facts, render: createPieceRenderer(pieces, tokenizer) };
  return agreesWithWhole(codec, full) ? codec : full;
}

/** Whether two ways of rendering differ on a conversation with reasoning in it. */
function differs(render: Render, other: Render): boolean {
  const history = marked(["Q1systemQ1", "Q2userQ2", "<think>Q3whyQ3</think>Q3answerQ3", "Q4userQ4"]);
  return renderOrThrow(render, history) !== renderOrThrow(other, history);
}

interface Pieces {
  readonly beforeSystem: string;
  readonly beforeFirstUser: string;
  /** Between a user's message and an answer that is history. */
  readonly beforeAnswer: string;
  readonly beforeUser: string;
  /** Between the last user's message and what is to be generated. */
  readonly generation: string;
}

const sentinels = ["Q1systemQ1", "Q2userQ2", "Q3answerQ3", "Q4userQ4", "Q5answerQ5", "Q6userQ6"];

function marked(contents: readonly string[]): ChatMessage[] {
  return contents.map((content, index) => ({
    role: index === 0 ? "system" : index % 2 === 1 ? "user" : "assistant",
    content,
  }));
}

/** Cuts a rendered sample at its sentinels; null when the wrappers differ from turn to turn. */
function derivePieces(render: Render): Pieces | null {
  const long = cut(renderOrThrow(render, marked(sentinels)), sentinels);
  const short = cut(renderOrThrow(render, marked(sentinels.slice(0, 2))), sentinels.slice(0, 2));
  if (long === null || short === null) return null;
  const [
    beforeSystem = "",
    beforeFirstUser = "",
    beforeAnswer = "",
    beforeUser = "",
    again,
    next,
    generation = "",
  ] = long;
  const stable =
    again === beforeAnswer &&
    next === beforeUser &&
    short[0] === beforeSystem &&
    short[1] === beforeFirstUser &&
    short[2] === generation;
  return stable ? { beforeSystem, beforeFirstUser, beforeAnswer, beforeUser, generation } : null;
}

function renderOrThrow(render: Render, messages: readonly ChatMessage[]): string {
  try {
    return render(messages);
  } catch (error) {
    throw new EngineError(
      "self_check",
      `the chat template cannot render a conversation: ${messageOf(error)}`,
    );
  }
}

function cut(text: string, marks: readonly string[]): string[] | null {
  const pieces: string[] = [];
  let start = 0;
  for (const mark of marks) {
    const at = text.indexOf(mark, start);
    if (at < 0 || text.indexOf(mark, at + 1) >= 0) return null;
    pieces.push(text.slice(start, at));
    start = at + mark.length;
  }
  return [...pieces, text.slice(start)];
}

function createPieceRenderer(pieces: Pieces, tokenizer: Tokenizer): ChatCodec["render"] {
  const special = (text: string): number[] => tokenizer.tokenize(text, true);
  const ids = {
    beforeSystem: withBos(tokenizer, special(pieces.beforeSystem)),
    beforeFirstUser: special(pieces.beforeFirstUser),
    beforeAnswer: special(pieces.beforeAnswer),
    beforeUser: special(pieces.beforeUser),
    generation: special(pieces.generation),
  };
  return (history, contents) => {
    const tokens: number[] = [];
    history.forEach((message, index) => {
      append(tokens, wrapperBefore(message, index));
      append(tokens, message.tokenIds ?? contentIds(message.content, contents));
    });
    append(tokens, ids.generation);
    return tokens;
  };

  function wrapperBefore(message: ChatMessage, index: number): readonly number[] {
    if (index === 0) return ids.beforeSystem;
    if (index === 1) return ids.beforeFirstUser;
    return message.role === "assistant" ? ids.beforeAnswer : ids.beforeUser;
  }

  /** Content never makes special tokens: words and answers are data. */
  function contentIds(content: string, contents: Map<string, number[]>): readonly number[] {
    let known = contents.get(content);
    if (known === undefined) {
      known = tokenizer.tokenize(content, false);
      contents.set(content, known);
    }
    return known;
  }
}

/** Begins with the beginning-of-sequence token exactly once where the model wants one. */
function withBos(tokenizer: Tokenizer, tokens: readonly number[]): number[] {
  const { bosId, prependBos } = tokenizer;
  if (bosId === null || !prependBos) return tokens.slice();
  let start = 0;
  while (tokens[start] === bosId) start++;
  return [bosId, ...tokens.slice(start)];
}

/** Compares both ways of rendering on a conversation like ours. */
function agreesWithWhole(codec: ChatCodec, full: ChatCodec): boolean {
  const history = marked([
    "Look up.\nabout: -42\nabove: 7\n",
    "about",
    "<answer>-42</answer>",
    "above",
    "<answer>-35</answer>",
    "about",
  ]);
  const pieces = codec.render(history, new Map());
  const whole = full.render(history, new Map());
  return pieces.length === whole.length && pieces.every((id, index) => id === whole[index]);
}

function append(target: number[], source: readonly number[]): void {
  for (const id of source) target.push(id);
}

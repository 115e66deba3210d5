import { deriveFrames, type Frames } from "./frames.ts";
import {
  edgings,
  type Layout,
  layoutOf,
  type Render,
  type Segment,
  segmentsOf,
  shapeOf,
  type Slot,
  slotsOf,
} from "./layout.ts";
import type { ChatMessage } from "./message.ts";

/**
 * A conversation's text put together from how its template frames one exchange like another, so that a long one need not
 * be rendered for every turn. Checked against whole texts.
 */
export interface Pieces {
  /** Behind the last question. */
  readonly generation: readonly Segment[];
  /**
   * The segments of a conversation up to the end of its last question.
   *
   * @param messages those from `from` on: all of them (0), or whole exchanges behind a question
   * @returns null: the opening is framed otherwise
   */
  segments(messages: readonly ChatMessage[], from: number): Segment[] | null;
}

/** Null where exchanges are framed differently from turn to turn. */
export function derivePieces(render: Render): Pieces | null {
  try {
    const frames = deriveFrames(render);
    if (frames === null) return null;
    const shown = deriveEdgings(render, frames);
    if (shown === null) return null;
    const pieces = new FramedPieces(render, frames, shown);
    return probes.every((probe) => agrees(render, pieces, probe)) ? pieces : null;
  } catch {
    return null;
  }
}

type Edging = (text: string) => string;

interface Shown {
  readonly question: Edging;
  readonly content: Edging;
  readonly reasoning: Edging;
}

const edged = (text: string): string => ` \n ${text}\n \n`;

/** What becomes of white space at the ends; null: something else. */
function deriveEdgings(render: Render, frames: Frames): Shown | null {
  const of = (message: number, part: Slot["part"], messages: readonly ChatMessage[]): Edging | null => {
    const layout = layoutOf(render, messages.map(shapeOf));
    if (slotsOf(layout, message, part).length === 0) return (text) => text;
    const whole = render(messages);
    const fits = edgings.filter((edging) => {
      const changed = messages.map((one, index) =>
        index === message ? { ...one, [part]: edging(one[part] ?? "") } : one,
      );
      return put(layout, changed) === whole;
    });
    return fits[0] ?? null;
  };
  const base: ChatMessage[] = [
    { role: "system", content: "S" },
    { role: "user", content: "U" },
    { role: "assistant", content: "A" },
    { role: "user", content: "V" },
  ];
  const at = (index: number, change: Partial<ChatMessage>): ChatMessage[] =>
    base.map((message, place) => (place === index ? { ...message, ...change } : message));
  const question = of(3, "content", at(3, { content: edged("V") }));
  const content = of(2, "content", at(2, { content: edged("A") }));
  const reasoning = of(2, "reasoning", at(2, { reasoning: edged("R") }));
  if (question === null || content === null || reasoning === null || frames.plain.length === 0) return null;
  return { question, content, reasoning };
}

function put(layout: Layout, messages: readonly ChatMessage[]): string {
  return layout
    .map((item) => (typeof item === "string" ? item : (messages[item.message]?.[item.part] ?? "")))
    .join("");
}

class FramedPieces implements Pieces {
  readonly generation: readonly Segment[];
  readonly #render: Render;
  readonly #frames: Frames;
  readonly #shown: Shown;
  /** Openings are few: one a rollout. */
  readonly #openings = new Map<string, Segment[] | null>();

  constructor(render: Render, frames: Frames, shown: Shown) {
    this.#render = render;
    this.#frames = frames;
    this.#shown = shown;
    this.generation = frames.generation === "" ? [] : [{ text: frames.generation, slot: null }];
  }

  segments(messages: readonly ChatMessage[], from: number): Segment[] | null {
    const opening = from === 0 ? this.#opening(messages.slice(0, 2)) : [];
    if (opening === null) return null;
    const segments = opening.slice();
    const { plain, reasoned } = this.#frames;
    for (let at = from === 0 ? 2 : 0; at < messages.length; at += 2) {
      const [answer, question] = messages.slice(at, at + 2);
      const frame = answer?.reasoning === undefined ? plain : reasoned;
      for (const item of frame) segments.push(this.#segment(item, from + at, answer, question));
    }
    return segments;
  }

  /** @param place of the answer in the conversation; frames were derived from one where it is the third message */
  #segment(
    item: string | Slot,
    place: number,
    answer: ChatMessage | undefined,
    question: ChatMessage | undefined,
  ): Segment {
    if (typeof item === "string") return { text: item, slot: null };
    const { part } = item;
    const isAnswer = item.message === 2;
    const edging = isAnswer ? this.#shown[part] : this.#shown.question;
    const text = edging((isAnswer ? answer : question)?.[part] ?? "");
    return { text, slot: { part, message: item.message - 2 + place } };
  }

  /** Up to the end of the first question; null: framed otherwise than its marks were. */
  #opening(messages: readonly ChatMessage[]): Segment[] | null {
    const key = JSON.stringify(messages.map(({ content }) => content));
    let known = this.#openings.get(key);
    if (known === undefined) {
      known = this.#renderOpening(messages);
      if (this.#openings.size >= mostOpenings) this.#openings.clear();
      this.#openings.set(key, known);
    }
    return known;
  }

  #renderOpening(messages: readonly ChatMessage[]): Segment[] | null {
    const { opening, generation } = this.#frames;
    const layout = generation === "" ? opening : [...opening, generation];
    const segments = segmentsOf(this.#render(messages), layout, messages);
    const at = segments.findLastIndex(({ slot }) => slot !== null);
    const behind = segments.slice(at + 1).map(({ text }) => text);
    const isFramed = segments[at]?.slot?.message === 1 && behind.join("") === generation;
    return isFramed ? segments.slice(0, at + 1) : null;
  }
}

const mostOpenings = 256;

const long = `So: {7} [7] 'seven' "7" & 7 > -1.\n\n\tAnd ${"so on, ".repeat(600)}`;

/** Conversations like ours, with white space where it matters, and long ones. */
const probes: readonly (readonly ChatMessage[])[] = [
  ["<answer>-42</answer>", " <answer>-35</answer>", "-35 \n", "<answer>\n7 </answer>\n\n"],
  [edged("7"), "The total is 7.\n\n<answer>7</answer>", "{7} [7] 'seven' \"7\"", "7"],
  [`${long}7`, `${long}7`],
].map((answers) => [
  { role: "system" as const, content: "Look up.\nabout: -42\nabove: 7\n" },
  { role: "user" as const, content: "about" },
  ...answers.flatMap((content, index): ChatMessage[] => [
    index % 2 === 0
      ? { role: "assistant", content }
      : { role: "assistant", content, reasoning: edged(index === 1 ? `${long}${index}` : `so ${index}`) },
    { role: "user", content: index === 1 ? edged(`${long}above`) : "above, about" },
  ]),
]);

function agrees(render: Render, pieces: Pieces, messages: readonly ChatMessage[]): boolean {
  const segments = pieces.segments(messages, 0);
  if (segments === null) return false;
  const text = [...segments, ...pieces.generation].map((segment) => segment.text).join("");
  return text === render(messages);
}

import {
  edgings,
  type Layout,
  layoutOf,
  type Render,
  type Segment,
  segmentsOf,
  type Shape,
  shapeOf,
  type Slot,
} from "./layout.ts";
import type { ChatMessage } from "./message.ts";

/**
 * How a template frames one exchange like another, so that a long conversation's text is put together without rendering
 * all of it for every turn. Derived from conversations of several lengths, checked against the whole text.
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

/** Between the end of a question and the end of the next one, without and with reasoning; and behind the last. */
interface Frames {
  readonly plain: Layout;
  readonly reasoned: Layout;
  readonly generation: Layout;
  /** Up to the end of the first question. */
  readonly opening: Layout;
}

const system: Shape = { role: "system", hasReasoning: false };
const user: Shape = { role: "user", hasReasoning: false };

/** A conversation of so many answers, with reasoning where it is true. */
function conversation(reasoned: readonly boolean[]): Shape[] {
  return [
    system,
    user,
    ...reasoned.flatMap((hasReasoning): Shape[] => [{ role: "assistant", hasReasoning }, user]),
  ];
}

const patterns: readonly (readonly boolean[])[] = [
  [],
  [false],
  [true],
  [false, false],
  [true, true],
  [false, true, false],
  [true, false, true],
  [false, false, false, false],
  [true, true, true, true],
  // A template may begin to leave out turns, or raise, where a conversation is long.
  Array.from({ length: 64 }, (_, index) => index % 2 === 0),
];

function deriveFrames(render: Render): Frames | null {
  const first = layoutOf(render, conversation([]));
  const at = indexOfQuestion(first, 1);
  if (at < 0) return null;
  const opening = first.slice(0, at + 1);
  const generation = first.slice(at + 1);
  // What repeats a message behind the last question is no frame.
  if (generation.some((item) => typeof item !== "string")) return null;
  const frame = (hasReasoning: boolean): Layout => {
    const layout = layoutOf(render, conversation([hasReasoning]));
    const from = indexOfQuestion(layout, 1) + 1;
    return layout.slice(from, indexOfQuestion(layout, 3) + 1);
  };
  const frames = { opening, generation, plain: frame(false), reasoned: frame(true) };
  const isRegular = patterns.every((pattern) => {
    const expected = [
      ...opening,
      ...pattern.flatMap((hasReasoning, index) =>
        moved(hasReasoning ? frames.reasoned : frames.plain, 2 * index),
      ),
      ...generation,
    ];
    return isSame(layoutOf(render, conversation(pattern)), expected);
  });
  return isRegular ? frames : null;
}

/** Where a message's text stands, once; -1: not once. */
function indexOfQuestion(layout: Layout, message: number): number {
  const places = layout.flatMap((item, index) =>
    typeof item !== "string" && item.message === message ? [index] : [],
  );
  return places.length === 1 ? (places[0] ?? -1) : -1;
}

function moved(layout: Layout, messages: number): Layout {
  return layout.map((item) =>
    typeof item === "string" ? item : { ...item, message: item.message + messages },
  );
}

function isSame(one: Layout, other: Layout): boolean {
  return JSON.stringify(joined(one)) === JSON.stringify(joined(other));
}

/** Neighbouring texts as one. */
function joined(layout: Layout): Layout {
  const items: (string | Slot)[] = [];
  for (const item of layout) {
    const last = items.at(-1);
    if (typeof item === "string" && typeof last === "string") items[items.length - 1] = last + item;
    else items.push(item);
  }
  return items;
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
    const isShown = layout.some(
      (item) => typeof item !== "string" && item.message === message && item.part === part,
    );
    if (!isShown) return (text) => text;
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
  readonly #render: Render;
  readonly #frames: Frames;
  readonly #shown: Shown;
  /** Openings are few: one a rollout. */
  readonly #openings = new Map<string, Segment[] | null>();
  readonly #generation: readonly Segment[];

  constructor(render: Render, frames: Frames, shown: Shown) {
    this.#render = render;
    this.#frames = frames;
    this.#shown = shown;
    this.#generation = frames.generation.map((item) => ({ text: textOfItem(item), slot: null }));
  }

  get generation(): readonly Segment[] {
    return this.#generation;
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
    const segments = segmentsOf(this.#render(messages), [...opening, ...generation], messages);
    const at = segments.findLastIndex(({ slot }) => slot !== null);
    const behind = segments.slice(at + 1).map(({ text }) => text);
    const isFramed = segments[at]?.slot?.message === 1 && behind.join("") === put(generation, messages);
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

function textOfItem(item: string | Slot): string {
  return typeof item === "string" ? item : "";
}

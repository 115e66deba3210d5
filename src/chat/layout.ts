import type { ChatMessage } from "./message.ts";

/** Where a part of a message stands in a conversation's text. */
export interface Slot {
  /** Index of the message in the conversation. */
  readonly message: number;
  readonly part: "content" | "reasoning";
}

/** A conversation's text as its template frames it: what the template says, and the slots between. */
export type Layout = readonly (string | Slot)[];

/** A piece of a conversation's text: of the template (no slot), or of a message as the template shows it. */
export interface Segment {
  readonly text: string;
  readonly slot: Slot | null;
}

/** What of a message decides how a template frames it. */
export interface Shape {
  readonly role: ChatMessage["role"];
  readonly hasReasoning: boolean;
}

/** Instructions and a question, then so many answers, with reasoning where it is true, each with a question behind it. */
export function conversationOf(reasoned: readonly boolean[]): Shape[] {
  const user: Shape = { role: "user", hasReasoning: false };
  return [
    { role: "system", hasReasoning: false },
    user,
    ...reasoned.flatMap((hasReasoning): Shape[] => [{ role: "assistant", hasReasoning }, user]),
  ];
}

export type Render = (messages: readonly ChatMessage[]) => string;

/** Renders a conversation of this shape with a mark in place of every text. @throws Error what the template raises */
export function layoutOf(render: Render, shapes: readonly Shape[]): Layout {
  const messages = shapes.map(({ role, hasReasoning }, message): ChatMessage => {
    const content = markOf({ message, part: "content" });
    return hasReasoning
      ? { role, content, reasoning: markOf({ message, part: "reasoning" }) }
      : { role, content };
  });
  const layout: (string | Slot)[] = [];
  for (const [index, piece] of render(messages)
    .split(/Q(\d+[cr])Q/i)
    .entries()) {
    if (index % 2 === 1)
      layout.push({
        message: Number(piece.slice(0, -1)),
        part: /c$/i.test(piece) ? "content" : "reasoning",
      });
    else if (piece !== "") layout.push(piece);
  }
  return layout;
}

/** Where a message's texts stand in a layout, or its content or reasoning alone. */
export function slotsOf(layout: Layout, message: number, part?: Slot["part"]): number[] {
  return layout.flatMap((item, index) => {
    if (typeof item === "string" || item.message !== message) return [];
    return part === undefined || item.part === part ? [index] : [];
  });
}

/** Letters and digits alone, known in capitals too: nothing that a template looks for or takes away. */
function markOf({ message, part }: Slot): string {
  return `Q${message}${part.charAt(0)}Q`;
}

export function shapeOf({ role, reasoning }: ChatMessage): Shape {
  return { role, hasReasoning: reasoning !== undefined };
}

/** What templates do with white space at a text's ends. */
export const edgings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.trim(),
  (text) => text.trimStart(),
  (text) => text.trimEnd(),
  (text) => text.replace(/^\n+|\n+$/g, ""),
  (text) => text.replace(/^\n+/, ""),
  (text) => text.replace(/\n+$/, ""),
];

/**
 * Finds the messages in a conversation's text by its layout. The segments put together are always the whole text; where
 * the template shows a text in other words, what stands in its place is its segment. Where it also frames a text otherwise
 * than its mark, only a text that stands there word for word is a message's: the rest belongs to the template.
 */
export function segmentsOf(text: string, layout: Layout, messages: readonly ChatMessage[]): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  // Whether the frame before was not found.
  let isLost = false;
  const take = (end: number, slot: Slot | null): void => {
    if (end > at) segments.push({ text: text.slice(at, end), slot });
    at = Math.max(at, end);
  };
  for (const [index, item] of layout.entries()) {
    if (typeof item === "string") {
      const found = text.indexOf(item, at);
      isLost = found < 0;
      if (isLost) continue;
      // A frame that looks otherwise with these texts: what is there belongs to the template.
      take(found, null);
      take(found + item.length, null);
    } else {
      const place = placeOf(text, at, partOf(messages, item), layout[index + 1], isLost);
      take(place.start, null);
      take(place.end, item);
    }
  }
  take(text.length, null);
  return segments;
}

function partOf(messages: readonly ChatMessage[], { message, part }: Slot): string {
  return messages[message]?.[part] ?? "";
}

/**
 * Where a message's text stands.
 *
 * @param next what follows in the layout
 * @param isLost whether it need not stand at this very place
 */
function placeOf(
  text: string,
  at: number,
  content: string,
  next: string | Slot | undefined,
  isLost: boolean,
): { readonly start: number; readonly end: number } {
  const frame = typeof next === "string" ? next : "";
  const edged = edgings.map((edging) => edging(content));
  const here = edged.filter((shown) => text.startsWith(shown, at));
  const isEnd = (end: number): boolean =>
    next === undefined ? end === text.length : text.startsWith(frame, end);
  const exact = here.find((shown) => isEnd(at + shown.length));
  if (exact !== undefined) return { start: at, end: at + exact.length };
  const word = here.find((shown) => shown !== "");
  if (word !== undefined && !isLost) return { start: at, end: at + word.length };
  const end = next === undefined ? text.length : frame === "" ? at : text.indexOf(frame, at);
  if (end < 0) return { start: at, end: at };
  const behind = edged.find((shown) => shown !== "" && text.slice(at, end).endsWith(shown));
  if (behind !== undefined) return { start: end - behind.length, end };
  return isLost ? { start: at, end: at } : { start: at, end };
}

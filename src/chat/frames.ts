import { conversationOf, type Layout, layoutOf, type Render, type Slot, slotsOf } from "./layout.ts";

/** Between the end of a question and the end of the next one, without and with reasoning; and behind the last. */
export interface Frames {
  readonly plain: Layout;
  readonly reasoned: Layout;
  readonly generation: string;
  /** Up to the end of the first question. */
  readonly opening: Layout;
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

/**
 * Derived from conversations of several lengths.
 *
 * @returns null where exchanges are framed differently from turn to turn
 * @throws Error what the template raises
 */
export function deriveFrames(render: Render): Frames | null {
  const first = layoutOf(render, conversationOf([]));
  const at = indexOfQuestion(first, 1);
  if (at < 0) return null;
  const opening = first.slice(0, at + 1);
  const behind = first.slice(at + 1);
  const generation = behind.filter((item) => typeof item === "string").join("");
  // What repeats a message behind the last question is no frame.
  if (behind.some((item) => typeof item !== "string")) return null;
  const frame = (hasReasoning: boolean): Layout => {
    const layout = layoutOf(render, conversationOf([hasReasoning]));
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
      ...(generation === "" ? [] : [generation]),
    ];
    return isSame(layoutOf(render, conversationOf(pattern)), expected);
  });
  return isRegular ? frames : null;
}

/** Where a message's text stands, once; -1: not once. */
function indexOfQuestion(layout: Layout, message: number): number {
  const places = slotsOf(layout, message);
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

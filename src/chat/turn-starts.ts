import type { Reasoning } from "../reply/reasoning.ts";
import { conversationOf, layoutOf, type Render, slotsOf } from "./layout.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Texts with which a turn of this conversation's format may begin: a model that goes on with one has ended its reply and
 * plays the conversation itself.
 *
 * Marks that end a reply anyway are left out at their front, and so is white space before a special token, which needs no
 * line of its own to be told from words; an empty line before others may be left out. Reasoning that a frame opens or
 * closes is not needed to know it. A frame without a word, or a letter as a label (`Q:`), tells nothing.
 */
export function turnStartsOf(
  render: Render,
  { endTexts, specialTexts, definedTexts }: Pick<Tokenizer, "endTexts" | "specialTexts" | "definedTexts">,
  reasoning: Pick<Reasoning, "start" | "ends"> | null,
): string[] {
  let layout;
  try {
    layout = layoutOf(render, conversationOf([false, false]));
  } catch {
    return [];
  }
  const before = (message: number): string => {
    const [at = 0] = slotsOf(layout, message);
    const frame = layout[at - 1];
    return typeof frame === "string" ? frame : "";
  };
  const marks = [...specialTexts, ...definedTexts].filter((text) => text.trim() !== "");
  const last = layout.at(-1);
  const frames = [before(3), before(4), typeof last === "string" ? last : ""];
  const inside = reasoning === null ? [] : [reasoning.start, ...reasoning.ends].filter((mark) => mark !== "");
  const starts = frames.flatMap((frame) => {
    const start = withoutReasoning(withoutEnds(frame, endTexts), inside).trimEnd();
    const bare = start.trimStart();
    if (marks.some((mark) => bare.startsWith(mark))) return [bare];
    return start.startsWith("\n\n") ? [start, `\n${bare}`] : [start];
  });
  const telling = [...new Set(starts.filter((start) => tells.test(start)))];
  return telling.filter((start) => !telling.some((other) => other !== start && start.startsWith(other)));
}

/** A word, or one letter as a line's label. */
const tells = /\p{L}{2}|^\n\s*\p{L}[:>)\]]$/u;

/** Up to the first mark of reasoning behind its beginning. */
function withoutReasoning(frame: string, marks: readonly string[]): string {
  const places = marks.map((mark) => frame.indexOf(mark)).filter((place) => place > 0);
  return frame.slice(0, Math.min(frame.length, ...places));
}

function withoutEnds(frame: string, endTexts: readonly string[]): string {
  const end = endTexts.find((text) => text !== "" && frame.trimStart().startsWith(text));
  return end === undefined ? frame : withoutEnds(frame.trimStart().slice(end.length), endTexts);
}

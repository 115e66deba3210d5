import { layoutOf, type Render, type Shape } from "./layout.ts";
import type { Tokenizer } from "./tokenizer.ts";

/**
 * Texts with which a turn of this conversation's format may begin: a model that goes on with one has ended its reply and
 * plays the conversation itself.
 *
 * Marks that end a reply anyway are left out at their front, and so is white space before a special token, which needs no
 * line of its own to be told from words. A frame without a word, or a letter before a sign (`Q:`), tells nothing.
 */
export function turnStartsOf(
  render: Render,
  { endTexts, specialTexts, definedTexts }: Pick<Tokenizer, "endTexts" | "specialTexts" | "definedTexts">,
): string[] {
  const user: Shape = { role: "user", hasReasoning: false };
  const answer: Shape = { role: "assistant", hasReasoning: false };
  const shapes = [{ role: "system" as const, hasReasoning: false }, user, answer, user, answer, user];
  let layout;
  try {
    layout = layoutOf(render, shapes);
  } catch {
    return [];
  }
  const before = (message: number): string => {
    const at = layout.findIndex((item) => typeof item !== "string" && item.message === message);
    const frame = at < 0 ? undefined : layout[at - 1];
    return typeof frame === "string" ? frame : "";
  };
  const marks = [...specialTexts, ...definedTexts].filter((text) => text.trim() !== "");
  const last = layout.at(-1);
  const frames = [before(3), before(4), typeof last === "string" ? last : ""];
  const starts = frames.map((frame) => {
    const start = withoutEnds(frame, endTexts).trimEnd();
    const bare = start.trimStart();
    return marks.some((mark) => bare.startsWith(mark)) ? bare : start;
  });
  const telling = [...new Set(starts.filter((start) => /\p{L}{2}|\p{L}[:>\])]/u.test(start)))];
  return telling.filter((start) => !telling.some((other) => other !== start && start.startsWith(other)));
}

function withoutEnds(frame: string, endTexts: readonly string[]): string {
  const end = endTexts.find((text) => text !== "" && frame.trimStart().startsWith(text));
  return end === undefined ? frame : withoutEnds(frame.trimStart().slice(end.length), endTexts);
}

import { layoutOf, type Render, type Shape } from "./layout.ts";

/**
 * Texts with which a turn of this conversation's format may begin: a model that goes on with one has ended its reply and
 * plays the conversation itself.
 *
 * Marks that end a reply anyway are left out at their front. A frame without letters tells nothing.
 *
 * @param endTexts of the tokens with which a model ends a reply
 */
export function turnStartsOf(render: Render, endTexts: readonly string[]): string[] {
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
  const last = layout.at(-1);
  const frames = [before(3), before(4), typeof last === "string" ? last : ""];
  const starts = frames.map((frame) => withoutEnds(frame, endTexts).trimEnd());
  return [...new Set(starts.filter((start) => /\p{L}{2}/u.test(start)))];
}

function withoutEnds(frame: string, endTexts: readonly string[]): string {
  const end = endTexts.find((text) => text !== "" && frame.trimStart().startsWith(text));
  return end === undefined ? frame : withoutEnds(frame.trimStart().slice(end.length), endTexts);
}

import { families, type Family } from "../reply/families.ts";
import { markParts } from "../reply/marks.ts";
import type { Reasoning } from "../reply/reasoning.ts";
import { areCounterparts, lastUnit, mirrored } from "./mark-units.ts";
import type { ChatMessage } from "./message.ts";
import {
  answerText,
  differingMarks,
  type FoundMarks,
  type Sample,
  thoughtText,
} from "./reasoning-difference.ts";
import type { Renderer } from "./renderer.ts";

/** How a model reasons under its template, and what can be done about it. */
export interface FoundReasoning {
  /** Null: nothing tells that it reasons. */
  readonly reasoning: Reasoning | null;
  /** Whether it can be kept from reasoning: false where nothing changes, or where the prompt opens reasoning all the same. */
  readonly canBeTurnedOff: boolean;
  /** Whether it can be made to reason: false where the template takes no notice or closes reasoning all the same. */
  readonly canBeTurnedOn: boolean;
}

/**
 * Finds how a model marks its reasoning. In this order: by what the template does differently, by the end of the prompt,
 * by the marks of known families that the template names, by special tokens of the vocabulary. A template that raises
 * where it is asked for the other mode is no obstacle.
 *
 * @param renderer in the mode that is asked for
 */
export function findReasoning(
  renderer: Renderer,
  options: {
    readonly thinking: boolean;
    readonly templateText: string;
    readonly specialTexts: readonly string[];
  },
): FoundReasoning {
  const { thinking } = options;
  const asked = sampleOf(renderer);
  const other = sampleOf(renderer.with({ enable_thinking: !thinking, thinking: !thinking }));
  const [on, off] = thinking ? [asked, other] : [other, asked];
  const found = findMarks(on, off, asked, options);
  const reasoning =
    found === null ? null : { ...found, isOpened: asked.prompt !== null && opens(asked.prompt, found) };
  return { reasoning, ...turning(reasoning, on, off) };
}

type Marks = Omit<Reasoning, "isOpened">;

function findMarks(
  on: Sample,
  off: Sample,
  asked: Sample,
  { templateText, specialTexts }: { templateText: string; specialTexts: readonly string[] },
): Marks | null {
  const shown = differingMarks(on, off);
  if (shown !== null) return { ...completed(shown, templateText), foundBy: "template" };
  const prompted = promptFamily((asked.prompt ?? "").trimEnd(), templateText);
  if (prompted !== null) return { ...marksIn(prompted), foundBy: "prompt" };
  const named = families.find((family) => isNamed(family, templateText));
  if (named !== undefined) return { ...marksIn(named), foundBy: "family" };
  const held = families.find((family) => isInVocabulary(family, specialTexts));
  return held === undefined ? null : { ...marksIn(held), foundBy: "vocabulary" };
}

function marksIn({ start, ends, closing, wrappers }: Family): FoundMarks {
  return { start, ends: [...ends], closing, wrappers: [...wrappers] };
}

/** Adds what a template does not show of its family, and that what opens the answer ends reasoning. */
function completed(found: FoundMarks, templateText: string): FoundMarks {
  const [end = ""] = found.ends;
  const family = families.find(
    ({ start, ends, sign = "" }) =>
      (found.start === start || found.start === "") && ends[0] === end && templateText.includes(sign),
  );
  const wrappers = [...found.wrappers];
  for (const pair of family?.wrappers ?? [])
    if (!wrappers.some(([open]) => open === pair[0])) wrappers.push(pair);
  const openings = found.wrappers.filter(([open, close]) => open.startsWith("<|") && close !== "");
  const ends = new Set([...found.ends, ...(family?.ends ?? []), ...openings.map(([open]) => open)]);
  return { ...found, ends: [...ends], wrappers };
}

/** The family whose mark stands at a prompt's end: one that opens reasoning, or the end of some that is over. */
function promptFamily(prompt: string, templateText: string): Family | null {
  const known = families.find(
    ({ start, ends, sign = "" }) =>
      templateText.includes(sign) &&
      (prompt.endsWith(start) || ends.some((end) => areCounterparts(start, end) && lastUnit(prompt) === end)),
  );
  if (known !== undefined) return known;
  const start = lastUnit(prompt);
  const end = start === null ? null : mirrored(start);
  if (start === null || end === null || !/think|thought|reason/i.test(start)) return null;
  return { start, ends: [end], closing: end, wrappers: [] };
}

/** Whether a template names the marks of a family; the end alone is enough where nothing else is called like it. */
function isNamed({ start, ends: [end = ""], sign = "" }: Family, templateText: string): boolean {
  const isCommon = end.startsWith("<|");
  return [sign, end, isCommon ? start : ""].every((text) => templateText.includes(text));
}

function isInVocabulary({ start, ends: [end = ""], sign = "" }: Family, specialTexts: readonly string[]) {
  const [opening, others] = [markParts(start), markParts(end + sign)];
  return opening.length > 0 && [...opening, ...others].every((text) => specialTexts.includes(text));
}

function turning(reasoning: Reasoning | null, on: Sample, off: Sample): Omit<FoundReasoning, "reasoning"> {
  const differs = on.whole !== off.whole;
  if (reasoning === null)
    return { canBeTurnedOff: off.whole !== null, canBeTurnedOn: on.whole !== null && differs };
  // That a vocabulary has marks does not say that they are written unasked. And some templates tell of reasoning in the
  // instructions that they have for themselves, so not where others are given.
  const isUntold = on.alone !== off.alone && !differs;
  const isSilent = isUntold || reasoning.foundBy === "vocabulary";
  const isOff = off.prompt !== null && !opens(off.prompt, reasoning);
  const isOn = on.prompt !== null && !closes(on.prompt, reasoning);
  return {
    canBeTurnedOff: isOff && (isSilent || differs || closes(off.prompt ?? "", reasoning)),
    canBeTurnedOn: isOn && (!isSilent || differs),
  };
}

/** Whether a reply to a prompt begins inside reasoning. */
function opens(prompt: string, marks: FoundMarks): boolean {
  return marks.start === "" ? !closes(prompt, marks) : prompt.trimEnd().endsWith(marks.start);
}

/** Whether a prompt ends with reasoning that is over. */
function closes(prompt: string, { ends }: FoundMarks): boolean {
  return ends.some((end) => prompt.trimEnd().endsWith(end));
}

const userText = "Q6userQ6";

function sampleOf(renderer: Renderer): Sample {
  const asking: ChatMessage[] = [
    { role: "system", content: "Q5systemQ5" },
    { role: "user", content: userText },
  ];
  const answer = { role: "assistant" as const, content: answerText };
  const rendered = (messages: readonly ChatMessage[], isAsking: boolean): string | null => {
    try {
      return renderer.render(messages, isAsking);
    } catch {
      return null;
    }
  };
  const whole = rendered(asking, true);
  return {
    whole,
    alone: rendered(asking.slice(1), true),
    prompt: behindUser(whole),
    plain: behindUser(rendered([...asking, answer], false)),
    reasoned: behindUser(rendered([...asking, { ...answer, reasoning: thoughtText }], false)),
  };
}

function behindUser(text: string | null): string | null {
  const at = text?.lastIndexOf(userText) ?? -1;
  return text === null || at < 0 ? null : text.slice(at + userText.length);
}

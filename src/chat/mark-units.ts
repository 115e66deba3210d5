/**
 * What a template's text is made of, as far as its look tells: marks in brackets, and two of them around one word
 * (`<|channel|>analysis<|message|>`) for one, but for the names of roles.
 */
const unit =
  /<\|\w+\|>(?!(?:assistant|user|system|developer|model|tool)\b)\w+<\|\w+\|>|<[^<>\s][^<>]*>|\[[^[\]\s][^[\]]*\]|◁[^◁▷]+▷/gu;

/** @returns the mark with which a text begins, or null */
export function firstUnit(text: string): string | null {
  const found = unitsOf(text)[0];
  return found?.begin === 0 ? found.text : null;
}

/** @returns the mark with which a text ends, or null */
export function lastUnit(text: string): string | null {
  const found = unitsOf(text).at(-1);
  return found !== undefined && found.end === text.length ? found.text : null;
}

/** How far two texts are the same, in whole marks and words. */
export function commonEnd(text: string, other: string): number {
  let at = 0;
  while (at < text.length && text.charAt(at) === other.charAt(at)) at++;
  const cut = unitsOf(text).find(({ begin, end }) => begin < at && at < end);
  if (cut !== undefined) return cut.begin;
  if (at === text.length && at === other.length) return at;
  const rest = /\w*$/.exec(text.slice(0, at))?.[0] ?? "";
  const isInWord = [text, other].some((one) => /^\w/.test(one.slice(at)));
  return isInWord ? at - rest.length : at;
}

/** Whether two marks go together by their names: `<think>` and `</think>`, `START_THINKING` and `END_THINKING`. */
export function areCounterparts(start: string, end: string): boolean {
  const words = (text: string): string[] => text.toLowerCase().match(/[a-z]{4,}/g) ?? [];
  const others = words(end);
  return words(start).some((word) => others.includes(word) && !["begin", "start", "open"].includes(word));
}

/** The end that goes with a mark by its look, or null. */
export function mirrored(start: string): string | null {
  const [, open = "", name = "", close = ""] = /^([<[◁])([a-z][\w:]*)([>\]▷])$/iu.exec(start) ?? [];
  return name === "" ? null : `${open}/${name}${close}`;
}

function unitsOf(text: string): { text: string; begin: number; end: number }[] {
  return [...text.matchAll(unit)].map((found) => ({
    text: found[0],
    begin: found.index,
    end: found.index + found[0].length,
  }));
}

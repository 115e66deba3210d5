import { families } from "../../reply/families.ts";
import type { Reasoning } from "../../reply/reasoning.ts";

/**
 * How a model behind a server reasons, as far as its chat template's text tells by the marks of a known family, or the
 * server by telling reasoning apart: then the marks are ours.
 *
 * @returns null: nothing tells that it reasons
 */
export function knownReasoning(templateText: string | null, isApart: boolean): Reasoning | null {
  const named = isApart
    ? families.find(({ start, sign }) => start === "<think>" && sign === undefined)
    : familyIn(templateText ?? "");
  if (named === undefined) return null;
  const { start, ends, closing, wrappers } = named;
  return {
    isOpened: false,
    start,
    ends: [...ends],
    closing,
    wrappers: wrappers.map(([before, after]) => [before, after]),
    foundBy: isApart ? "family" : "template",
  };
}

/** Of those with the same marks, the one whose sign is there comes first. */
function familyIn(text: string): (typeof families)[number] | undefined {
  return families.find(
    ({ start, ends, sign }) =>
      start !== "" && ends.some((end) => text.includes(end)) && text.includes(sign ?? start),
  );
}

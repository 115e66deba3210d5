import type { Reasoning } from "./reasoning.ts";

/**
 * The mark with which a prompt opened reasoning, for rules that look for it in the text, where earlier versions put it;
 * empty: it opened none.
 */
export function openerOf(reasoning: Reasoning | null): string {
  if (reasoning?.isOpened !== true) return "";
  const end = reasoning.ends.find((one) => /^<\/\w+>$/.test(one));
  return end === undefined ? reasoning.start : end.replace("/", "");
}

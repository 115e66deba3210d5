import { afterSlipSentence } from "../slips/after-slip.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";

/** What the slips of each row say in words: what causes them as far as that is shown, and what comes after the first one. */
export function slipLines(groups: readonly CompareGroup[]): string[] {
  return groups.flatMap((group) => {
    const about = groups.length === 1 ? "" : `${group.label}: `;
    const found = [...(group.slips?.findings ?? []), afterSlipSentence(group)];
    return found.flatMap((sentence) => (sentence === null ? [] : [`${about}${sentence}`]));
  });
}

import { significant } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** A comparison so small that no result could show a difference, and what it takes. */
export function cannotShowSentence(
  name: string,
  figures: {
    readonly rollouts: number;
    readonly comparisons: number;
    readonly smallestP: number;
    readonly needed: number;
  },
): string {
  const { rollouts, comparisons, smallestP, needed } = figures;
  return `${name}: with ${counted(rollouts, "rollout")} and ${counted(comparisons, "comparison")} the smallest p-value there can be is ${significant(smallestP, 2)}, so no difference could be shown. It takes ${counted(needed, "rollout")} at least.`;
}

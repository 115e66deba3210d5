import type { RunSummary } from "../figures/run-schema.ts";
import { outcomeClasses } from "../store/rows.ts";
import { partText } from "./words/numbers.ts";
import { outcomeWords } from "./words/words.ts";

/** Shares of the classes that a run's answers are of, those that none is of left out. */
export function outcomesText({ outcomes }: RunSummary): string {
  const total = outcomeClasses.reduce((sum, name) => sum + outcomes[name], 0);
  // With many turns a decimal means something.
  const decimals = total >= 1000 ? 1 : 0;
  const seen = outcomeClasses.filter((name) => outcomes[name] > 0);
  return seen.map((name) => `${outcomeWords[name]} ${partText(outcomes[name] / total, decimals)}`).join(", ");
}

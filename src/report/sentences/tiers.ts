import { counted, listed } from "../words/words.ts";
import { aheadOf } from "./ahead.ts";

/** The first tier of a comparison: the best row, and what it was compared with. */
export interface TierFigures {
  readonly best: string;
  /** Those that are not shown to be behind it. */
  readonly tied: readonly string[];
  readonly behind: readonly string[];
  /** What all that are behind are behind in. */
  readonly claim: keyof typeof aheadOf;
  readonly tests: readonly ("curve" | "turns")[];
}

/** Several may be the best. */
export function tiedSentence(figures: TierFigures): string {
  const { best, tied, behind } = figures;
  return `Cannot be told from the best, ${best}: ${listed(tied)}. Shown to be behind it: ${namedOrCounted(behind)} (${testsText(figures)}).`;
}

/** All others are behind one. */
export function aloneAheadSentence(figures: TierFigures): string {
  const { best, behind, claim } = figures;
  const others = `all ${counted(behind.length, "other")}`;
  return `${best} ${aheadOf[claim]} ${others} (${testsText(figures)}).`;
}

export function noneBehindSentence(figures: TierFigures): string {
  const { best, tied } = figures;
  return `None of the ${tied.length + 1} can be told from the best, ${best} (${testsText(figures)}).`;
}

/** Why nothing is said of some rows and the best. */
export function untoldSentence(why: "cuts" | "errors", best: string, rows: readonly string[]): string {
  const names = rows.length === 1 ? `${listed(rows)} and ${best}` : `${best} beside ${listed(rows, "or")}`;
  return why === "cuts"
    ? `Nothing can be said of ${names}: rollouts were cut short, and what is missing could turn it either way.`
    : `Nothing can be said of ${names}: they have too few first errors.`;
}

/** What makes figures of rows mean less: of one, of several. */
const weaknesses = {
  cold: [
    "starts cold: turn 1 is right less often than its later turns",
    "start cold: turn 1 is right less often than their later turns",
  ],
  improving: [
    "improves with turns: later ones are right more often",
    "improve with turns: later ones are right more often",
  ],
  interrupted: [
    "was interrupted and counts as far as it came",
    "were interrupted and count as far as they came",
  ],
  running: [
    "is still going on and counts as far as it came",
    "are still going on and count as far as they came",
  ],
  failed: [
    "failed before its end and counts as far as it came",
    "failed before their ends and count as far as they came",
  ],
  none: ["finished no turn and is left out", "finished no turn and are left out"],
} as const;
export type Weakness = keyof typeof weaknesses;

/** The same of all rows that it concerns, where there are too many to tell of each. */
export function weaknessSentence(weakness: Weakness, rows: readonly string[]): string {
  const [one, several] = weaknesses[weakness];
  return `${listed(rows)} ${rows.length === 1 ? one : several}.`;
}

const namedAtMost = 5;

function namedOrCounted(rows: readonly string[]): string {
  return rows.length > namedAtMost ? `the ${rows.length} others` : listed(rows);
}

/** @returns "log-rank tests, adjusted for 11 comparisons with whichever row is ahead" */
function testsText({ tests, tied, behind }: TierFigures): string {
  const names = [
    ...(tests.includes("curve") ? ["log-rank tests"] : []),
    ...(tests.includes("turns") ? ["permutation tests of turn accuracy"] : []),
  ];
  return `${names.join(" and ")}, adjusted for ${counted(tied.length + behind.length, "comparison")} with whichever row is ahead`;
}

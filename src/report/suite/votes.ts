import type { Pair } from "../../figures/pairs.ts";
import { type Spent, voteSentence } from "../sentences/votes.ts";
import { armRow } from "./arm-row.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/** Votes beside reasoning in words: what each decoded, and which got more right. @param pairs the tests behind it, adjusted */
export function votesFindings(arms: readonly MeasuredArm[], pairs: readonly Pair[]): string[] {
  return pairs.flatMap(({ ahead, behind, turnsTest, pValue, isShown }) => {
    const modes = [ahead, behind].map(({ label }) => arms.find(({ name }) => name === label)?.within.mode);
    if (turnsTest === null || !modes.includes("cot") || !modes.includes("voting")) return [];
    const isVoteAhead = modes[0] === "voting";
    const { first, second } = turnsTest;
    const [vote, thought] = isVoteAhead ? [ahead, behind] : [behind, ahead];
    return [
      voteSentence({
        vote: spent(vote.label, isVoteAhead ? first : second, arms),
        thought: spent(thought.label, isVoteAhead ? second : first, arms),
        more: isShown ? (isVoteAhead ? "vote" : "thought") : null,
        pValue,
      }),
    ];
  });
}

function spent(label: string, share: Spent["share"], arms: readonly MeasuredArm[]): Spent {
  const arm = arms.find(({ name }) => name === label);
  return { label, decodedTokens: arm === undefined ? null : armRow(arm).costs.decodedTokens, share };
}

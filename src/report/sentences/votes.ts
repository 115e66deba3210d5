import { pValueText, shareText, type SharedInterval, significant, unknown } from "../words/numbers.ts";

/** What a way of answering decodes, and what it gets right at turns that both were asked. */
export interface Spent {
  readonly label: string;
  /** A turn, all samples together; null: not told. */
  readonly decodedTokens: number | null;
  readonly share: SharedInterval;
}

/** A vote over answers given at once beside reasoning in words. @param more which is right more often; null: not shown */
export function voteSentence(figures: {
  readonly vote: Spent;
  readonly thought: Spent;
  readonly more: "vote" | "thought" | null;
  readonly pValue: number;
}): string {
  const { vote, thought, more, pValue } = figures;
  const claim =
    more === null
      ? "no difference shown"
      : more === "vote"
        ? `the vote gets more right${withTokens(vote, thought)}`
        : `thought gets more right${withTokens(thought, vote)}`;
  return (
    `At ${tokens(thought)} decoded tokens a turn ${thought.label} is right in ${shareText(thought.share)} of turns, ` +
    `at ${tokens(vote)} ${vote.label} in ${shareText(vote.share)}: ${claim} (${pValueText(pValue)}). ` +
    "Prompts, which the samples of a turn share, are not counted."
  );
}

function tokens({ decodedTokens }: Spent): string {
  return decodedTokens === null ? unknown : significant(decodedTokens);
}

/** As many where they differ by less than a tenth. */
function withTokens(one: Spent, other: Spent): string {
  if (one.decodedTokens === null || other.decodedTokens === null) return "";
  const ratio = one.decodedTokens / other.decodedTokens;
  if (ratio > 1.1) return " with more tokens";
  return ratio < 1 / 1.1 ? " with fewer tokens" : " with about as many tokens";
}

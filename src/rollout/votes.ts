import type { VoteSpec } from "./protocol.ts";

/** Samples that a turn takes at most. */
export function samplesAtMost(votes: VoteSpec | null): number {
  if (votes === null) return 1;
  return votes.kind === "majority" ? votes.samples : votes.most;
}

/** Whether these answers (null: unreadable, no vote) decide already. */
export function isDecided(votes: VoteSpec | null, answers: readonly (number | null)[]): boolean {
  if (votes === null) return answers.length > 0;
  if (votes.kind === "majority") return answers.length >= votes.samples;
  const [first = 0, second = 0] = [...tally(answers).values()].toSorted((a, b) => b - a);
  return first - second >= votes.by || answers.length >= votes.most;
}

/**
 * Which sample stands for the turn: the first one with the most frequent answer. Of equally frequent answers that which
 * came first wins, which no later draw can change. Without any readable answer the first sample stands.
 */
export function winner(answers: readonly (number | null)[]): number {
  const counts = tally(answers);
  const most = Math.max(0, ...counts.values());
  const index = answers.findIndex((answer) => answer !== null && counts.get(answer) === most);
  return Math.max(0, index);
}

function tally(answers: readonly (number | null)[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const answer of answers) if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return counts;
}

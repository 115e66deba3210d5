import { SettingError } from "../errors.ts";

/**
 * How many samples make an answer. `majority`: the most frequent of so many. `ahead`: samples are drawn until one answer
 * is ahead of every other by so many, or `most` are drawn.
 */
export type VoteRule =
  | { readonly kind: "majority"; readonly samples: number }
  | { readonly kind: "ahead"; readonly by: number; readonly most: number };

export const votesUsage =
  "majority:N (N samples, 2 or more), ahead:K or ahead:K:MOST (drawn until one answer is K ahead, at most MOST), or none";

/** Reads "majority:5", "ahead:2:20" or "none" (null). @throws SettingError with what is allowed */
export function parseVotes(text: string): VoteRule | null {
  if (text === "none") return null;
  const [kind = "", first = "", second = "20", ...rest] = text.split(":");
  const [one, two] = [Number(first), Number(second)];
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1000;
  if (kind === "majority" && isCount(one) && one > 1 && text === `majority:${one}`)
    return { kind, samples: one };
  if (kind === "ahead" && rest.length === 0 && isCount(one) && isCount(two) && two >= one)
    return { kind, by: one, most: two };
  throw new SettingError(`use ${votesUsage}`);
}

/** As {@link parseVotes} reads it. */
export function votesText(rule: VoteRule | null): string {
  if (rule === null) return "none";
  return rule.kind === "majority" ? `majority:${rule.samples}` : `ahead:${rule.by}:${rule.most}`;
}

/** Samples that a turn takes at most. */
export function samplesAtMost(votes: VoteRule | null): number {
  if (votes === null) return 1;
  return votes.kind === "majority" ? votes.samples : votes.most;
}

/** Whether these answers (null: unreadable, no vote) decide already. */
export function isDecided(votes: VoteRule | null, answers: readonly (number | null)[]): boolean {
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

/** Samples that a turn is likely to take: `ahead` with two equally likely answers, at most its most. */
export function samplesExpected(votes: VoteRule | null): number {
  if (votes === null) return 1;
  return votes.kind === "majority" ? votes.samples : Math.min(votes.most, 2 * votes.by);
}

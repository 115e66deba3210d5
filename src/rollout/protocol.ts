import { UsageError } from "../errors.ts";
import type { HistorySpec } from "./history/spec.ts";

/**
 * How a rollout is carried out: where its history comes from, how often a turn is asked, in which form the answer is
 * taken, which turns are asked at all. Plain data, so that it can be stored and sent.
 */
export interface Protocol {
  readonly history: HistorySpec;
  /** How many samples make an answer; null: the one there is. */
  readonly votes: VoteSpec | null;
  /** `integer`: a grammar lets only a tagged integer through. */
  readonly format: "free" | "integer";
  /** Whether a template that knows reasoning is told to reason. */
  readonly thinking: "off" | "on";
  /** Reasoning tokens after which it is closed for the model; null: none. */
  readonly thinkingBudget: number | null;
  /** The turns that are asked, ascending, from 1; null: all. The history before them is given. */
  readonly probe: readonly number[] | null;
  readonly until: "end" | "first-error";
}

/** The protocol of `longhaul run` without flags. */
export const plainProtocol: Protocol = {
  history: { kind: "own" },
  votes: null,
  format: "free",
  thinking: "off",
  thinkingBudget: null,
  probe: null,
  until: "end",
};

/**
 * `majority`: the most frequent answer of so many samples. `ahead`: samples are drawn until one answer is ahead of every
 * other by so many, or `most` are drawn.
 */
export type VoteSpec =
  | { readonly kind: "majority"; readonly samples: number }
  | { readonly kind: "ahead"; readonly by: number; readonly most: number };

/** "majority:5" or "ahead:2:20", as {@link parseVotes} reads it. */
export function votesText(votes: VoteSpec | null): string {
  if (votes === null) return "none";
  return votes.kind === "majority" ? `majority:${votes.samples}` : `ahead:${votes.by}:${votes.most}`;
}

/** @throws UsageError naming the value and what is allowed */
export function parseVotes(text: string): VoteSpec | null {
  if (text === "none") return null;
  const [kind = "", first = "", second = "20"] = text.split(":");
  const [one, two] = [Number(first), Number(second)];
  const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 1000;
  if (kind === "majority" && isCount(one) && one > 1) return { kind, samples: one };
  if (kind === "ahead" && isCount(one) && isCount(two) && two >= one) return { kind, by: one, most: two };
  throw new UsageError(
    `--votes ${text}: use majority:N (N samples, 2 or more), ahead:K or ahead:K:MOST (drawn until one answer is K ahead, at most MOST), or none.`,
  );
}

/** "25,50,100" or "all". @throws UsageError naming the value and what is allowed */
export function parseProbe(text: string, turns: number): readonly number[] | null {
  if (text === "all") return null;
  const asked = [...new Set(text.split(",").map(Number))].toSorted((a, b) => a - b);
  if (asked.every((turn) => Number.isInteger(turn) && turn >= 1 && turn <= turns)) return asked;
  throw new UsageError(
    `--probe ${text}: use turns from 1 to ${turns} (--turns), such as 1,25,${turns}, or all.`,
  );
}

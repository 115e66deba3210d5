import type { OutcomeClass, RolloutEnd } from "../../store/rows.ts";

/** How the classes of a judged turn are called, in the order in which they are shown. */
export const outcomeWords: Readonly<Record<OutcomeClass, string>> = {
  right: "right",
  wrong_number: "wrong number",
  no_tag: "no tag",
  not_a_number: "not a number",
  truncated: "cut at the answer limit",
  empty: "empty",
  reasoning_unclosed: "reasoning not closed",
};

/** What is said of a rollout that ended in this way, and of several. */
export const endWords: Readonly<Record<RolloutEnd, readonly [one: string, several: string]>> = {
  complete: ["had all its turns", "had all their turns"],
  context_full: ["filled its context", "filled their context"],
  engine_error: ["was lost to an engine error", "were lost to an engine error"],
  timeout: ["was lost to a timeout", "were lost to a timeout"],
  interrupted: ["was interrupted", "were interrupted"],
  floor: [
    "was stopped, since hardly any answer could be read",
    "were stopped, since hardly any answer could be read",
  ],
};

/** "a", "a and b", "a, b and c" */
export function listed(items: readonly string[], joint: "and" | "or" = "and"): string {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} ${joint} ${items.at(-1)}`;
}

/** "1 turn", "2 turns", "1,200 turns" */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** " (it ran out of memory)", to stand in a sentence: a full stop at the reason's end is dropped. Null: nothing. */
export function reasonText(error: string | null): string {
  return error === null ? "" : ` (${error.replace(/\.$/, "")})`;
}

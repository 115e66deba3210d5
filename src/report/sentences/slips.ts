import type { SlipCause, SlipKind, SlipExplanation } from "../../tasks/slips.ts";
import { partText, type SharedInterval, shareText } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** A single slip, with how often errors of the same sizes would look like it. */
export interface SingleSlip {
  readonly explanation: SlipExplanation;
  readonly causes: readonly SlipCause[];
  /** answer - expected */
  readonly difference: number;
  /** Of an error without meaning: to fit each kind, and to be the true total. */
  readonly chances: { readonly kinds: ReadonlyMap<SlipKind, number>; readonly repair: number };
}

/** What one wrong number fits, each with its chance: "fits the value of graph for union (chance 12 %)". */
export function singleSlip({ explanation, causes, difference, chances }: SingleSlip): string {
  if (explanation === "repair") return `back to the true total (chance ${partText(chances.repair)})`;
  if (causes.length === 0) return `off by ${difference}`;
  const kinds = [...new Set(causes.map(({ kind }) => kind))];
  const fits = kinds.map((kind) => {
    const ways = causes.filter((one) => one.kind === kind).map((one) => causeWords(one, difference));
    return `${[...new Set(ways)].join(" or ")} (chance ${partText(chances.kinds.get(kind) ?? 0)})`;
  });
  return fits.join(", or ");
}

function causeWords({ kind, key, taken, distance }: SlipCause, difference: number): string {
  switch (kind) {
    case "other_key":
      return `fits the value of ${taken} for ${key}, ${distance === 1 ? "the entry beside it" : `${distance} entries away`}`;
    case "key_dropped":
      return `fits ${key} left out`;
    case "key_doubled":
      return `fits ${key} counted twice`;
    case "sign_flipped":
      return `fits ${key} with the wrong sign`;
    case "answer_negated":
      return "fits the right number with the wrong sign";
    case "digit_slip":
      return `a digit off, by ${Math.abs(difference)}`;
    case "stale_state":
      return "fits an older total";
    case "repeated_answer":
      return "fits the last number again";
    case "value_only":
      return "fits the turn's value without the total";
    case "example_total":
      return "fits the turn's value on the worked examples' last total";
  }
}

/** What says how a wrong number came about. */
type Cause = Exclude<SlipExplanation, "ambiguous" | "unknown">;

/** What wrong numbers of a cause do: one that several causes fit counts for none. */
const what: Readonly<Record<Cause, string>> = {
  other_key: "fit only another key's value",
  key_dropped: "fit only a key left out",
  key_doubled: "fit only a key counted twice",
  sign_flipped: "fit only a key with the wrong sign",
  answer_negated: "fit only the right number with the wrong sign",
  digit_slip: "are a digit off",
  stale_state: "fit only an older total",
  repeated_answer: "fit only the last number again",
  value_only: "fit only the turn's value without the total",
  example_total: "fit only the turn's value on the worked examples' last total",
  repair: "are the true total, where another was shown",
};

/** A cause that fits more of the wrong numbers than chance has it. */
export function slipCause({
  kind,
  share,
  chance,
}: {
  readonly kind: Cause;
  readonly share: SharedInterval;
  readonly chance: number;
}): string {
  return `${shareText(share)} of the wrong numbers ${what[kind]}; of errors without meaning, of the same sizes, ${partText(chance)} would.`;
}

/** The cause above chance that fits the most wrong numbers of a row, which was named before. */
export function mainSlipFound({
  kind,
  share,
  decoded,
  all,
}: {
  readonly kind: Cause;
  readonly share: SharedInterval;
  /** Wrong numbers that were looked at, of all. */
  readonly decoded: number;
  readonly all: number;
}): string {
  const first = all > decoded ? `first ${decoded.toLocaleString("en")} ` : "";
  return `${shareText(share)} of its ${first}wrong numbers ${what[kind]}.`;
}

/** The same of several rows that have it in common. @param shares of the wrong numbers of each */
export function sharedSlipFound(kind: string, shares: readonly number[]): string {
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => partText(share));
  const found = Object.entries(what).find(([cause]) => cause === kind)?.[1];
  return `Of each one's wrong numbers that were looked at, ${least === most ? most : `${least} to ${most}`} ${found}.`;
}

/** Where no cause is above chance. */
export function noSlipCause(): string {
  return "No cause is shown: none fits more of the wrong numbers than errors without meaning, of the same sizes, would by chance.";
}

/** Where there were more wrong numbers than were looked at. */
export function firstSlips(decoded: number, all: number): string {
  return `Causes are those of the first ${decoded.toLocaleString("en")} of ${all.toLocaleString("en")} wrong numbers.`;
}

/** What follows a slip: a share of turns with its interval, a share of rollouts as counts. */
export interface AfterSlipFacts {
  readonly next: SharedInterval;
  readonly before: SharedInterval;
  readonly longestRepeat: { readonly turns: number } | null;
  readonly neverRight: { readonly n: number; readonly correct: number };
  /** Null: at least half are right in their last turn. */
  readonly noneRightAfter: number | null;
}

/** All of what follows a slip, in one sentence. */
export function afterSlipFound(facts: AfterSlipFacts): string {
  const { next, before, longestRepeat } = facts;
  const repeat =
    longestRepeat === null
      ? "no wrong answer held a number that could be repeated"
      : longestRepeat.turns < 2
        ? "no wrong answer is given twice in a row"
        : `the longest repeat of one answer is ${counted(longestRepeat.turns, "turn")}`;
  return `After a slip: ${nextAfterSlip(next, before)}; ${repeat}; ${neverRightAgain(facts)}.`;
}

/** How often the turn next after the first slip is right, beside the turns up to it. */
export function nextAfterSlip(next: SharedInterval, before: SharedInterval): string {
  return `the next turn is right in ${shareText(next)}, turns up to it in ${partText(before.accuracy)}`;
}

/** How many rollouts are lost for good, and from which turn on. */
export function neverRightAgain({
  neverRight: { n, correct },
  noneRightAfter,
}: Pick<AfterSlipFacts, "neverRight" | "noneRightAfter">): string {
  const lost =
    correct === 0
      ? `in ${everyRollout(n)} a later answer is right`
      : `${correct} of ${counted(n, "rollout")} ${correct === 1 ? "gets" : "get"} no answer right again`;
  if (noneRightAfter === null) return lost;
  return noneRightAfter === 0
    ? `${lost}; at least half give no right answer at all`
    : `${lost}; at least half give their last right answer by turn ${noneRightAfter}`;
}

function everyRollout(count: number): string {
  if (count === 1) return "the one rollout";
  return count === 2 ? "both rollouts" : `all ${counted(count, "rollout")}`;
}

/** Why nothing is known of what follows a slip. */
export function afterSlipUnknown(reason: "first-error" | "probe" | "last-turn"): string {
  switch (reason) {
    case "first-error":
      return "unknown, since rollouts ended at their first error";
    case "probe":
      return "unknown, since turns were asked by themselves";
    case "last-turn":
      return "unknown, since nothing was played after a slip";
  }
}

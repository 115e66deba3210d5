import type { Entry } from "./task.ts";

/** A wrong number in a task over sums, and what its cause can be told from. */
export interface Slip {
  /** Whether the answer builds on a total. */
  readonly stateful: boolean;
  readonly dictionary: readonly Entry[];
  readonly keys: readonly string[];
  /** The total that the conversation showed, values asked for since then included; 0 for stateless tasks. */
  readonly state: number;
  /** The total that the worked examples end with; null: there are none, or they lead to no total. */
  readonly exampleTotal: number | null;
  /** Numbers that the conversation showed before, newest first: the first is the last one shown. */
  readonly shown: readonly number[];
  readonly expected: number;
  /** The right total by the truth, whatever was shown. */
  readonly truth: number;
  readonly answer: number;
}

export const slipKinds = [
  "other_key",
  "key_dropped",
  "key_doubled",
  "sign_flipped",
  "answer_negated",
  "digit_slip",
  "stale_state",
  "repeated_answer",
  "value_only",
  "example_total",
] as const;
export type SlipKind = (typeof slipKinds)[number];

/** How an answer came to be wrong, as far as arithmetic can tell. */
export interface SlipCause {
  readonly kind: SlipKind;
  /** The asked key that it is about; null where it is about none. */
  readonly key: string | null;
  /** For `other_key`: whose value was taken, how many entries away, and how many letters both words begin with. */
  readonly taken: string | null;
  readonly distance: number | null;
  readonly sharedPrefix: number | null;
}

/** `repair`: back to the true total, though another was shown. */
export type SlipExplanation = SlipKind | "ambiguous" | "repair" | "unknown";

/**
 * Every cause that fits the answer exactly. Errors without any meaning fit causes, too: {@link slipChances} says how
 * often. With d = answer - expected:
 *
 * - `other_key`: d is another entry's value less the asked key's. Entries that are equally good are all listed.
 * - `key_dropped`, `key_doubled`, `sign_flipped`: d is minus one asked value, plus it, or minus it twice.
 * - `repeated_answer`: the last number shown again. Where a turn has one key this is also that key dropped: one
 *   event, so only this is said.
 * - `value_only`: the turn's values without the total.
 * - `example_total`: the turn's values on the total that the worked examples end with, as if they were its own turns.
 * - `stale_state`: the turn's values on an older total than the last one.
 * - `answer_negated`: the right number with the wrong sign.
 * - `digit_slip`: one digit of the number is another, or d is a power of ten, up or down (a carry). Said only where
 *   nothing else fits the answer, since most small errors are of this kind.
 */
export function slipCauses(slip: Slip): SlipCause[] {
  const { expected, answer } = slip;
  if (answer === expected) return [];
  const found = meanings(slip).flatMap((one) => (one.answer === answer ? [one.cause] : []));
  return found.length === 0 && isDigitSlip(expected, answer) ? [cause("digit_slip", null)] : found;
}

/** One word for a slip: the kind that fits it, `ambiguous` where several do, `unknown` where none does. */
export function explainSlip(slip: Slip, causes: readonly SlipCause[] = slipCauses(slip)): SlipExplanation {
  if (slip.truth !== slip.expected && slip.answer === slip.truth) return "repair";
  const kinds = new Set(causes.map(({ kind }) => kind));
  const [only] = kinds;
  if (only === undefined) return "unknown";
  return kinds.size > 1 ? "ambiguous" : only;
}

/** How often an error without meaning would look like something. */
export interface SlipChances {
  /** By what would explain it; together 1. */
  readonly explanations: ReadonlyMap<SlipExplanation, number>;
  /** By each kind that would be among its causes; of several at once, all count. */
  readonly kinds: ReadonlyMap<SlipKind, number>;
}

/**
 * What would be said of errors that mean nothing, in this turn: the answer off by a size drawn from `sizes`, up or down
 * with equal chance. Exact, by going through all of them.
 *
 * @param sizes how often errors of each size, |answer - expected|, are made; whole numbers from 1, not empty
 */
export function slipChances(slip: Slip, sizes: ReadonlyMap<number, number>): SlipChances {
  const { expected, truth } = slip;
  const explanations = new Map<SlipExplanation, number>();
  const kinds = new Map<SlipKind, number>();
  let total = 0;
  for (const weight of sizes.values()) total += weight;
  const half = (size: number): number => (sizes.get(size) ?? 0) / (2 * total);
  const meant = causesByAnswer(slip);
  // The true total counts as `repair`, whatever else it fits.
  if (truth !== expected && !meant.has(truth))
    meant.set(truth, isDigitSlip(expected, truth) ? [cause("digit_slip", null)] : []);
  for (const [answer, causes] of meant) {
    const chance = half(Math.abs(answer - expected));
    if (chance === 0) continue;
    add(explanations, explainSlip({ ...slip, answer }, causes), chance);
    for (const kind of new Set(causes.map((one) => one.kind))) add(kinds, kind, chance);
  }
  for (const size of sizes.keys())
    for (const answer of [expected - size, expected + size]) {
      if (meant.has(answer)) continue;
      const isDigit = isDigitSlip(expected, answer);
      add(explanations, isDigit ? "digit_slip" : "unknown", half(size));
      if (isDigit) add(kinds, "digit_slip", half(size));
    }
  return { explanations, kinds };
}

/** The causes of each answer that would have a meaning, `digit_slip` left out. */
export function causesByAnswer(slip: Slip): Map<number, SlipCause[]> {
  const byAnswer = new Map<number, SlipCause[]>();
  for (const { answer, cause: one } of meanings(slip)) {
    if (answer === slip.expected) continue;
    const known = byAnswer.get(answer);
    if (known === undefined) byAnswer.set(answer, [one]);
    else known.push(one);
  }
  return byAnswer;
}

interface Meaning {
  readonly answer: number;
  readonly cause: SlipCause;
}

/** Every way to be wrong that has a meaning, with the answer that it leads to. */
function meanings({ dictionary, keys, expected, stateful, state, exampleTotal, shown }: Slip): Meaning[] {
  const values = new Map(dictionary.map(({ key, value }) => [key, value]));
  const turnValue = expected - (stateful ? state : 0);
  const found: Meaning[] = [];
  const [last, ...older] = shown;
  if (last !== undefined) found.push({ answer: last, cause: cause("repeated_answer", null) });
  for (const key of new Set(keys)) {
    const value = values.get(key) ?? Number(key);
    if (!Number.isFinite(value)) continue;
    if (values.has(key)) found.push(...otherKeys(dictionary, key, expected - value));
    if (expected - value !== last) found.push({ answer: expected - value, cause: cause("key_dropped", key) });
    found.push({ answer: expected + value, cause: cause("key_doubled", key) });
    found.push({ answer: expected - 2 * value, cause: cause("sign_flipped", key) });
  }
  if (stateful && state !== 0) found.push({ answer: turnValue, cause: cause("value_only", null) });
  // Examples that end with 0 would lead to the turn's values alone.
  if (stateful && exampleTotal !== null && exampleTotal !== 0 && exampleTotal !== state)
    found.push({ answer: exampleTotal + turnValue, cause: cause("example_total", null) });
  if (stateful)
    for (const total of new Set(older))
      if (total !== state) found.push({ answer: total + turnValue, cause: cause("stale_state", null) });
  if (expected !== 0) found.push({ answer: -expected, cause: cause("answer_negated", null) });
  return found;
}

/** @param rest the right answer without the asked key's value */
function otherKeys(dictionary: readonly Entry[], key: string, rest: number): Meaning[] {
  const at = dictionary.findIndex((entry) => entry.key === key);
  return dictionary.flatMap((entry, index) =>
    entry.key === key
      ? []
      : [
          {
            answer: rest + entry.value,
            cause: {
              kind: "other_key" as const,
              key,
              taken: entry.key,
              distance: Math.abs(index - at),
              sharedPrefix: sharedPrefix(key, entry.key),
            },
          },
        ],
  );
}

function isDigitSlip(expected: number, answer: number): boolean {
  const difference = Math.abs(answer - expected);
  let digit = difference;
  while (digit >= 10 && digit % 10 === 0) digit /= 10;
  if (digit === 1) return true;
  // Changing one digit changes the number by one digit followed by zeros.
  if (digit > 9) return false;
  const [right, wrong] = [String(expected), String(answer)];
  if (right.length !== wrong.length || expected < 0 !== answer < 0) return false;
  return right.split("").filter((one, index) => one !== wrong[index]).length === 1;
}

function add<Key>(shares: Map<Key, number>, key: Key, share: number): void {
  shares.set(key, (shares.get(key) ?? 0) + share);
}

/** Letters that two words begin with alike. */
export function sharedPrefix(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function cause(kind: SlipKind, key: string | null): SlipCause {
  return { kind, key, taken: null, distance: null, sharedPrefix: null };
}

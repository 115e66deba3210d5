import type { Entry } from "./task.ts";

/** A wrong number in a task over sums, with what a decoder may know of it. */
export interface Slip {
  /** Whether the answer builds on a total. */
  readonly stateful: boolean;
  readonly dictionary: readonly Entry[];
  readonly keys: readonly string[];
  /** The total that the conversation showed, values asked for since then included; 0 for stateless tasks. */
  readonly state: number;
  /** Numbers shown before, newest first: the first is the last one shown. */
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
export type SlipVerdict = SlipKind | "ambiguous" | "repair" | "unknown";

/**
 * Every cause that explains the answer exactly, from d = answer - expected:
 *
 * - `other_key`: d is another entry's value less the asked key's. Entries that are equally good are all listed.
 * - `key_dropped`, `key_doubled`, `sign_flipped`: d is minus one asked value, plus it, or minus it twice.
 * - `repeated_answer`: the last number shown again. Where a turn has one key this is also that key dropped: one event, so
 *   only this is said.
 * - `value_only`: the turn's values without the total.
 * - `stale_state`: the turn's values on an older total than the last one.
 * - `answer_negated`: the right number with the wrong sign.
 * - `digit_slip`: one digit of the number is another, or d is a power of ten, up or down (a carry). Many errors without
 *   any meaning are of this kind too (see {@link chanceVerdicts}), so it is said only where nothing else explains the
 *   answer.
 */
export function slipCauses(slip: Slip): SlipCause[] {
  const { dictionary, keys, expected, answer, stateful, state, shown } = slip;
  const d = answer - expected;
  if (d === 0) return [];
  const values = new Map(dictionary.map(({ key, value }) => [key, value]));
  const asked = [...new Set(keys)].flatMap((key) => {
    const value = values.get(key) ?? Number(key);
    return Number.isFinite(value) ? [{ key, value }] : [];
  });
  const turnValue = expected - (stateful ? state : 0);
  const isRepeat = answer === shown[0];
  const causes: SlipCause[] = [];
  if (isRepeat) causes.push(cause("repeated_answer", null));
  for (const { key, value } of asked) {
    if (values.has(key)) causes.push(...otherKeys(dictionary, key, value, d));
    if (d === -value && !isRepeat) causes.push(cause("key_dropped", key));
    if (d === value) causes.push(cause("key_doubled", key));
    if (d === -2 * value) causes.push(cause("sign_flipped", key));
  }
  if (stateful && state !== 0 && answer === turnValue) causes.push(cause("value_only", null));
  if (stateful && shown.slice(1).some((older) => older !== state && answer === older + turnValue))
    causes.push(cause("stale_state", null));
  if (expected !== 0 && answer === -expected) causes.push(cause("answer_negated", null));
  if (causes.length === 0 && isDigitSlip(expected, answer)) causes.push(cause("digit_slip", null));
  return causes;
}

/** One word for a slip: the kind that explains it, `ambiguous` where several do, `unknown` where none does. */
export function slipVerdict(slip: Slip, causes: readonly SlipCause[] = slipCauses(slip)): SlipVerdict {
  if (slip.truth !== slip.expected && slip.answer === slip.truth) return "repair";
  const kinds = new Set(causes.map(({ kind }) => kind));
  const [only] = kinds;
  if (only === undefined) return "unknown";
  return kinds.size > 1 ? "ambiguous" : only;
}

/**
 * How often each verdict would come of errors that mean nothing: the answer off by any amount up to twice the largest
 * value, each equally likely. Exact, by going through all of them.
 */
export function chanceVerdicts(slip: Slip, valueMax: number): Map<SlipVerdict, number> {
  const shares = new Map<SlipVerdict, number>();
  const reach = 2 * valueMax;
  for (let d = -reach; d <= reach; d++) {
    if (d === 0) continue;
    const verdict = slipVerdict({ ...slip, answer: slip.expected + d });
    shares.set(verdict, (shares.get(verdict) ?? 0) + 1 / (2 * reach));
  }
  return shares;
}

function otherKeys(dictionary: readonly Entry[], key: string, value: number, d: number): SlipCause[] {
  const at = dictionary.findIndex((entry) => entry.key === key);
  return dictionary.flatMap((entry, index) =>
    entry.key === key || entry.value - value !== d
      ? []
      : [
          {
            kind: "other_key" as const,
            key,
            taken: entry.key,
            distance: Math.abs(index - at),
            sharedPrefix: sharedPrefix(key, entry.key),
          },
        ],
  );
}

function isDigitSlip(expected: number, answer: number): boolean {
  if (/^10*$/.test(String(Math.abs(answer - expected)))) return true;
  const [right, wrong] = [String(expected), String(answer)];
  if (right.length !== wrong.length) return false;
  const differing = right.split("").filter((digit, index) => digit !== wrong[index]);
  return differing.length === 1 && differing[0] !== "-";
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

import { pooledAccuracy } from "../metrics/accuracy.ts";
import { type Proportion, proportion } from "../metrics/proportion.ts";
import { percentiles } from "../metrics/percentile.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { rolloutFacts, type WrongTurn, wrongTurns } from "../store/wrong-turns.ts";
import {
  chanceVerdicts,
  sharedPrefix,
  type Slip,
  type SlipCause,
  slipCauses,
  slipKinds,
  type SlipVerdict,
  slipVerdict,
} from "../tasks/slips.ts";
import type { Entry } from "../tasks/task.ts";

/** A wrong number and how it came about. */
export interface DecodedSlip {
  readonly rollout: number;
  readonly turn: number;
  readonly slip: Slip;
  readonly causes: readonly SlipCause[];
  readonly verdict: SlipVerdict;
}

/** What the wrong numbers of some runs have in common. */
export interface SlipShares {
  /** Wrong numbers that were decoded. */
  readonly slips: number;
  readonly kinds: readonly (Proportion & {
    readonly kind: SlipVerdict;
    /** The share that errors without any meaning would have. */
    readonly chance: number;
  })[];
  /** Of those slips that took another key's value; null without any. */
  readonly lookUps: {
    readonly medianDistance: number | null;
    readonly adjacent: Proportion;
    readonly adjacentChance: number;
    readonly sharedPrefix: Proportion;
    readonly sharedPrefixChance: number;
    readonly pairs: readonly { readonly asked: string; readonly taken: string; readonly n: number }[];
  } | null;
}

/** Tasks over sums, whose answers can be decoded, and whether they keep a total. */
const decodable: Readonly<Record<string, boolean>> = {
  "dict-sum": true,
  "prefix-sum": true,
  retrieval: false,
  addition: false,
};

/** More than this many tell no more; the first ones of a run are taken. */
const decodedAtMost = 2_000;
/** Chance is the same for all slips of a setting, nearly: some are enough. */
const chanceFrom = 100;

/** Every wrong number of a run, decoded; null for a task that has no decoder. */
export function decodeSlips(database: Database, run: RunRecord): DecodedSlip[] | null {
  return decodeRows(database, run, wrongTurns(database, run.id, decodedAtMost));
}

/** Of one rollout only. */
export function decodeRolloutSlips(
  database: Database,
  run: RunRecord,
  rollout: number,
): DecodedSlip[] | null {
  return decodeRows(database, run, wrongTurns(database, run.id, decodedAtMost, rollout));
}

function decodeRows(database: Database, run: RunRecord, rows: readonly WrongTurn[]): DecodedSlip[] | null {
  const stateful = decodable[run.settings.task];
  if (stateful === undefined) return null;
  let rollout = -1;
  let dictionary: Entry[] = [];
  let answers: ReadonlyMap<number, number> = new Map();
  const factsOf = rolloutFacts(database, run.id);
  return rows.map((row) => {
    if (row.rollout !== rollout) {
      ({ rollout } = row);
      const facts = factsOf(rollout);
      dictionary = facts.dictionary.map(([key, value]) => ({ key, value }));
      ({ answers } = facts);
    }
    const slip = slipOf(row, stateful, dictionary, answers);
    const causes = slipCauses(slip);
    return { rollout, turn: row.turn, slip, causes, verdict: slipVerdict(slip, causes) };
  });
}

function slipOf(
  { keys, answer, expected, truth, turn, value }: WrongTurn,
  stateful: boolean,
  dictionary: readonly Entry[],
  answers: ReadonlyMap<number, number>,
): Slip {
  const shown: number[] = [];
  for (let before = turn - 1; before > 0 && shown.length < 8; before--) {
    const number = answers.get(before);
    if (number !== undefined) shown.push(number);
  }
  return {
    stateful,
    dictionary,
    keys: JSON.parse(keys) as string[],
    state: stateful ? expected - value : 0,
    shown,
    expected,
    truth,
    answer,
  };
}

/** Shares of causes over runs alike, with intervals that allow for slips of one rollout having one cause. */
export function slipShares(
  runs: readonly { readonly slips: readonly DecodedSlip[]; readonly valueMax: number }[],
): SlipShares {
  const all = runs.flatMap(({ slips, valueMax }, run) => slips.map((slip) => ({ ...slip, valueMax, run })));
  const some = all.filter((_, index) => index % Math.max(1, Math.floor(all.length / chanceFrom)) === 0);
  const chances = some.map(({ slip, valueMax }) => chanceVerdicts(slip, valueMax));
  const kinds: SlipVerdict[] = [...slipKinds, "repair", "ambiguous", "unknown"];
  return {
    slips: all.length,
    kinds: kinds.map((kind) => ({
      kind,
      ...clustered(all, ({ verdict }) => verdict === kind),
      chance: mean(chances.map((chance) => chance.get(kind) ?? 0)),
    })),
    lookUps: lookUpsOf(all),
  };
}

function lookUpsOf(slips: readonly (DecodedSlip & { readonly run: number })[]): SlipShares["lookUps"] {
  const found = slips.flatMap((one) => {
    const [nearest] = one.causes
      .filter(({ kind }) => kind === "other_key")
      .toSorted((left, right) => (left.distance ?? 0) - (right.distance ?? 0));
    return one.verdict === "other_key" && nearest !== undefined ? [{ ...one, nearest }] : [];
  });
  if (found.length === 0) return null;
  const [medianDistance = null] = percentiles(
    found.map(({ nearest }) => nearest.distance ?? 0),
    [50],
  );
  return {
    medianDistance,
    adjacent: clustered(found, ({ nearest }) => nearest.distance === 1),
    adjacentChance: mean(found.map(({ slip: { dictionary } }) => 2 / Math.max(1, dictionary.length))),
    sharedPrefix: clustered(found, ({ nearest }) => (nearest.sharedPrefix ?? 0) > 0),
    sharedPrefixChance: mean(
      found.map(({ slip, nearest }) => prefixChance(slip.dictionary, nearest.key ?? "")),
    ),
    pairs: topPairs(found.map(({ nearest }) => nearest)),
  };
}

/** Share of the other entries that begin with the same letter. */
function prefixChance(dictionary: readonly Entry[], key: string): number {
  const others = dictionary.filter((entry) => entry.key !== key);
  return others.length === 0
    ? 0
    : others.filter((entry) => sharedPrefix(entry.key, key) > 0).length / others.length;
}

function topPairs(causes: readonly SlipCause[]): { asked: string; taken: string; n: number }[] {
  const counts = new Map<string, { asked: string; taken: string; n: number }>();
  for (const { key, taken } of causes) {
    const pair = { asked: key ?? "", taken: taken ?? "", n: 0 };
    const name = `${pair.asked} ${pair.taken}`;
    counts.set(name, { ...pair, n: (counts.get(name)?.n ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((left, right) => right.n - left.n).slice(0, 5);
}

function clustered<Item extends { readonly rollout: number; readonly run: number }>(
  items: readonly Item[],
  matches: (item: Item) => boolean,
): Proportion {
  if (items.length === 0) return proportion(0, 0);
  const tallies = new Map<string, { n: number; correct: number }>();
  for (const item of items) {
    const key = `${item.run} ${item.rollout}`;
    const { n, correct } = tallies.get(key) ?? { n: 0, correct: 0 };
    tallies.set(key, { n: n + 1, correct: correct + Number(matches(item)) });
  }
  return pooledAccuracy([...tallies.values()]);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A slip in words, for whoever reads a transcript. */
export function slipWords({ causes, verdict, slip }: DecodedSlip): string {
  if (verdict === "repair") return "back to the true total";
  if (verdict === "unknown") return `off by ${slip.answer - slip.expected}`;
  return [...new Set(causes.map((cause) => causeWords(cause, slip)))].join(", or ");
}

function causeWords({ kind, key, taken, distance }: SlipCause, slip: Slip): string {
  switch (kind) {
    case "other_key":
      return `took the value of ${taken} for ${key}, ${distance === 1 ? "the entry beside it" : `${distance} entries away`}`;
    case "key_dropped":
      return `left out ${key}`;
    case "key_doubled":
      return `counted ${key} twice`;
    case "sign_flipped":
      return `took ${key} with the wrong sign`;
    case "answer_negated":
      return "wrong sign";
    case "digit_slip":
      return `a digit off, by ${Math.abs(slip.answer - slip.expected)}`;
    case "stale_state":
      return "went on from an older total";
    case "repeated_answer":
      return "repeated the last answer";
    case "value_only":
      return "gave the turn's value without the total";
  }
}

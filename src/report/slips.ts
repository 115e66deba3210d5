import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { rolloutFacts, type WrongTurn, wrongTurns } from "../store/wrong-turns.ts";
import {
  type Slip,
  type SlipCause,
  slipCauses,
  slipChances,
  type SlipVerdict,
  slipVerdict,
} from "../tasks/slips.ts";
import type { Entry } from "../tasks/task.ts";
import { singleSlip } from "./sentences/slips.ts";
import { sizesOfOthers } from "./slip-sizes.ts";

/** A wrong number and what it fits. */
export interface DecodedSlip {
  readonly rollout: number;
  readonly turn: number;
  readonly slip: Slip;
  readonly causes: readonly SlipCause[];
  readonly verdict: SlipVerdict;
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
const all = -1;

/** The first wrong numbers of a run, at most 2,000, decoded; null for a task that has no decoder. */
export function decodeSlips(database: Database, run: RunRecord): DecodedSlip[] | null {
  return decodeRows(database, run, wrongTurns(database, run.id, decodedAtMost));
}

/**
 * Tells the slips of one rollout after the other: what each wrong number fits, in words, with the chance of it. How
 * large errors are is read once, from the run's first 2,000 wrong numbers.
 *
 * @returns the words by turn; null for a task that has no decoder
 */
export function slipTeller(
  database: Database,
  run: RunRecord,
): ((rollout: number) => Map<number, string>) | null {
  if (decodable[run.settings.task] === undefined) return null;
  let sizesFor: ReturnType<typeof sizesOfOthers> | null = null;
  return (rollout) => {
    const slips = decodeRows(database, run, wrongTurns(database, run.id, all, rollout)) ?? [];
    if (slips.length === 0) return new Map();
    sizesFor ??= sizesOfOthers(
      wrongTurns(database, run.id, decodedAtMost).map((row) => ({
        cluster: String(row.rollout),
        size: Math.abs(row.answer - row.expected),
      })),
      run.settings.valueMax,
    );
    const sizes = sizesFor(String(rollout));
    return new Map(slips.map((one) => [one.turn, wordsFor(one, sizes)]));
  };
}

/** What this wrong number fits. */
export function decodedSlip(rollout: number, turn: number, slip: Slip): DecodedSlip {
  const causes = slipCauses(slip);
  return { rollout, turn, slip, causes, verdict: slipVerdict(slip, causes) };
}

function wordsFor({ slip, causes, verdict }: DecodedSlip, sizes: ReadonlyMap<number, number>): string {
  const { kinds, verdicts } = slipChances(slip, sizes);
  return singleSlip({
    verdict,
    causes,
    difference: slip.answer - slip.expected,
    chances: { kinds, repair: verdicts.get("repair") ?? 0 },
  });
}

function decodeRows(database: Database, run: RunRecord, rows: readonly WrongTurn[]): DecodedSlip[] | null {
  const stateful = decodable[run.settings.task];
  if (stateful === undefined) return null;
  let rollout = -1;
  let dictionary: Entry[] = [];
  let shownBefore: ReadonlyMap<number, number> = new Map();
  const factsOf = rolloutFacts(database, run.id);
  return rows.map((row) => {
    if (row.rollout !== rollout) {
      ({ rollout } = row);
      const facts = factsOf(rollout);
      dictionary = facts.dictionary.map(([key, value]) => ({ key, value }));
      ({ shownBefore } = facts);
    }
    return decodedSlip(rollout, row.turn, slipOf(row, stateful, dictionary, shownBefore));
  });
}

function slipOf(
  { keys, answer, expected, truth, turn, value }: WrongTurn,
  stateful: boolean,
  dictionary: readonly Entry[],
  shownBefore: ReadonlyMap<number, number>,
): Slip {
  const shown: number[] = [];
  for (let at = turn; at > 0 && shown.length < 8; at--) {
    const number = shownBefore.get(at);
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

import { groupBy } from "../group-by.ts";
import type { ReadGroup } from "../reading/groups.ts";
import { instancesOf } from "../reading/identity.ts";
import type { RunRecord } from "../store/rows.ts";
import { type Block, blockOf, parseShard, shardText } from "../settings/shard.ts";

/** A study that was divided, of which a row does not hold everything. */
export interface PartialStudy {
  /** Null: the row holds no other. */
  readonly seed: number | null;
  /** Of the whole study. */
  readonly rollouts: number;
  /** Of them, begun. */
  readonly here: number;
  /** That no run of the row was to play, the first one of each stretch beside the last. */
  readonly missing: readonly (readonly [first: number, last: number])[];
  /** Its shares that have any rollouts, by whether all of these are among those of the row's runs; null: it was divided in several ways. */
  readonly shares: { readonly of: number; readonly here: number[]; readonly missing: number[] } | null;
}

/** The studies of which shares are missing in this row; what other runs played of their instances is not. */
export function partialStudies(group: ReadGroup): PartialStudy[] {
  const studies = [...groupBy(runsOf(group), studyOf).values()];
  return studies.flatMap((runs) => {
    const found = partialStudy(runs, group);
    return found === null ? [] : [{ ...found, seed: studies.length > 1 ? found.seed : null }];
  });
}

/** Those that have any rollouts. */
function runsOf({ rows, leftOut, speeds }: ReadGroup): RunRecord[] {
  const played = [...rows, ...speeds.flatMap((speed) => speed.rows)].filter(
    ({ tracks }) => tracks.length > 0,
  );
  return [...new Map([...played, ...leftOut].map(({ id, run }) => [id, run])).values()];
}

/** Equal where the same numbers are the same instances. */
function studyOf(run: RunRecord): string {
  return instancesOf(run)(0);
}

function partialStudy(runs: readonly RunRecord[], { rows }: ReadGroup): PartialStudy | null {
  const divided = runs.filter(({ settings }) => parseShard(settings.shard).of > 1);
  const rollouts = Math.max(...divided.map(({ settings }) => settings.rollouts));
  const covered = runs.map(({ settings }) => blockOf(settings));
  const missing = gapsIn(covered, rollouts);
  const [first] = divided;
  if (first === undefined || missing.length === 0) return null;
  const own = rows.filter(({ run }) => studyOf(run) === studyOf(first));
  const begun = own.flatMap(({ tracks }) => tracks.filter(({ rollout }) => rollout < rollouts));
  return {
    seed: first.seed,
    rollouts,
    here: begun.length,
    missing,
    shares: sharesOf(
      divided.filter(({ settings }) => settings.rollouts === rollouts),
      missing,
    ),
  };
}

function sharesOf(divided: readonly RunRecord[], missing: PartialStudy["missing"]): PartialStudy["shares"] {
  const [first] = divided;
  const ways = new Set(
    divided.map(({ settings }) => `${parseShard(settings.shard).of} ${settings.parallel}`),
  );
  if (first === undefined || ways.size > 1) return null;
  const { of } = parseShard(first.settings.shard);
  const isMissing = ({ first: from, count }: Block): boolean =>
    missing.some(([start, end]) => start < from + count && end >= from);
  const shares = Array.from({ length: of }, (_, index) => {
    const number = index + 1;
    return { number, block: blockOf({ ...first.settings, shard: shardText({ number, of }) }) };
  }).filter(({ block }) => block.count > 0);
  const numbers = (areMissing: boolean): number[] =>
    shares.filter(({ block }) => isMissing(block) === areMissing).map(({ number }) => number);
  return { of, here: numbers(false), missing: numbers(true) };
}

/** What these blocks leave out of so many rollouts. */
function gapsIn(blocks: readonly Block[], rollouts: number): [number, number][] {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const { first, count } of blocks.toSorted((left, right) => left.first - right.first)) {
    if (first > next && next < rollouts) gaps.push([next, Math.min(first, rollouts) - 1]);
    next = Math.max(next, first + count);
  }
  if (next < rollouts) gaps.push([next, rollouts - 1]);
  return gaps;
}

import { groupBy } from "../group-by.ts";
import type { ReadGroup } from "../reading/groups.ts";
import type { RunRecord } from "../store/rows.ts";
import { partOf, type PlayedPart, sharesOf, studyOf } from "../reading/study.ts";
import type { Block } from "../settings/shard.ts";

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

function partialStudy(runs: readonly RunRecord[], { rows }: ReadGroup): PartialStudy | null {
  const divided = runs.filter((run) => partOf(run).of > 1);
  const [first] = divided.toSorted((left, right) => right.settings.rollouts - left.settings.rollouts);
  if (first === undefined) return null;
  const { rollouts } = first.settings;
  const missing = gapsIn(runs.map(partOf), rollouts);
  if (missing.length === 0) return null;
  const own = rows.filter(({ run }) => studyOf(run) === studyOf(first));
  const begun = own.flatMap(({ tracks }) => tracks.filter(({ rollout }) => rollout < rollouts));
  return {
    seed: first.seed,
    rollouts,
    here: begun.length,
    missing,
    shares: sharesIn(divided, first, missing),
  };
}

/** @param largest of these runs the one whose study is, which stands for the way in which that was divided */
function sharesIn(
  divided: readonly RunRecord[],
  largest: RunRecord,
  missing: PartialStudy["missing"],
): PartialStudy["shares"] {
  const shares = sharesOf(largest);
  const isShare = ({ number, of, first, count }: PlayedPart): boolean => {
    const share = shares[number - 1];
    return of === shares.length && first === share?.first && count === share.count;
  };
  if (!divided.every((run) => isShare(partOf(run)))) return null;
  const isMissing = ({ first, count }: PlayedPart): boolean =>
    missing.some(([from, to]) => from < first + count && to >= first);
  const numbers = (areMissing: boolean): number[] =>
    shares.filter((share) => share.count > 0 && isMissing(share) === areMissing).map(({ number }) => number);
  return { of: shares.length, here: numbers(false), missing: numbers(true) };
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

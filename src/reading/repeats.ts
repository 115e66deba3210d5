import type { RolloutTrack } from "../store/tracks.ts";
import { partOf } from "./study.ts";
import { instancesOf } from "./identity.ts";
import { onlyRollouts, type RunRows } from "./rows.ts";

/** Rollouts of a run that do not count, since others of the same instances do. */
export interface LeftOut {
  readonly id: string;
  readonly run: RunRows["run"];
  /** How many of its rollouts that are, of how many, and of how many that it was to play. */
  readonly rollouts: number;
  readonly begun: number;
  readonly planned: number;
}

interface Candidate {
  readonly rows: RunRows;
  readonly track: RolloutTrack;
  readonly reach: number;
}

/**
 * One whole rollout for each instance: a repetition is no new evidence. The one with the longest reach counts, of
 * equals that of the larger run (by its turns, then its rollouts), then the newest. How far a rollout got before its
 * first error never decides.
 *
 * @param members runs of one model under one setting, oldest first
 */
export function fullest(members: readonly RunRows[]): {
  readonly kept: readonly RunRows[];
  readonly leftOut: readonly LeftOut[];
} {
  const best = new Map<string, Candidate>();
  for (const rows of members) {
    const instanceOf = instancesOf(rows.run);
    const reachOf = reachIn(rows);
    for (const track of rows.tracks) {
      const instance = instanceOf(track.rollout);
      const known = best.get(instance);
      const candidate = { rows, track, reach: reachOf(track) };
      if (known === undefined || isAtLeast(candidate, known)) best.set(instance, candidate);
    }
  }
  const counting = new Map(members.map((rows) => [rows, new Set<number>()]));
  for (const { rows, track } of best.values()) counting.get(rows)?.add(track.rollout);
  const sizes = members.map((rows) => ({ rows, kept: counting.get(rows) ?? new Set<number>() }));
  return {
    kept: sizes.map(({ rows, kept }) => (kept.size === rows.tracks.length ? rows : onlyRollouts(rows, kept))),
    leftOut: sizes
      .filter(({ rows, kept }) => kept.size < rows.tracks.length)
      .map(({ rows, kept }) => ({
        id: rows.id,
        run: rows.run,
        rollouts: rows.tracks.length - kept.size,
        begun: rows.tracks.length,
        planned: partOf(rows.run).count,
      })),
  };
}

function isAtLeast(one: Candidate, other: Candidate): boolean {
  const [mine, theirs] = [one.rows.run, other.rows.run];
  const difference =
    one.reach - other.reach ||
    mine.settings.turns - theirs.settings.turns ||
    partOf(mine).count - partOf(theirs).count;
  return difference >= 0;
}

/**
 * The planned turns where a rollout ended as planned, the turns played where it was cut, or goes on. Where rollouts
 * end at their first error, those that erred would reach further than those that were cut, so that of two repetitions
 * the one with the error would be chosen: there all rollouts of a run have the reach of the one that got furthest.
 */
function reachIn(rows: RunRows): (track: RolloutTrack) => number {
  const { turns, until } = rows.run.settings;
  const reachOf = ({ end, letters }: RolloutTrack): number => (end === "complete" ? turns : letters.length);
  if (until === "end") return reachOf;
  const open = rows.tracks.filter((track) => reachOf(track) < turns);
  const isLet = rows.tracks.some(({ letters }) => letters.length >= turns);
  const furthest = open.reduce((most, { letters }) => Math.max(most, letters.length), 0);
  const reach = isLet || open.length === 0 ? turns : furthest;
  return () => reach;
}

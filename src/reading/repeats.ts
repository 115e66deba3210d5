import type { RolloutTrack } from "../store/tracks.ts";
import { instancesOf } from "./identity.ts";
import { onlyRollouts, type RunRows } from "./rows.ts";

/** Rollouts of a run that do not count, since others of the same instances do. */
export interface LeftOut {
  readonly id: string;
  readonly run: RunRows["run"];
  /** How many of its rollouts that are, of how many. */
  readonly rollouts: number;
  readonly begun: number;
}

interface Candidate {
  readonly rows: RunRows;
  readonly track: RolloutTrack;
}

/**
 * One whole rollout for each instance: a repetition is no new evidence. The one with the longest reach counts, of equals
 * that of the larger run, then the newest. How far a rollout got before its first error never decides.
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
    for (const track of rows.tracks) {
      const instance = instanceOf(track.rollout);
      const known = best.get(instance);
      const candidate = { rows, track };
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
      })),
  };
}

function isAtLeast(one: Candidate, other: Candidate): boolean {
  const difference =
    reachOf(one) - reachOf(other) || one.rows.run.settings.rollouts - other.rows.run.settings.rollouts;
  return difference >= 0;
}

/** The planned turns where it ended as planned, also at its first error; the turns played where it was cut, or goes on. */
function reachOf({ rows, track }: Candidate): number {
  return track.end === "complete" ? rows.run.settings.turns : track.letters.length;
}

import type { EngineEnd } from "./engine-end.ts";
import { withParallel } from "./fit.ts";
import type { PreparedModel } from "./prepare.ts";

/** A trial is tried so many times at most. */
const mostTries = 3;

/**
 * A model whose process crashed, as it is tried again: with half the conversations at a time, where that could change anything.
 *
 * @param crash null: it did not
 * @param runIds of the tries so far
 * @returns null where it is not tried again
 */
export function withFewer(
  candidate: PreparedModel,
  crash: EngineEnd | null,
  runIds: readonly number[],
): PreparedModel | null {
  const { parallel } = candidate.fit;
  if (crash === null || !couldHelp(crash) || parallel < 2 || runIds.length >= mostTries) return null;
  const fewer = Math.floor(parallel / 2);
  const because = `the engine's process crashed with ${parallel} conversations at a time (run ${runIds.at(-1)}), so this is another try with ${fewer}`;
  const fit = withParallel(candidate.fit, fewer);
  return {
    ...candidate,
    fit: { ...fit, warnings: [...fit.warnings, because] },
    chosen: {
      conversationsTried: candidate.chosen?.conversationsTried ?? [],
      parallelBecause: because,
    },
  };
}

/** Whatever crashes before there are conversations would crash again, but for want of memory. */
function couldHelp({ cause, phase }: EngineEnd): boolean {
  return cause === "memory" || ((cause === "abort" || cause === "fault") && phase !== "loading");
}

import fc from "fast-check";
import type { RolloutSurvival } from "../../src/metrics/survival.ts";

/** A rollout that went on to `lastTurn` after its first error. */
export function erredAt(firstErrorTurn: number, lastTurn: number): RolloutSurvival {
  return { lastTurn, firstErrorTurn };
}

/** A rollout without an error that had all its turns. */
export function finished(turns: number): RolloutSurvival {
  return { lastTurn: turns, firstErrorTurn: null };
}

/** A rollout without an error that was lost after `lastTurn`. */
export function censoredAfter(lastTurn: number): RolloutSurvival {
  return { lastTurn, firstErrorTurn: null };
}

/** Rollouts of a run of up to 12 turns, some erring, some lost. */
export const anyRollouts: fc.Arbitrary<{ rollouts: RolloutSurvival[]; turns: number }> = fc
  .integer({ min: 1, max: 12 })
  .chain((turns) =>
    fc.record({
      turns: fc.constant(turns),
      rollouts: fc.array(
        fc
          .record({
            lastTurn: fc.integer({ min: 0, max: turns }),
            error: fc.option(fc.integer({ min: 1, max: turns })),
          })
          .map(({ lastTurn, error }) => ({
            lastTurn,
            firstErrorTurn: error !== null && error <= lastTurn ? error : null,
          })),
        { maxLength: 40 },
      ),
    }),
  );

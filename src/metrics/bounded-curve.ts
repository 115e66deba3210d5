import { curveDesignEffects } from "./curve-design-effect.ts";
import { comparedTurns, curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { dictionariesOf } from "./dictionary-clusters.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { type SurvivalCurve, type SurvivalPoint, survivalCurve } from "./survival.ts";

/** What the curve needs of a rollout: its instance does not matter here. */
export type CurveRollout = Omit<PlayedRollout, "instance">;

/** A curve whose interval holds whatever the cut rollouts would have done next. */
export interface BoundedCurve extends SurvivalCurve {
  /** The curve if every cut rollout had been wrong in its next turn; the curve itself where none was cut. */
  readonly worst: SurvivalCurve;
  /** Turns that a rollout could have: those planned, or the ones at which the context was full for about all alike. */
  readonly turns: number;
}

/**
 * The task-accuracy curve with an interval that knows of cuts and of shared dictionaries.
 *
 * Rollouts that a cut of their own ended (context full, engine error) may be unlike the others, so the Kaplan-Meier estimate
 * may be off by as much as they are many. The lower ends are those of the curve with all of them wrong in their next turn,
 * the upper ones those with all right to the end (the worst cases of Manski 2003, 1.2): no assumption is left in them. Where
 * about all contexts were full at one turn ({@link comparedTurns}), nothing is known beyond it.
 *
 * Where rollouts share six dictionaries or more, the variance is that between dictionaries ({@link curveDesignEffects}).
 * With fewer the interval holds for these dictionaries alone, and is that of independent rollouts.
 */
export function boundedCurve(rollouts: readonly CurveRollout[], planned: number): BoundedCurve {
  const turns = comparedTurns(rollouts, planned);
  const seen = rollouts.some(isOpenCut) ? curtailed(rollouts, turns) : rollouts;
  const curve = clusteredCurve(seen, planned);
  if (curve.cut === 0) return { ...curve, worst: curve, turns };
  const worst = clusteredCurve(wrongNext(seen), planned);
  const best = clusteredCurve(rightToTheEnd(seen, turns), planned);
  const points = curve.points.map((point, index): SurvivalPoint => {
    if (point.accuracy === null) return point;
    return {
      ...point,
      low: extreme(Math.min, point.low, worst.points[index]?.low),
      high: extreme(Math.max, point.high, best.points[index]?.high),
    };
  });
  return { ...curve, points, worst, turns };
}

function clusteredCurve(rollouts: readonly CurveRollout[], turns: number): SurvivalCurve {
  const counted = rollouts.filter(({ lastTurn }) => lastTurn > 0);
  const dictionaries = dictionariesOf(counted.map(({ dictionary }) => dictionary));
  if (dictionaries.scope !== "clusters") return survivalCurve(rollouts, turns);
  const lastTurn = counted.reduce((last, rollout) => Math.max(last, rollout.lastTurn), 0);
  return survivalCurve(rollouts, turns, curveDesignEffects(counted, dictionaries, lastTurn));
}

function extreme(
  pick: (...values: number[]) => number,
  own: number | null,
  other: number | null | undefined,
): number | null {
  return own === null || other === null || other === undefined ? own : pick(own, other);
}

import { Random } from "../random.ts";
import { horizon } from "./horizon.ts";
import type { PlayedRollout } from "./paired-log-rank.ts";
import { percentiles } from "./percentile.ts";
import { survivalCurve } from "./survival.ts";

/** How many times as far one sample gets as another. */
export interface HorizonRatio {
  readonly s: number;
  /** H_s of the first over H_s of the second; null unless both are reached. */
  readonly ratio: number | null;
  /** 95 % interval. `low` holds also where the first horizon lies beyond the turns: "at least"; null: unknown. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratio of two horizons with a percentile interval of a bootstrap (Efron and Tibshirani 1993, 13). Where both samples
 * played the same instances, an instance is drawn with both its rollouts, so that what they share cancels; else each
 * sample is drawn by itself. A horizon beyond the turns counts as one turn more than them, the least it can be: so a
 * lower bound holds, and where it happens in the upper tail there is no upper bound.
 *
 * @param turns how many turns both samples were meant to have
 * @param seed of the draws
 * @param replicates number of draws
 */
export function compareHorizons(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  s: number,
  turns: number,
  seed: number,
  replicates = 1000,
): HorizonRatio {
  const [mine, theirs] = [first, second].map((sample) => horizonOf(sample, s, turns));
  if (mine === undefined || theirs === undefined || first.length === 0 || second.length === 0)
    return { s, ratio: null, low: null, high: null };
  const random = new Random(seed, "horizon-ratio");
  const draw = drawerOf(first, second, random);
  const least = turns + 1;
  const ratios: number[] = [];
  let open = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    const [left, right] = draw();
    const [far, near] = [quickHorizon(left, s, turns), quickHorizon(right, s, turns)];
    if (far === null) open++;
    ratios.push((far ?? least) / (near ?? least));
  }
  const [low = null, high = null] = percentiles(ratios, [2.5, 97.5]);
  return {
    s,
    ratio: mine === null || theirs === null ? null : mine / theirs,
    low: theirs === null ? null : low,
    high: mine === null || open > 0.025 * replicates ? null : high,
  };
}

function horizonOf(sample: readonly PlayedRollout[], s: number, turns: number): number | null {
  return horizon(survivalCurve(sample, turns), s, 1).turns;
}

type Sample = readonly PlayedRollout[];

function drawerOf(first: Sample, second: Sample, random: Random): () => [Sample, Sample] {
  const partners = new Map(second.map((rollout) => [rollout.instance, rollout]));
  const pairs = first.flatMap((rollout) => {
    const partner = partners.get(rollout.instance);
    return partner === undefined ? [] : [{ rollout, partner }];
  });
  if (pairs.length < Math.max(first.length, second.length)) {
    const redraw = (sample: Sample): Sample => sample.map(() => random.pick(sample));
    return () => [redraw(first), redraw(second)];
  }
  return () => {
    const drawn = pairs.map(() => random.pick(pairs));
    return [drawn.map(({ rollout }) => rollout), drawn.map(({ partner }) => partner)];
  };
}

/** H_s as in {@link horizon}, without the band; ties are exact while nothing is censored. */
function quickHorizon(sample: Sample, s: number, turns: number): number | null {
  const errors = new Uint32Array(turns + 2);
  const censorings = new Uint32Array(turns + 2);
  for (const { lastTurn, firstErrorTurn } of sample) {
    if (firstErrorTurn !== null && firstErrorTurn <= turns)
      errors[firstErrorTurn] = (errors[firstErrorTurn] ?? 0) + 1;
    else if (lastTurn < turns) censorings[lastTurn] = (censorings[lastTurn] ?? 0) + 1;
  }
  let atRisk = sample.length - (censorings[0] ?? 0);
  let share = 1;
  let began = atRisk;
  for (let turn = 1; turn <= turns && atRisk > 0; turn++) {
    atRisk -= errors[turn] ?? 0;
    // Whole numbers as long as the stretch has no censoring, so half of an even number is one half.
    if (share * atRisk < s * began - 1e-9) return turn;
    const left = censorings[turn] ?? 0;
    if (left > 0) {
      share *= atRisk / began;
      atRisk -= left;
      began = atRisk;
    }
  }
  return null;
}

import { Random } from "../random.ts";
import { curtailed, isOpenCut, rightToTheEnd, wrongNext } from "./cuts.ts";
import { horizon } from "./horizon.ts";
import type { PlayedRollout } from "./played-rollout.ts";
import { percentiles } from "./percentile.ts";
import { survivalCurve } from "./survival.ts";

/** How many times as far one sample gets as another. */
export interface HorizonRatio {
  readonly s: number;
  /** H_s of the first over H_s of the second; null unless both are reached within the turns compared. */
  readonly ratio: number | null;
  /** 95 % interval. `low` holds also where the first horizon lies beyond the turns: "at least"; null: unknown. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratio of two horizons with a percentile interval of a bootstrap (Efron and Tibshirani 1993, 13). Where both samples
 * played the same instances, an instance is drawn with both its rollouts, so that what they share cancels; else each
 * sample is drawn by itself. A horizon beyond the turns counts as one turn more than them, the least it can be: where that
 * happens to the first in more than 2.5 % of the draws there is no upper bound, where to the second no lower one.
 * Percentiles are taken of logarithms and draws do not know which sample is the first, so that the samples exchanged give
 * the reciprocal.
 *
 * Where single rollouts were cut, the interval goes from the low end with the first's cut ones wrong in their next turn and
 * the second's right to the end, to the high end of the opposite. Rollouts that share dictionaries are drawn one by
 * one, so of six or more the interval is too narrow.
 *
 * @param turns that are compared: none behind them counts
 * @param seed of the draws
 * @param replicates number of draws; fewer by default where many rollouts make each one dear
 */
export function horizonRatio(
  first: readonly PlayedRollout[],
  second: readonly PlayedRollout[],
  s: number,
  turns: number,
  seed: number,
  replicates = defaultReplicates(first.length),
): HorizonRatio {
  const ratioOf = (left: Sample, right: Sample): HorizonRatio =>
    bootstrapped(left, right, s, turns, seed, replicates);
  const [left, right] = [curtailed(first, turns), curtailed(second, turns)];
  const plain = ratioOf(left, right);
  if (![...left, ...right].some(isOpenCut)) return plain;
  const { low } = ratioOf(wrongNext(left), rightToTheEnd(right, turns));
  const { high } = ratioOf(rightToTheEnd(left, turns), wrongNext(right));
  return {
    ...plain,
    low: low === null || plain.low === null ? null : Math.min(low, plain.low),
    high: high === null || plain.high === null ? null : Math.max(high, plain.high),
  };
}

function bootstrapped(
  first: Sample,
  second: Sample,
  s: number,
  turns: number,
  seed: number,
  replicates: number,
): HorizonRatio {
  const [mine, theirs] = [first, second].map((sample) => horizonOf(sample, s, turns));
  if (mine === undefined || theirs === undefined || first.length === 0 || second.length === 0)
    return { s, ratio: null, low: null, high: null };
  const draw = drawerOf(first, second, turns, seed);
  const least = turns + 1;
  const ratios: number[] = [];
  const open = { far: 0, near: 0 };
  for (let replicate = 0; replicate < replicates; replicate++) {
    const [left, right] = draw();
    const [far, near] = [
      quickHorizon(left, first.length, s, turns),
      quickHorizon(right, second.length, s, turns),
    ];
    if (far === null) open.far++;
    if (near === null) open.near++;
    ratios.push(Math.log((far ?? least) / (near ?? least)));
  }
  const [low = null, high = null] = percentiles(ratios, [2.5, 97.5]);
  const most = 0.025 * replicates;
  return {
    s,
    ratio: mine === null || theirs === null ? null : mine / theirs,
    low: low === null || theirs === null || open.near > most ? null : Math.exp(low),
    high: high === null || mine === null || open.far > most ? null : Math.exp(high),
  };
}

function horizonOf(sample: readonly PlayedRollout[], s: number, turns: number): number | null {
  return horizon(survivalCurve(sample, turns), s, 1).turns;
}

type Sample = readonly PlayedRollout[];

/** Rollouts counted by where they ended: at index t those with a first error in turn t, at `turns` + 1 + t those censored there. */
type Counts = Uint32Array;

function defaultReplicates(rollouts: number): number {
  return Math.min(1000, Math.max(300, Math.floor(400_000 / Math.max(1, rollouts))));
}

/** Rollouts are drawn in the order of their instances, each sample by a stream that is its own whichever side it is on. */
function drawerOf(first: Sample, second: Sample, turns: number, seed: number): () => [Counts, Counts] {
  const [one, other] = [first.toSorted(byInstance), second.toSorted(byInstance)];
  const placesOf = (sample: Sample): Uint32Array =>
    Uint32Array.from(sample, (rollout) => placeOf(rollout, turns));
  const [mine, theirs] = [placesOf(one), placesOf(other)];
  const isPaired =
    one.length === other.length && one.every(({ instance }, index) => instance === other[index]?.instance);
  const nameOf = (sample: Sample, places: Uint32Array): string =>
    JSON.stringify([sample.map(({ instance }) => instance), [...places]]);
  const isInOrder = isPaired || nameOf(one, mine) <= nameOf(other, theirs);
  const [random, otherRandom] = [
    new Random(seed, "horizon-ratio", isInOrder ? 1 : 2),
    new Random(seed, "horizon-ratio", isPaired || !isInOrder ? 1 : 2),
  ];
  const [left, right] = [new Uint32Array(2 * turns + 2), new Uint32Array(2 * turns + 2)];
  return () => {
    fillDrawn(left, mine, random);
    fillDrawn(right, theirs, otherRandom);
    return [left, right];
  };
}

/** As many rollouts as there are, drawn with replacement and counted by their places. */
function fillDrawn(counts: Counts, places: Uint32Array, random: Random): void {
  counts.fill(0);
  for (let drawn = 0; drawn < places.length; drawn++) {
    const place = places[Math.floor(random.unit() * places.length)] ?? 0;
    counts[place] = (counts[place] ?? 0) + 1;
  }
}

function byInstance(left: PlayedRollout, right: PlayedRollout): number {
  return left.instance < right.instance ? -1 : left.instance > right.instance ? 1 : 0;
}

function placeOf({ lastTurn, firstErrorTurn }: PlayedRollout, turns: number): number {
  if (firstErrorTurn !== null && firstErrorTurn <= turns) return firstErrorTurn;
  return turns + 1 + Math.min(lastTurn, turns);
}

/** H_s as in {@link horizon}, without the band; ties are exact while nothing is censored. */
function quickHorizon(counts: Counts, rollouts: number, s: number, turns: number): number | null {
  let atRisk = rollouts - (counts[turns + 1] ?? 0);
  let share = 1;
  let began = atRisk;
  for (let turn = 1; turn <= turns && atRisk > 0; turn++) {
    atRisk -= counts[turn] ?? 0;
    // Whole numbers as long as the stretch has no censoring, so half of an even number is one half.
    if (share * atRisk < s * began - 1e-9) return turn;
    const left = counts[turns + 1 + turn] ?? 0;
    if (left > 0) {
      share *= atRisk / began;
      atRisk -= left;
      began = atRisk;
    }
  }
  return null;
}

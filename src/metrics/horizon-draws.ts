import { Random } from "../random.ts";
import { dictionaryOf } from "./dictionary-clusters.ts";
import type { PlayedRollout } from "./played-rollout.ts";

/** Where both curves fall below a threshold, in each draw of a bootstrap; NaN: not within the turns. */
export interface HorizonDraws {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** What was drawn as a whole, of the sample that has fewer: rollouts, or the dictionaries that they share. */
  readonly units: number;
}

/** What is drawn, and how often. */
export interface Drawing {
  readonly s: number;
  /** Turns that are compared. */
  readonly turns: number;
  readonly seed: number;
  readonly replicates: number;
  /** Whether rollouts with one dictionary are drawn together. */
  readonly isByDictionary: boolean;
}

/**
 * Draws both samples with replacement (Efron and Tibshirani 1993, 13). Where both have the same units (instances, or
 * dictionaries), one is drawn with the rollouts of both, so that what they share cancels; else each sample is drawn by
 * itself. Draws do not know which sample is the first.
 *
 * @param first curtailed to the turns that are compared, as the second
 */
export function drawHorizons(first: Sample, second: Sample, drawing: Drawing): HorizonDraws {
  const { s, turns, seed, replicates } = drawing;
  const [mine, theirs] = [first, second].map((sample) => unitsOf(sample, drawing)) as [Units, Units];
  const isPaired = mine.names === theirs.names;
  const isInOrder = isPaired || nameOf(mine) <= nameOf(theirs);
  const random = new Random(seed, "horizon-ratio", isInOrder ? 1 : 2);
  const otherRandom = new Random(seed, "horizon-ratio", isPaired || !isInOrder ? 1 : 2);
  const counts = new Uint32Array(2 * turns + 2);
  const drawn = { first: new Float64Array(replicates), second: new Float64Array(replicates) };
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawn.first[replicate] = passage(counts, fillDrawn(counts, mine, random), s, turns) ?? Number.NaN;
    drawn.second[replicate] = passage(counts, fillDrawn(counts, theirs, otherRandom), s, turns) ?? Number.NaN;
  }
  return { ...drawn, units: Math.min(mine.starts.length, theirs.starts.length) - 1 };
}

/**
 * Where the curve of a sample falls below a threshold: H_s less one, and the part of that turn which a straight line from
 * one turn's share to the next one's takes; null: not within the turns.
 */
export function passageOf(sample: Sample, s: number, turns: number): number | null {
  const counts = new Uint32Array(2 * turns + 2);
  for (const rollout of sample) count(counts, placeOf(rollout, turns));
  return passage(counts, sample.length, s, turns);
}

/** H_s of a passage. */
export function horizonAtPassage(passage: number): number {
  return Math.floor(passage) + 1;
}

type Sample = readonly PlayedRollout[];

/** Rollouts counted by where they ended: at index t those with a first error in turn t, at `turns` + 1 + t those censored there. */
type Counts = Uint32Array;

/** A sample by what is drawn as a whole: unit u has the places from `starts[u]` to `starts[u + 1]`. */
interface Units {
  readonly names: string;
  readonly places: Uint32Array;
  readonly starts: Uint32Array;
}

function unitsOf(sample: Sample, { turns, isByDictionary }: Drawing): Units {
  const named = sample
    .map((rollout) => ({ rollout, name: isByDictionary ? dictionaryOf(rollout) : rollout.instance }))
    .toSorted((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0));
  const firsts = named.flatMap(({ name }, index) => (name === named[index - 1]?.name ? [] : [index]));
  return {
    names: JSON.stringify(firsts.map((index) => named[index]?.name)),
    places: Uint32Array.from(named, ({ rollout }) => placeOf(rollout, turns)),
    starts: Uint32Array.from([...firsts, named.length]),
  };
}

function nameOf({ names, places }: Units): string {
  return JSON.stringify([names, [...places]]);
}

/** As many units as there are, drawn with replacement and counted by their places; how many rollouts that are. */
function fillDrawn(counts: Counts, { places, starts }: Units, random: Random): number {
  counts.fill(0);
  const units = starts.length - 1;
  let rollouts = 0;
  for (let drawn = 0; drawn < units; drawn++) {
    const unit = Math.floor(random.unit() * units);
    const end = starts[unit + 1] ?? 0;
    for (let at = starts[unit] ?? 0; at < end; at++, rollouts++) count(counts, places[at] ?? 0);
  }
  return rollouts;
}

function count(counts: Counts, place: number): void {
  counts[place] = (counts[place] ?? 0) + 1;
}

function placeOf({ lastTurn, firstErrorTurn }: PlayedRollout, turns: number): number {
  if (firstErrorTurn !== null && firstErrorTurn <= turns) return firstErrorTurn;
  return turns + 1 + Math.min(lastTurn, turns);
}

/** As {@link passageOf}, without the band; ties are exact while nothing is censored. */
function passage(counts: Counts, rollouts: number, s: number, turns: number): number | null {
  let atRisk = rollouts - (counts[turns + 1] ?? 0);
  let share = 1;
  let began = atRisk;
  for (let turn = 1; turn <= turns && atRisk > 0; turn++) {
    const before = atRisk;
    atRisk -= counts[turn] ?? 0;
    const level = (s * began) / share;
    // Whole numbers as long as the stretch has no censoring, so half of an even number is one half.
    if (share * atRisk < s * began - 1e-9) return turn - 1 + Math.max(0, before - level) / (before - atRisk);
    const left = counts[turns + 1 + turn] ?? 0;
    if (left > 0) {
      share *= atRisk / began;
      atRisk -= left;
      began = atRisk;
    }
  }
  return null;
}

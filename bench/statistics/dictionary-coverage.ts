/**
 * How often the intervals of H50, H80 and turn accuracy hold the truth where rollouts share dictionaries, and a dictionary
 * shifts the log-odds of a right turn (standard deviation 1). In brackets those of intervals that take rollouts for
 * independent. Sizes are equal, or one dictionary has as many rollouts as all others together.
 * usage: npx tsx bench/statistics/dictionary-coverage.ts [--studies 4000]
 */
import { type ClusteredTally, pooledAccuracy } from "../../src/metrics/accuracy.ts";
import { boundedCurve, type CurveRollout } from "../../src/metrics/bounded-curve.ts";
import { normalQuantile } from "../../src/metrics/distributions.ts";
import { horizon } from "../../src/metrics/horizon.ts";
import type { Proportion } from "../../src/metrics/proportion.ts";
import { Random } from "../../src/random.ts";
import { isHeld } from "./cut-coverage.ts";
import { studiesOf, uniform } from "./studies.ts";
import { percentOf, writeTable } from "./tables.ts";

export interface DictionaryCell {
  readonly dictionaries: number;
  readonly rollouts: number;
  /** Chance of a right turn with a dictionary in the middle. */
  readonly p: number;
  readonly isUneven: boolean;
}

export interface DictionaryCoverage {
  /** H50, H80, turn accuracy. */
  readonly clustered: readonly number[];
  readonly independent: readonly number[];
}

const effect = 1;
const turns = 60;

export function dictionaryCoverage(cell: DictionaryCell, studies: number): DictionaryCoverage {
  const truth = truthOf(cell.p);
  const { dictionaries, rollouts, p, isUneven } = cell;
  const random = new Random("dictionary-coverage", dictionaries, rollouts, String(p), String(isUneven));
  const held = { clustered: [0, 0, 0], independent: [0, 0, 0] };
  for (let study = 0; study < studies; study++) {
    const chances = Array.from({ length: dictionaries }, () => chanceOf(p, normal(random)));
    const sample = Array.from({ length: rollouts }, (_, index) => {
      const place = isUneven ? (index % 2) * (1 + ((index >> 1) % (dictionaries - 1))) : index % dictionaries;
      return drawRollout(random, chances[place] ?? p, String(place));
    });
    const own = sample.map(({ dictionary: _dictionary, ...rollout }) => rollout);
    for (const [name, rows] of [
      ["clustered", sample],
      ["independent", own],
    ] as const)
      for (const [index, isIn] of heldBy(rows, truth).entries())
        if (isIn) held[name][index] = (held[name][index] ?? 0) + 1;
  }
  const shares = (counts: readonly number[]): number[] => counts.map((count) => count / studies);
  return { clustered: shares(held.clustered), independent: shares(held.independent) };
}

type Drawn = CurveRollout & ClusteredTally;

/** First error and number of right turns; every turn is right with the same chance, whatever came before. */
function drawRollout(random: Random, chance: number, dictionary: string): Drawn {
  let [correct, first] = [0, 0];
  for (let turn = 1; turn <= turns; turn++)
    if (random.unit() < chance) correct++;
    else if (first === 0) first = turn;
  return { lastTurn: turns, firstErrorTurn: first === 0 ? null : first, n: turns, correct, dictionary };
}

interface Truth {
  readonly half: number;
  readonly eighty: number;
  readonly accuracy: number;
}

function heldBy(sample: readonly Drawn[], truth: Truth): boolean[] {
  const curve = boundedCurve(sample, turns);
  return [
    isHeld(horizon(curve, 0.5, 1), truth.half),
    isHeld(horizon(curve, 0.8, 1), truth.eighty),
    isIn(pooledAccuracy(sample), truth.accuracy),
  ];
}

function isIn({ low, high }: Proportion, share: number): boolean {
  return (low ?? 0) <= share && share <= (high ?? 1);
}

/** Over all dictionaries there could be, by 2,000 equally likely ones. */
function truthOf(p: number): Truth {
  const chances = Array.from({ length: 2000 }, (_, index) =>
    chanceOf(p, normalQuantile((index + 0.5) / 2000)),
  );
  const meanOf = (value: (chance: number) => number): number =>
    chances.reduce((sum, chance) => sum + value(chance), 0) / chances.length;
  const horizonOf = (s: number): number => {
    let turn = 1;
    while (meanOf((chance) => chance ** turn) >= s) turn++;
    return turn;
  };
  return { half: horizonOf(0.5), eighty: horizonOf(0.8), accuracy: meanOf((chance) => chance) };
}

function chanceOf(p: number, shift: number): number {
  return 1 / (1 + ((1 - p) / p) * Math.exp(-effect * shift));
}

function normal(random: Random): number {
  return normalQuantile(uniform(random) * (1 - 2 ** -31));
}

export const dictionaryCells: readonly DictionaryCell[] = [false, true].flatMap((isUneven) =>
  [0.9, 0.97].flatMap((p) =>
    [60, 120].flatMap((rollouts) =>
      [6, 10, 30].map((dictionaries) => ({ dictionaries, rollouts, p, isUneven })),
    ),
  ),
);

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const rows = dictionaryCells.map((cell) => {
    const { clustered, independent } = dictionaryCoverage(cell, studies);
    const cells = clustered.map(
      (share, index) => `${percentOf(share)} (${percentOf(independent[index] ?? 0)})`,
    );
    return [cell.isUneven ? "one with half" : "equal", cell.p, cell.rollouts, cell.dictionaries, ...cells];
  });
  writeTable(
    "dictionary-coverage.md",
    `Share of ${studies} studies whose 95 % interval holds the truth, in %; in brackets that of an interval that takes rollouts for independent.`,
    ["rollouts a dictionary", "p", "rollouts", "dictionaries", "H50", "H80", "turn accuracy"],
    rows,
  );
}

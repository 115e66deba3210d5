/**
 * How often a model that gets less far by just the margin is called good enough, and an equal one is: laws of rising,
 * constant and falling hazard, crossing curves, few and many rollouts, paired and not, several rows, few turns, shared
 * dictionaries. And whether studies as large as `longhaul power --margin` says have the power that it promises.
 * usage: npx tsx bench/statistics/margins.ts [--studies 1000] [--only power|TEXT]
 */
import { judgeSamples } from "../../src/metrics/margin.ts";
import { marginStudies } from "../../src/metrics/margin-power.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { Random } from "../../src/random.ts";
import { firstErrorTurn, type Law, studiesOf, survival, trueHorizon, uniform } from "./studies.ts";
import { percentOf, writeTable } from "./tables.ts";

export interface MarginWorld {
  /** Rollouts of each. */
  readonly rollouts: number;
  /** Where the reference's curve falls below one half, in turns. */
  readonly half: number;
  /** Turns of a rollout, in halves. */
  readonly turns: number;
  /** Weibull shapes of the reference and of the other. */
  readonly shapes: readonly [reference: number, other: number];
  readonly isPaired: boolean;
  /** Rows that are judged together. */
  readonly comparisons: number;
  readonly margin: number;
  /** The horizons of which the true ratio holds. */
  readonly s: number;
  /** Rollouts that share a dictionary, whose skill is drawn for it; 1: none. */
  readonly perDictionary: number;
}

export const usual: MarginWorld = {
  rollouts: 100,
  half: 20,
  turns: 3,
  shapes: [1, 1],
  isPaired: false,
  comparisons: 1,
  margin: 0.2,
  s: 0.5,
  perDictionary: 1,
};

/** Where the curve falls below s, on a straight line between two turns. */
function truePassage(law: Law, s: number): number {
  const turn = trueHorizon(law, s) - 1;
  const [before, after] = [survival(law, turn), survival(law, turn + 1)];
  return turn + (before - s) / (before - after);
}

/** The law of that shape whose curve falls below s there. */
function lawAt(passage: number, shape: number, s: number): Law {
  let [low, high] = [0.01, 40 * passage + 10];
  for (let step = 0; step < 100; step++) {
    const half = (low + high) / 2;
    if (truePassage({ half, shape }, s) < passage) low = half;
    else high = half;
  }
  return { half: (low + high) / 2, shape };
}

/** Verdicts on a model whose true ratio is this. */
export function verdicts(
  world: MarginWorld,
  ratio: number,
  studies: number,
): Record<"good enough" | "worse" | "undecided", number> {
  const { half, shapes, s, margin, comparisons } = world;
  const reference = lawAt(half, shapes[0], 0.5);
  const other = lawAt(truePassage(reference, s) * ratio, shapes[1], s);
  const turns = Math.ceil(half * world.turns);
  const random = new Random("margins", JSON.stringify([world, ratio]));
  const counts = { "good enough": 0, worse: 0, undecided: 0 };
  for (let study = 0; study < studies; study++) {
    const [mine, theirs] = drawBoth(random, other, reference, turns, world);
    const judged = judgeSamples(mine, theirs, { turns, share: margin, comparisons });
    // Horizons of another threshold have another ratio.
    counts[judged.s === s ? judged.verdict : "undecided"]++;
  }
  return {
    "good enough": counts["good enough"] / studies,
    worse: counts.worse / studies,
    undecided: counts.undecided / studies,
  };
}

/** On common instances half of the errors of both come from one draw; a dictionary's skill is half common to both. */
function drawBoth(
  random: Random,
  other: Law,
  reference: Law,
  turns: number,
  { rollouts, isPaired, perDictionary }: MarginWorld,
): [PlayedRollout[], PlayedRollout[]] {
  const common = Array.from({ length: rollouts }, () => uniform(random));
  const skills = Array.from({ length: Math.ceil(rollouts / perDictionary) }, () => normal(random));
  const draw = (law: Law, side: string): PlayedRollout[] => {
    const factors = skills.map((skill) =>
      perDictionary === 1 ? 1 : Math.exp((skill + normal(random)) * dictionarySpread),
    );
    return common.map((drawn, index) => {
      const dictionary = Math.floor(index / perDictionary);
      const u = isPaired && random.unit() < 0.5 ? drawn : uniform(random);
      const error = firstErrorTurn({ ...law, half: law.half * (factors[dictionary] ?? 1) }, u);
      return {
        instance: isPaired ? `${index}` : `${side}${index}`,
        ...(perDictionary === 1 ? {} : { dictionary: `${dictionary}` }),
        lastTurn: turns,
        firstErrorTurn: error <= turns ? error : null,
      };
    });
  };
  return [draw(other, "o"), draw(reference, "r")];
}

/** Of the logarithm of how far a dictionary lets a model get: once common to both models, once its own. */
const dictionarySpread = 0.3;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * random.unit());
}

const shapes: readonly (readonly [number, number])[] = [
  [1, 1],
  [1.8, 1.8],
  [0.6, 0.6],
  [1.8, 0.6],
  [0.6, 1.8],
];
const sizes = [10, 30, 100, 300];

/** Every pairing and number of rollouts of these worlds. */
function crossed(worlds: readonly Partial<MarginWorld>[], laws = [shapes[0], shapes[3]]): MarginWorld[] {
  return worlds.flatMap((world) =>
    sizes.flatMap((rollouts) =>
      laws.flatMap((shape = [1, 1]) =>
        [false, true].map((isPaired) => ({ ...usual, rollouts, shapes: shape, isPaired, ...world })),
      ),
    ),
  );
}

/** The first four are tried with all studies, the others with half of them. */
const groups: Readonly<Record<string, readonly MarginWorld[]>> = {
  "H50 of 5 turns": crossed([{ half: 5 }], [...shapes]),
  "H50 of 20 turns": crossed([{ half: 20 }], [...shapes]),
  "H50 of 50 turns": crossed([{ half: 50 }], [...shapes]),
  "between two turns": crossed([{ half: 5.5 }, { half: 20.5 }]),
  "margin of 10 %": crossed([{ margin: 0.1 }]),
  "margin of 50 %": crossed([{ margin: 0.5, half: 5 }]),
  "3 rows": crossed([{ comparisons: 3 }]),
  "11 rows": crossed([{ comparisons: 11 }]),
  "few turns: H80": crossed([{ half: 50, turns: 0.7, s: 0.8 }]),
  "few turns: H90": crossed([{ half: 100, turns: 0.25, s: 0.9 }]),
  "shared dictionaries": [6, 10, 30].flatMap((dictionaries) =>
    [2, 10].flatMap((perDictionary) =>
      [false, true].map((isPaired) => ({
        ...usual,
        rollouts: dictionaries * perDictionary,
        perDictionary,
        isPaired,
      })),
    ),
  ),
};

function tellClaims(studies: number, only: string): void {
  const rows = Object.entries(groups)
    .filter(([name]) => name.includes(only))
    .map(([name, worlds]) => {
      const count = Object.keys(groups).indexOf(name) < 4 ? studies : Math.ceil(studies / 2);
      const found = worlds.map((world) => {
        const shares = { ...world, ...verdicts(world, 1 - world.margin, count) };
        process.stderr.write(`${name} ${JSON.stringify(shares)}\n`);
        return shares;
      });
      const most = (name: "good enough" | "worse"): string =>
        percentOf(Math.max(...found.map((one) => one[name])));
      const mean = percentOf(found.reduce((sum, one) => sum + one["good enough"], 0) / found.length);
      return [name, worlds.length, count, mean, most("good enough"), most("worse")];
    });
  writeTable(
    "margins.md",
    `A model whose true ratio is just the margin (10 to 300 rollouts; rising, constant and falling hazards, curves that cross; paired or not): share called good enough or worse, in %. One world's share has a standard error of ${percentOf(Math.sqrt((0.025 * 0.975) / studies))} at 2.5 % (half as many studies: ${percentOf(Math.sqrt((0.05 * 0.975) / studies))}), so the largest of many lies above its own.`,
    ["worlds", "number", "studies of each", "good enough, mean", "good enough, most", "worse, most"],
    rows,
  );
}

/** Studies as large as `longhaul power --margin` says, of two equal models. */
function tellPower(studies: number): void {
  const planned: readonly (readonly [half: number, margin: number, power: number])[] = [
    [5, 0.2, 0.8],
    [20, 0.2, 0.8],
    [20, 0.2, 0.9],
    [10, 0.3, 0.8],
    [20, 0.5, 0.8],
  ];
  const rows = planned.flatMap(([half, margin, power]) =>
    marginStudies(half, margin, power).map(({ s, fewestTurns, rollouts }) => {
      const turns = fewestTurns / half;
      const found = verdicts({ ...usual, half, margin, s, rollouts, turns }, 1, studies);
      return [
        half,
        percentOf(margin),
        s,
        fewestTurns,
        rollouts,
        percentOf(power),
        percentOf(found["good enough"]),
      ];
    }),
  );
  writeTable(
    "margin-power.md",
    `Two equal models of constant hazard, as many rollouts as \`longhaul power --margin\` says, ${studies} studies: share called good enough, in %.`,
    ["H50", "margin, %", "threshold", "turns", "rollouts", "power planned, %", "good enough, %"],
    rows,
  );
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(1000);
  const at = process.argv.indexOf("--only");
  const only = at < 0 ? "" : (process.argv[at + 1] ?? "");
  if (only !== "power") tellClaims(studies, only);
  if (only === "" || only === "power") tellPower(Math.ceil(studies / 2));
}

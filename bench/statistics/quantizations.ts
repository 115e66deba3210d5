/**
 * Two quantizations of one model at equal cost: how often the log-rank test of their horizons finds a difference, and how
 * often the test of all turns behind one given history does, as `compare` decides either; and how often the interval of
 * how much worse one is holds the truth.
 * usage: npx tsx bench/statistics/quantizations.ts [--studies 400]
 * Writes bench/statistics/results/quantizations.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testCurves } from "../../src/metrics/curve-test.ts";
import { testShares } from "../../src/metrics/paired-shares.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";
import { Random } from "../../src/random.ts";
import { drawInstances, type TurnInstance } from "./turn-studies.ts";
import { studiesOf } from "./studies.ts";

const [rollouts, turns] = [32, 60];
/** Turn 1 is a look-up and does not count, as in `compare`. */
const composed = new Set(Array.from({ length: turns - 1 }, (_, index) => index + 2));

interface World {
  /** Errors a step. */
  readonly rates: readonly [number, number];
  /** Share of the first one's errors that the second makes, too. */
  readonly shared: number;
  /** Spread of how hard instances are, in log-odds. */
  readonly frailty: number;
  /** Share of instances in which the first errs in half of its turns: it fails where something stands, not now and then. */
  readonly broken?: number;
}

const worlds: readonly World[] = [
  ...([0.6, 0.65, 0.7] as const).flatMap((shared) =>
    (
      [
        [0.15, 0.12],
        [0.05, 0.035],
        [0.02, 0.015],
        [0.05, 0.05],
        [0.02, 0.02],
      ] as const
    ).map((rates): World => ({ rates, shared, frailty: 0 })),
  ),
  { rates: [0.05, 0.05], shared: 0.65, frailty: 1 },
  { rates: [0.02, 0.02], shared: 0.65, frailty: 1 },
  // Nearly the same file: hardly a turn differs.
  { rates: [0.02, 0.02], shared: 0.99, frailty: 0 },
  { rates: [0.05, 0.05], shared: 0.99, frailty: 0 },
  { rates: [0.15, 0.15], shared: 0.95, frailty: 1 },
  { rates: [0.002, 0.002], shared: 0.65, frailty: 0 },
  ...([0.02, 0.05, 0.1] as const).map(
    (broken): World => ({ rates: [0.02, 0.02], shared: 0.95, frailty: 0, broken }),
  ),
];

/** Both models' answers to the same turns. */
function play(random: Random, world: World, instances: readonly TurnInstance[]) {
  const together = sharedDraws(world);
  const both = instances.map(({ ease, instance }) => {
    const sides: [boolean[], boolean[]] = [[], []];
    const mine = random.unit() < (world.broken ?? 0) ? 0.5 : errorRate(world.rates[0], ease);
    for (let turn = 1; turn <= turns; turn++) {
      const one = random.unit();
      const other = random.unit() < together ? one : random.unit();
      sides[0].push(one >= mine);
      sides[1].push(other >= errorRate(world.rates[1], ease));
    }
    return sides.map((answers): TurnAnswers => ({ instance, answers }));
  });
  const sideOf = (side: 0 | 1): TurnAnswers[] => both.flatMap((pair) => pair[side] ?? []);
  return [sideOf(0), sideOf(1)] as const;
}

/** The share of turns in which one draw decides for both, so that so many errors are shared. */
function sharedDraws({ rates: [first, second], shared }: World): number {
  return (shared * first - first * second) / (second - first * second);
}

function errorRate(rate: number, ease: number): number {
  return ease === 0 ? rate : 1 / (1 + Math.exp(ease - Math.log(rate / (1 - rate))));
}

function playedOf({ instance, answers }: TurnAnswers): PlayedRollout {
  const first = answers.indexOf(false);
  return { instance, lastTurn: turns, firstErrorTurn: first < 0 ? null : first + 1 };
}

function rowOf(world: World, studies: number): string {
  const random = new Random("quantizations", JSON.stringify(world));
  const { rates, frailty, shared } = world;
  const found = { curve: 0, turns: 0, held: 0, bounded: 0 };
  const { broken = 0 } = world;
  const truth = frailty === 0 ? broken * 0.5 + (1 - broken) * rates[0] - rates[1] : 0;
  for (let study = 0; study < studies; study++) {
    const [lesser, reference] = play(random, world, drawInstances(random, { rollouts, frailty }));
    if ((testCurves(reference.map(playedOf), lesser.map(playedOf), turns)?.pValue ?? 1) < 0.05) found.curve++;
    const test = testShares(reference, lesser, { turns: composed, planned: turns });
    if ((test?.pValue ?? 1) < 0.05) found.turns++;
    const { low = null, high = null } = test ?? {};
    if (low !== null && high !== null && low <= truth && truth <= high) found.held++;
    if (high !== null && truth <= high) found.bounded++;
  }
  const share = (count: number): string => `${((100 * count) / studies).toFixed(1)} %`;
  const errors = rates.map((rate) => `${Number((100 * rate).toFixed(1))} %`).join(" and ");
  const line = `| ${errors}${broken === 0 ? "" : `, ${100 * broken} % of instances broken`} | ${100 * shared} % | ${frailty} | ${share(found.curve)} | ${share(found.turns)} | ${share(found.held)} | ${share(found.bounded)} |`;
  process.stderr.write(`${line}\n`);
  return line;
}

const studies = studiesOf(400);
const text = [
  `Two quantizations of one model, ${rollouts} rollouts of ${turns} turns each, ${studies} made-up studies a line: how often a difference is claimed (p < 0.05), by horizons on their own histories and by all turns behind one given history; how often the 95 % interval of how much worse the first is holds the truth, and how often "at most x points worse" does.`,
  "",
  "| errors a step | of the first's, both make | spread of instances | horizons (log-rank) | all turns | interval holds | bound holds |",
  "|---|--:|--:|--:|--:|--:|--:|",
  ...worlds.map((world) => rowOf(world, studies)),
  "",
].join("\n");
mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
writeFileSync(join(import.meta.dirname, "results", "quantizations.md"), text);
process.stdout.write(text);

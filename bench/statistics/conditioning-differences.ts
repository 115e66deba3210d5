/**
 * Whether planted errors weigh alike on two models: how often a difference is claimed where there is none, and where one is
 * planted, and how often the interval holds it. Rollouts are made up directly, the same instances for both models.
 * usage: npx tsx bench/statistics/conditioning-differences.ts [--studies 4000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conditioningDifference } from "../../src/metrics/conditioning-difference.ts";
import { significanceLevel } from "../../src/metrics/power.ts";
import { Random } from "../../src/random.ts";
import { studiesOf } from "./studies.ts";
import { drawInstances, type InstancesShape, playPlanted, type TurnModel } from "./turn-studies.ts";

interface DifferenceWorld extends InstancesShape {
  readonly name: string;
  readonly models: readonly [TurnModel, TurnModel];
  readonly rates: readonly number[];
  readonly asked: readonly number[];
}

const five = [0, 0.25, 0.5, 0.75, 1];
const probed = [10, 20, 30, 40];
const alike: readonly [TurnModel, TurnModel] = [
  { p: 0.97, conditioning: 2 },
  { p: 0.8, conditioning: 2 },
];

/** The slopes of both models are equal; what else there is differs. */
export const equalWorlds: readonly DifferenceWorld[] = [
  { name: "five rates, four turns", models: alike, rates: five, asked: probed, rollouts: 60 },
  { name: "the paper's: turn 100 alone", models: alike, rates: five, asked: [100], rollouts: 100 },
  { name: "few rollouts", models: alike, rates: five, asked: probed, rollouts: 10 },
  { name: "few rollouts, two rates", models: alike, rates: [0, 1], asked: [20], rollouts: 20 },
  {
    name: "one hardly errs",
    models: [
      { p: 0.995, conditioning: 2 },
      { p: 0.7, conditioning: 2 },
    ],
    rates: five,
    asked: probed,
    rollouts: 30,
  },
  {
    name: "no effect on either",
    models: [{ p: 0.95 }, { p: 0.6 }],
    rates: five,
    asked: probed,
    rollouts: 30,
  },
  {
    name: "one worse with the turns",
    models: [
      { p: 0.97, conditioning: 2, drift: -0.03 },
      { p: 0.8, conditioning: 2 },
    ],
    rates: five,
    asked: probed,
    rollouts: 60,
  },
  { name: "unlike instances", models: alike, rates: five, asked: probed, rollouts: 60, frailty: 0.7 },
  {
    name: "10 shared dictionaries",
    models: alike,
    rates: five,
    asked: probed,
    rollouts: 60,
    dictionaries: { count: 10, spread: 0.7 },
  },
];

/**
 * Slopes are those of shares over all instances. Where instances differ this much, the slopes that are equal for each of them
 * are no longer equal for their mean, most of all between models of unlike skill.
 */
const mixedWorlds: readonly DifferenceWorld[] = [
  { name: "very unlike instances", models: alike, rates: five, asked: probed, rollouts: 60, frailty: 1.5 },
];

/** The first model's errors weigh more by 1, 2 and 4 of log-odds. */
export const unlikeWorlds: readonly DifferenceWorld[] = [1, 2, 4].flatMap((more) =>
  [
    { name: "five rates, four turns", asked: probed, rollouts: 60 },
    { name: "the paper's: turn 100 alone", asked: [100], rollouts: 100 },
    { name: "few rollouts", asked: probed, rollouts: 10 },
  ].map((shape) => ({
    ...shape,
    rates: five,
    models: [
      { p: 0.9, conditioning: 1 + more },
      { p: 0.9, conditioning: 1 },
    ] as const,
  })),
);

export interface Told {
  readonly mean: number;
  /** Share of studies whose interval holds the planted difference, of those that have one. */
  readonly held: number;
  readonly firstMore: number;
  readonly secondMore: number;
  /** Of all studies. */
  readonly untold: number;
}

/** Shares over studies with different seeds. */
export function differenceTold(world: DifferenceWorld, studies: number): Told {
  const random = new Random("conditioning-differences", JSON.stringify(world));
  const [first, second] = world.models;
  const planted = (second.conditioning ?? 0) - (first.conditioning ?? 0);
  let [held, firstMore, secondMore, untold, known, sum] = [0, 0, 0, 0, 0, 0];
  for (let study = 0; study < studies; study++) {
    const instances = drawInstances(random, world);
    const [one, other] = world.models.map((model) =>
      world.rates.map((rate) => playPlanted(random, model, instances, world.asked, rate)),
    );
    const found = conditioningDifference(one ?? [], other ?? []);
    if (found === null) {
      untold++;
      continue;
    }
    const { side, difference, low, high, pValue } = found;
    if (pValue < significanceLevel && side < 0) firstMore++;
    if (pValue < significanceLevel && side > 0) secondMore++;
    if (difference === null || low === null || high === null) continue;
    known++;
    sum += difference;
    if (low <= planted && planted <= high) held++;
  }
  const [mean, share] = [sum / known, (count: number): number => count / studies];
  return {
    mean,
    held: held / known,
    firstMore: share(firstMore),
    secondMore: share(secondMore),
    untold: share(untold),
  };
}

function rowOf(world: DifferenceWorld, studies: number): string {
  const { mean, ...shares } = differenceTold(world, studies);
  const [first, second] = world.models;
  const planted = (second.conditioning ?? 0) - (first.conditioning ?? 0);
  const cells = Object.values(shares).map((share) => `${(100 * share).toFixed(1)} %`);
  const line = `| ${world.name} | ${planted} | ${mean.toFixed(2)} | ${cells.join(" | ")} |`;
  process.stderr.write(`${line}\n`);
  return line;
}

function tableOf(title: string, worlds: readonly DifferenceWorld[], studies: number): string[] {
  return [
    title,
    "",
    "| world | planted difference | mean estimate | interval holds it | weighs more on the first | on the second | not told |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...worlds.map((world) => rowOf(world, studies)),
    "",
  ];
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const text = [
    `npx tsx bench/statistics/conditioning-differences.ts --studies ${studies}`,
    "",
    ...tableOf(
      `Equal slopes, ${studies} studies a row. Gate: claims of either kind together at most 6 %.`,
      equalWorlds,
      studies,
    ),
    ...tableOf("Slopes equal within every instance only. No gate.", mixedWorlds, studies),
    ...tableOf("Unlike slopes. Gate: held in at least 93 %.", unlikeWorlds, studies),
  ].join("\n");
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results", "conditioning-differences.md"), text);
  process.stdout.write(text);
}

/**
 * Turn 1 beside the turns after it. How often a cold start and an improvement with turns are said where they are planted and
 * where they are not: of models that err alike at every turn, that decay, that their own errors lead astray; and how often
 * the interval holds the true difference.
 * usage: npx tsx bench/statistics/cold-start.ts [--studies 4000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstAgainstLater, startLevel } from "../../src/metrics/cold-start.ts";
import { normalQuantile } from "../../src/metrics/distributions.ts";
import { testParts } from "../../src/metrics/paired-shares.ts";
import { fewestEvents } from "../../src/metrics/power.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";
import { Random } from "../../src/random.ts";
import { studiesOf } from "./studies.ts";
import { chanceAt, drawInstances, type InstancesShape, play, type TurnModel } from "./turn-studies.ts";

export interface StartWorld {
  readonly name: string;
  readonly model: TurnModel;
  /** Chance that turn 1 is right; absent: as the model has it. */
  readonly first?: number;
  readonly shape: InstancesShape;
  readonly turns: number;
  /** What is true of it: found in at least 90 %, all else in at most 2 %. */
  readonly planted: readonly ("cold" | "improves")[];
}

const flat = (p: number, rollouts: number, turns: number): StartWorld => ({
  name: `right in ${p} of all turns`,
  model: { p },
  shape: { rollouts },
  turns,
  planted: [],
});

export const startWorlds: readonly StartWorld[] = [
  ...[0.02, 0.1, 0.5, 0.9, 0.99].flatMap((p) => [flat(p, 16, 10), flat(p, 32, 60)]),
  {
    name: "unlike instances",
    model: { p: 0.7 },
    shape: { rollouts: 32, frailty: 2 },
    turns: 40,
    planted: [],
  },
  {
    name: "8 dictionaries",
    model: { p: 0.7 },
    shape: { rollouts: 64, dictionaries: { count: 8, spread: 1.5 } },
    turns: 20,
    planted: [],
  },
  { name: "decays", model: { p: 0.97, drift: -0.1 }, shape: { rollouts: 32 }, turns: 60, planted: [] },
  {
    name: "astray by its own errors",
    model: { p: 0.97, conditioning: 8 },
    shape: { rollouts: 32 },
    turns: 60,
    planted: [],
  },
  { name: "cold", model: { p: 0.98 }, first: 0.2, shape: { rollouts: 16 }, turns: 10, planted: ["cold"] },
  {
    name: "cold, unlike instances",
    model: { p: 0.9 },
    first: 0.4,
    shape: { rollouts: 32, frailty: 1 },
    turns: 40,
    planted: ["cold"],
  },
  {
    name: "improves",
    model: { p: 0.4, drift: 0.1 },
    shape: { rollouts: 32 },
    turns: 40,
    planted: ["cold", "improves"],
  },
];

/** Shares of studies in which each is said, and in which the interval holds the true difference of turn 1. */
export interface StartShares {
  readonly cold: number;
  readonly improves: number;
  /** Null: the truth depends on what was answered before. */
  readonly held: number | null;
}

export function startShares(world: StartWorld, studies: number): StartShares {
  const random = new Random("cold start", JSON.stringify(world));
  const { model, turns, shape } = world;
  const truth = (model.conditioning ?? 0) > 0 ? null : trueDifference(world);
  const size = Math.floor((turns - 1) / 2);
  const [early, late] = [range(2, size + 1), range(turns - size + 1, turns)];
  const counts = { cold: 0, improves: 0, held: 0 };
  for (let study = 0; study < studies; study++) {
    const sample = play(random, model, drawInstances(random, shape), turns, "own").map((rollout) =>
      started(random, rollout, world),
    );
    const start = firstAgainstLater(sample, turns);
    const parts = testParts(sample, early, late);
    if (start !== null && isCold(start)) counts.cold++;
    if (parts !== null && parts.errors >= fewestEvents && parts.pValue < startLevel && (parts.low ?? -1) > 0)
      counts.improves++;
    if (truth !== null && (start?.low ?? -1) <= truth && truth <= (start?.high ?? 1)) counts.held++;
  }
  return {
    cold: counts.cold / studies,
    improves: counts.improves / studies,
    held: truth === null ? null : counts.held / studies,
  };
}

/** As a row's figure has it. */
function isCold(test: NonNullable<ReturnType<typeof firstAgainstLater>>): boolean {
  const { first, later, pValue, high } = test;
  const errors = first.n - first.correct + later.n - later.correct;
  return errors >= fewestEvents && pValue < startLevel && (high ?? 1) < 0;
}

function started(random: Random, rollout: TurnAnswers, { first }: StartWorld): TurnAnswers {
  return first === undefined
    ? rollout
    : { ...rollout, answers: [random.unit() < first, ...rollout.answers.slice(1)] };
}

/** Over all instances: the mean at 2,000 equally likely ones. */
function trueDifference({ model, first, shape, turns }: StartWorld): number {
  const spread = Math.hypot(shape.frailty ?? 0, shape.dictionaries?.spread ?? 0);
  const points = spread === 0 ? [0.5] : Array.from({ length: 2000 }, (_, index) => (index + 0.5) / 2000);
  const differences = points.map((point) => {
    const ease = spread * normalQuantile(point);
    const later = [...range(2, turns)].map((turn) => chanceAt(model, ease, turn, 0));
    return (first ?? chanceAt(model, ease, 1, 0)) - later.reduce((sum, one) => sum + one, 0) / later.length;
  });
  return differences.reduce((sum, one) => sum + one, 0) / differences.length;
}

function range(from: number, to: number): Set<number> {
  return new Set(Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const percent = (share: number | null): string => (share === null ? "" : `${(100 * share).toFixed(1)} %`);
  const lines = startWorlds.map((world) => {
    const { cold, improves, held } = startShares(world, studies);
    const { rollouts } = world.shape;
    const line = `| ${world.name} | ${rollouts} x ${world.turns} | ${world.planted.join(", ")} | ${percent(cold)} | ${percent(improves)} | ${percent(held)} |`;
    process.stderr.write(`${line}\n`);
    return line;
  });
  const text = [
    `npx tsx bench/statistics/cold-start.ts --studies ${studies}`,
    "",
    "What is planted is to be said in at least 90 % of studies, all else in at most 2 % (level 0.01); the interval is to hold the true difference in at least 93 %.",
    "",
    "| world | size | planted | starts cold | improves | interval holds it |",
    "|---|--:|---|--:|--:|--:|",
    ...lines,
    "",
  ].join("\n");
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results", "cold-start.md"), text);
  process.stdout.write(text);
}

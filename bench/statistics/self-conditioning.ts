/**
 * The self-conditioning experiment on models with planted effects: how often the interval (or the bound, where right and
 * wrong are parted) holds what was planted, and how often an effect is claimed. Rollouts are made up directly; a
 * small part goes through the product's own arms, rollouts and rows of history.
 * usage: npx tsx bench/statistics/self-conditioning.ts [--studies 4000] [--engine 100]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptedEngine } from "../../src/engine/scripted/scripted-engine.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { selfConditioning } from "../../src/experiments/self-conditioning.ts";
import { conditioningEffect, type ConditioningEffect, effectSide } from "../../src/metrics/conditioning.ts";
import type { RateSample, ShownTurns } from "../../src/metrics/planted-turns.ts";
import { Random } from "../../src/random.ts";
import { runRollout } from "../../src/rollout/run-rollout.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { optionOf, studiesOf } from "./studies.ts";
import { drawInstances, playPlanted } from "./turn-studies.ts";

export interface PlantedWorld {
  readonly name: string;
  readonly p: number;
  readonly drift?: number;
  readonly frailty?: number;
  readonly dictionaries?: { readonly count: number; readonly spread: number };
  readonly rates: readonly number[];
  readonly asked: readonly number[];
  /** For each rate, or one number for all. */
  readonly rollouts: number | readonly number[];
}

const five = [0, 0.25, 0.5, 0.75, 1];
const upTo = (turns: number): number[] => Array.from({ length: turns }, (_, index) => index + 1);
const probed = [10, 20, 30, 40];

/** Models of one skill, planted slopes of 0, -1, -2 and -4. */
export const plantedWorlds: readonly PlantedWorld[] = [
  { name: "five rates, four turns", p: 0.9, rates: five, asked: probed, rollouts: 60 },
  { name: "few rollouts", p: 0.9, rates: five, asked: probed, rollouts: 10 },
  { name: "few rollouts, every turn", p: 0.9, rates: five, asked: upTo(20), rollouts: 10 },
  { name: "two rates, few errors", p: 0.98, rates: [0, 0.5], asked: upTo(20), rollouts: 20 },
  { name: "rates of unequal size", p: 0.95, rates: [0, 1], asked: upTo(10), rollouts: [20, 10] },
  { name: "worse with the turns", p: 0.98, drift: -0.03, rates: five, asked: upTo(40), rollouts: 20 },
  { name: "one turn, two rates", p: 0.9, rates: [0, 1], asked: [20], rollouts: 10 },
];

/** Nothing planted: errors come from the turns, the instances or their dictionaries. */
export const idleWorlds: readonly PlantedWorld[] = [
  { name: "drift alone", p: 0.98, drift: -0.03, rates: five, asked: upTo(40), rollouts: 20 },
  { name: "unlike instances alone", p: 0.9, frailty: 1.5, rates: five, asked: probed, rollouts: 60 },
  {
    name: "both, few rollouts",
    p: 0.9,
    drift: -0.05,
    frailty: 1.5,
    rates: [0, 1],
    asked: upTo(20),
    rollouts: 10,
  },
  {
    name: "10 shared dictionaries",
    p: 0.9,
    dictionaries: { count: 10, spread: 1 },
    rates: five,
    asked: probed,
    rollouts: 60,
  },
];

/** Effects so strong that right and wrong are parted in most studies. */
export const partedWorlds: readonly (PlantedWorld & { readonly strength: number })[] = [
  { name: "p 0.99, one turn", p: 0.99, rates: [0, 1], asked: [40], rollouts: 20, strength: 6 },
  { name: "p 0.9999, one turn", p: 0.9999, rates: [0, 1], asked: [20], rollouts: 20, strength: 11 },
  { name: "p 0.9999, every turn", p: 0.9999, rates: [0, 1], asked: upTo(20), rollouts: 20, strength: 11 },
  { name: "p 0.9999, few rollouts", p: 0.9999, rates: [0, 1], asked: [20], rollouts: 10, strength: 11 },
];

export interface Recovery {
  readonly mean: number;
  /** Share of studies whose interval or bound holds what was planted; those without a slope hold everything. */
  readonly held: number;
  readonly breeds: number;
  readonly careful: number;
  readonly parted: number;
}

/** Shares over studies with different seeds. */
export function plantedRecovery(world: PlantedWorld, strength: number, studies: number): Recovery {
  const random = new Random("self-conditioning", JSON.stringify(world), strength);
  return recoveryOf(strength, studies, () => conditioningEffect(drawWorld(random, world, strength)));
}

function drawWorld(random: Random, world: PlantedWorld, conditioning: number): RateSample[] {
  const { p, drift = 0, rates, asked, rollouts } = world;
  const sizes = typeof rollouts === "number" ? rates.map(() => rollouts) : rollouts;
  const instances = drawInstances(random, { ...world, rollouts: Math.max(...sizes) });
  return rates.map((rate, index) =>
    playPlanted(random, { p, drift, conditioning }, instances.slice(0, sizes[index]), asked, rate),
  );
}

function recoveryOf(
  strength: number,
  studies: number,
  study: (seed: number) => ConditioningEffect,
): Recovery {
  const counts = { held: 0, breeds: 0, careful: 0, parted: 0, known: 0, sum: 0 };
  for (let seed = 1; seed <= studies; seed++) tally(counts, strength, study(seed));
  return sharesOf(counts, studies);
}

function tally(counts: Record<string, number>, strength: number, effect: ConditioningEffect): void {
  const count = (name: string, value = 1): void => {
    counts[name] = (counts[name] ?? 0) + value;
  };
  const { slope, low, high, reason, test } = effect;
  if ((low ?? -Infinity) <= -strength && -strength <= (high ?? Infinity)) count("held");
  const side = effectSide(effect, test?.pValue ?? 1);
  if (side !== 0) count(side < 0 ? "breeds" : "careful");
  if (slope === null) count(reason === null ? "parted" : "untold");
  else {
    count("known");
    count("sum", slope);
  }
}

function sharesOf(counts: Readonly<Record<string, number>>, studies: number): Recovery {
  const share = (name: string): number => (counts[name] ?? 0) / studies;
  return {
    mean: (counts["sum"] ?? 0) / (counts["known"] ?? 0),
    held: share("held"),
    breeds: share("breeds"),
    careful: share("careful"),
    parted: share("parted"),
  };
}

const [engineRollouts, engineTurns] = [60, 40];
const task = tasks["dict-sum"];

/** One study through the product: every arm played, all probed turns together. */
async function engineEffect(script: string, error: "noise" | "look-up", seed: number) {
  const base = {
    ...standardSettings,
    rollouts: engineRollouts,
    seed,
    turns: engineTurns,
    shots: 0,
  };
  const options = selfConditioning.options.parse({ errors: [error], probe: probed });
  const arms = selfConditioning.arms(base, options, { architecture: null, canReason: false });
  const instances = Array.from({ length: engineRollouts }, (_, rollout) =>
    createInstance(task, base, seed, rollout),
  );
  const rates: RateSample[] = [];
  for (const [index, { settings }] of arms.entries()) {
    // Every arm is another run of the model: its errors come from another stream.
    const engine = new ScriptedEngine(parseScript(`${script},seed=${1000 * seed + index}`), engineRollouts, {
      afterBatches: () => undefined,
      event: () => undefined,
    });
    const played = instances.map(async (instance, rollout): Promise<ShownTurns> => {
      const answers: (boolean | null)[] = Array.from({ length: engineTurns }, () => null);
      const shown: (number | null)[] = Array.from({ length: engineTurns }, () => null);
      const plan = {
        task,
        instance,
        opening: [],
        rollout,
        settings,
        sampling: settings,
        answerLimit: 32,
        ownErrors: [],
        reasoning: null,
        isWatched: false,
      };
      await runRollout(plan, engine.open(), ({ turn, samples, history }) => {
        answers[turn - 1] = samples[0]?.judged.verdict.turnCorrect === true;
        shown[turn - 1] = history.wrong / history.answers;
      });
      return { instance: String(rollout), answers, shown };
    });
    const rate = Number(/rate=([0-9.]+)/.exec(settings.history)?.[1] ?? 0);
    rates.push({ rate, rollouts: await Promise.all(played), planned: engineTurns });
  }
  return conditioningEffect(rates);
}

/** As {@link plantedRecovery}, through the product. */
export async function recovery(
  strength: number,
  error: "noise" | "look-up",
  studies: number,
): Promise<Recovery> {
  const counts: Record<string, number> = {};
  for (let study = 1; study <= studies; study++)
    tally(counts, strength, await engineEffect(`p=0.9,conditioning=${strength}`, error, study));
  return sharesOf(counts, studies);
}

function rowOf(name: string, strength: number, { mean, held, breeds, careful, parted }: Recovery): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const slope = Number.isNaN(mean) ? "none" : mean.toFixed(2);
  const line = `| ${name} | ${-strength} | ${slope} | ${[held, breeds, careful, parted].map(percent).join(" | ")} |`;
  process.stderr.write(`${line}\n`);
  return line;
}

function tableOf(title: string, lines: readonly string[]): string[] {
  return [
    title,
    "",
    "| world | planted slope | mean estimate | interval holds it | errors breed errors | more careful | parted |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...lines,
    "",
  ];
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const throughEngine = optionOf("--engine", 100);
  const planted = plantedWorlds.flatMap((world) =>
    [0, 1, 2, 4].map((strength) => rowOf(world.name, strength, plantedRecovery(world, strength, studies))),
  );
  const idle = idleWorlds.map((world) => rowOf(world.name, 0, plantedRecovery(world, 0, studies)));
  const parted = partedWorlds.map(({ strength, ...world }) =>
    rowOf(world.name, strength, plantedRecovery(world, strength, studies)),
  );
  const engine: string[] = [];
  for (const error of ["noise", "look-up"] as const)
    for (const strength of [0, 1, 2, 4])
      engine.push(rowOf(error, strength, await recovery(strength, error, throughEngine)));
  const text = [
    `npx tsx bench/statistics/self-conditioning.ts --studies ${studies} --engine ${throughEngine}`,
    "",
    ...tableOf(`Models of one skill, ${studies} studies a cell. Gate: held in at least 93 %.`, planted),
    ...tableOf("No effect planted. Gate: claims of either kind at most 6 %.", idle),
    ...tableOf("Right and wrong parted: the test claims, the bound holds.", parted),
    ...tableOf(
      `Through arms, engine and rows: ${throughEngine} seeds, ${engineRollouts} rollouts, five rates, turns ${probed.join(", ")}.`,
      engine,
    ),
  ].join("\n");
  mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
  writeFileSync(join(import.meta.dirname, "results", "self-conditioning.md"), text);
  process.stdout.write(text);
}

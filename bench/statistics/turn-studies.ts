/** Made-up rollouts turn by turn, of models with known truth: nothing of the engine, so that 4,000 studies take minutes. */
import type { RateSample, ShownTurns } from "../../src/metrics/planted-turns.ts";
import { normalQuantile } from "../../src/metrics/distributions.ts";
import type { TurnAnswers } from "../../src/metrics/turn-answers.ts";
import type { Random } from "../../src/random.ts";
import { uniform } from "./studies.ts";

/** A model: the log-odds of a right turn, and what moves them. */
export interface TurnModel {
  /** Chance that a turn is right while nothing else is set. */
  readonly p: number;
  /** Added to the log-odds with every turn. */
  readonly drift?: number;
  /** Taken from the log-odds times the share of errors among the answers shown. */
  readonly conditioning?: number;
}

/** An instance: what it adds to the log-odds of every model, and its dictionary if several have it. */
export interface TurnInstance {
  readonly instance: string;
  readonly ease: number;
  readonly dictionary?: string;
}

export interface InstancesShape {
  readonly rollouts: number;
  /** Spread of the instances' ease. */
  readonly frailty?: number;
  readonly dictionaries?: { readonly count: number; readonly spread: number };
  /** Put before their names, so that two samples have none in common. */
  readonly prefix?: string;
}

export function drawInstances(
  random: Random,
  { rollouts, frailty = 0, dictionaries, prefix = "" }: InstancesShape,
): TurnInstance[] {
  const luck = Array.from({ length: dictionaries?.count ?? 0 }, () => spread(random, dictionaries?.spread));
  return Array.from({ length: rollouts }, (_, index) => {
    const place = index % Math.max(1, luck.length);
    const ease = spread(random, frailty) + (luck[place] ?? 0);
    const instance = `${prefix}${index}`;
    return luck.length === 0 ? { instance, ease } : { instance, ease, dictionary: `${prefix}${place}` };
  });
}

function spread(random: Random, deviation = 0): number {
  return deviation === 0 ? 0 : deviation * normalQuantile(Math.min(1 - 1e-12, uniform(random)));
}

/** The chance of a right turn. */
export function chanceAt(model: TurnModel, ease: number, turn: number, shown: number): number {
  const { p, drift = 0, conditioning = 0 } = model;
  return 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + drift * (turn - 1) + ease - conditioning * shown)));
}

/** Rollouts with the model's own answers before each turn, or with true ones. */
export function play(
  random: Random,
  model: TurnModel,
  instances: readonly TurnInstance[],
  turns: number,
  history: "own" | "healed",
): TurnAnswers[] {
  return instances.map(({ ease, ...instance }) => {
    let wrong = 0;
    const answers = Array.from({ length: turns }, (_, index) => {
      const shown = history === "healed" || index === 0 ? 0 : wrong / index;
      const isRight = random.unit() < chanceAt(model, ease, index + 1, shown);
      if (!isRight) wrong++;
      return isRight;
    });
    return { ...instance, answers };
  });
}

/** Rollouts whose shown answers are wrong at a rate; only some turns are asked. */
export function playPlanted(
  random: Random,
  model: TurnModel,
  instances: readonly TurnInstance[],
  asked: readonly number[],
  rate: number,
): RateSample {
  const planned = Math.max(...asked);
  const rollouts = instances.map(({ ease, ...instance }): ShownTurns => {
    let wrong = 0;
    const shown: (number | null)[] = [];
    const answers: (boolean | null)[] = [];
    for (let turn = 1; turn <= planned; turn++) {
      const share = turn === 1 ? null : wrong / (turn - 1);
      const isAsked = share !== null && asked.includes(turn);
      shown.push(isAsked ? share : null);
      answers.push(isAsked ? random.unit() < chanceAt(model, ease, turn, share) : null);
      if (random.unit() < rate) wrong++;
    }
    return { ...instance, answers, shown };
  });
  return { rate, rollouts, planned };
}

/** Some rollouts ended early by themselves: chance for each, at a uniform turn from 2 on. */
export function cutSome(
  random: Random,
  sample: readonly TurnAnswers[],
  isCut: (rollout: TurnAnswers) => boolean,
): TurnAnswers[] {
  return sample.map((rollout) => {
    if (!isCut(rollout)) return rollout;
    const last = 1 + random.below(rollout.answers.length - 1);
    return { ...rollout, answers: rollout.answers.slice(0, last), cutFrom: last + 1 };
  });
}

/** Worlds of two equal models, for what a test must not claim. */
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { normalQuantile } from "../../src/metrics/distributions.ts";
import type { Random } from "../../src/random.ts";
import { firstErrorTurn, type Law, uniform } from "./studies.ts";

export interface EqualModels {
  readonly name: string;
  /** Rollouts of either sample, and how many instances both have; the first ones of both. */
  readonly first: number;
  readonly second: number;
  readonly common: number;
  readonly turns: number;
  readonly law: Law;
  /** Chance that a common instance strikes both models with the same draw. */
  readonly shared?: number;
  /** Spread of the log-odds of an error: of instances (shared by both models), and of dictionaries. */
  readonly frailty?: number;
  readonly dictionaries?: {
    readonly count: number;
    readonly spread: number;
    /** One effect for both models, one for each, or dictionaries that the other does not have. */
    readonly effects: "shared" | "unlike" | "apart";
  };
  /** Share of rollouts that a stop of the run ended at an even turn, in the first sample and in the second. */
  readonly stops?: readonly [number, number];
  /** Whether rollouts end by their first error. */
  readonly isUntilError?: boolean;
  /** Share of rollouts that were cut: the ones with the worse odds of the first sample, the better ones of the second. */
  readonly cuts?: number;
  readonly gate?: number;
  /** Whether it has enough studies to look at 0.001. */
  readonly isFine?: boolean;
}

type Sample = PlayedRollout[];

/** One study. */
export function drawEqualModels(models: EqualModels, random: Random): [Sample, Sample] {
  const { common, shared = 0, frailty = 0 } = models;
  const instances = Array.from({ length: common }, () => ({
    draw: random.unit() < shared ? uniform(random) : null,
    skill: frailty === 0 ? 0 : frailty * normal(random),
  }));
  const effects = dictionaryEffects(models, random);
  const sample = (side: 0 | 1): Sample =>
    Array.from({ length: side === 0 ? models.first : models.second }, (_, index) => {
      const of = instances[index];
      const place = index % effects[side].length;
      const skill =
        (of?.skill ?? frailty * (frailty === 0 ? 0 : normal(random))) + (effects[side][place] ?? 0);
      // Odds of an error times exp(skill): with small chances the half-life shrinks by as much.
      const law = { ...models.law, half: models.law.half * Math.exp(-skill) };
      const error = firstErrorTurn(law, of?.draw ?? uniform(random));
      const name = models.dictionaries?.effects === "apart" ? `${side} ${place}` : String(place);
      return {
        instance: of === undefined ? `${side}.${index}` : `c${index}`,
        ...(models.dictionaries === undefined ? {} : { dictionary: name }),
        ...endOf(models, side, skill, error, random),
      };
    });
  return [sample(0), sample(1)];
}

function dictionaryEffects({ dictionaries }: EqualModels, random: Random): readonly [number[], number[]] {
  const { count, spread, effects } = dictionaries ?? { count: 1, spread: 0, effects: "shared" };
  const drawn = (): number[] =>
    Array.from({ length: count }, () => (spread === 0 ? 0 : spread * normal(random)));
  const first = drawn();
  return [first, effects === "shared" ? first : drawn()];
}

function endOf(models: EqualModels, side: 0 | 1, skill: number, error: number, random: Random) {
  const { turns, stops = [0, 0], cuts = 0, isUntilError = false } = models;
  // The half with the worse odds in the first sample and with the better ones in the second.
  const isCandidate = side === 0 ? skill > 0 : skill < 0;
  const isCut = cuts > 0 && isCandidate && random.unit() < 2 * cuts;
  const isStopped = stops[side] > 0 && random.unit() < stops[side];
  const end = isCut || isStopped ? random.below(turns) : turns;
  const isError = error <= end;
  return {
    lastTurn: isError && isUntilError ? error : end,
    firstErrorTurn: isError ? error : null,
    cut: isCut ? ("context_full" as const) : null,
  };
}

function normal(random: Random): number {
  return normalQuantile((random.uint32() + 0.5) / 2 ** 32);
}

const constant = { half: 34, shape: 1 };
const rising = { half: 20, shape: 1.6 };
const falling = { half: 20, shape: 0.6 };
const rare = { half: 1000, shape: 1 };
const base = { turns: 100, law: constant, common: 0 };
const unpaired = (first: number, second: number, more: Partial<EqualModels> = {}): EqualModels => ({
  ...base,
  name: "constant",
  first,
  second,
  ...more,
});
const paired = (count: number, more: Partial<EqualModels> = {}): EqualModels =>
  unpaired(count, count, { common: count, ...more });

export const sizes: readonly EqualModels[] = [
  unpaired(2, 2),
  unpaired(2, 10),
  unpaired(2, 100, { isFine: true }),
  unpaired(2, 400),
  unpaired(10, 10, { isFine: true }),
  unpaired(10, 100, { isFine: true }),
  unpaired(10, 100, { name: "rising", law: rising }),
  unpaired(10, 100, { name: "falling", law: falling }),
  unpaired(10, 100, { name: "rare errors", law: rare }),
  unpaired(32, 32, { isFine: true }),
  unpaired(32, 32, { name: "rare errors", law: rare }),
  unpaired(32, 32, { name: "one turn", turns: 1, law: { half: 1, shape: 1 } }),
  unpaired(100, 400, { isFine: true }),
  unpaired(400, 400),
  unpaired(400, 400, { name: "falling, rare", law: { half: 500, shape: 0.6 } }),
  unpaired(2100, 2100, { name: "rare errors, normal approximation", law: rare }),
  paired(2),
  paired(6),
  paired(10, { isFine: true }),
  paired(16, { isFine: true }),
  paired(16, { name: "half of the errors shared", shared: 0.5 }),
  paired(32, { isFine: true }),
  paired(32, { name: "rising, half shared", law: rising, shared: 0.5 }),
  paired(32, { name: "falling, half shared", law: falling, shared: 0.5 }),
  paired(32, { name: "rare errors", law: rare }),
  paired(100, { name: "one turn", turns: 1, law: { half: 1, shape: 1 } }),
  paired(100, { name: "half shared", shared: 0.5 }),
  paired(400, { isFine: true }),
  paired(400, { name: "nine of ten shared", shared: 0.9 }),
  unpaired(10, 100, { name: "half shared", common: 10, shared: 0.5 }),
  unpaired(32, 32, { name: "half shared", common: 16, shared: 0.5, isFine: true }),
  unpaired(32, 100, { name: "half shared", common: 16, shared: 0.5, isFine: true }),
  unpaired(100, 400, { name: "half shared", common: 50, shared: 0.5 }),
];

export const stopped: readonly EqualModels[] = [
  unpaired(32, 32, { name: "30 % of the first", stops: [0.3, 0] }),
  unpaired(10, 100, { name: "60 % of the larger", stops: [0, 0.6] }),
  unpaired(10, 100, { name: "60 % of the smaller", stops: [0.6, 0] }),
  unpaired(30, 200, { name: "60 % of the larger", stops: [0, 0.6] }),
  unpaired(30, 200, { name: "60 % of the smaller", stops: [0.6, 0] }),
  unpaired(200, 200, { name: "60 % of the first", stops: [0.6, 0] }),
  paired(32, { name: "30 % of the first", stops: [0.3, 0] }),
  paired(32, { name: "30 % of both", stops: [0.3, 0.3] }),
  paired(32, { name: "30 % of both, until the first error", stops: [0.3, 0.3], isUntilError: true }),
  paired(200, { name: "50 % of the first, unlike instances", stops: [0.5, 0], frailty: 1.5 }),
  paired(200, {
    name: "50 % of the first, unlike instances, until the first error",
    stops: [0.5, 0],
    frailty: 1.5,
    isUntilError: true,
  }),
];

export const cutShort: readonly EqualModels[] = [0.05, 0.2, 0.5].flatMap((cuts) => {
  const cut = { cuts, frailty: 1, gate: 0.06 };
  return [
    unpaired(32, 32, { name: `${100 * cuts} % cut`, ...cut }),
    unpaired(100, 200, { name: `${100 * cuts} % cut`, ...cut }),
    paired(32, { name: `${100 * cuts} % cut`, ...cut }),
    paired(200, { name: `${100 * cuts} % cut`, ...cut }),
  ];
});

export const sharing: readonly EqualModels[] = [1, 3, 6, 10, 30].flatMap((count) => {
  const of = (effects: "shared" | "unlike" | "apart") => ({
    name: `${count} dictionaries, ${{ shared: "one effect for both models", unlike: "an effect for each model", apart: "none in common" }[effects]}`,
    gate: 0.06,
    dictionaries: { count, spread: 1, effects },
  });
  const rollouts = Math.max(30, 8 * count);
  const always = [paired(rollouts, of("shared")), unpaired(rollouts, rollouts / 2, of("shared"))];
  // With up to five dictionaries a claim is about these, and a model that has trouble with them is not an equal one.
  if (count < 6) return always;
  return [...always, paired(rollouts, of("unlike")), unpaired(rollouts, rollouts, of("apart"))];
});

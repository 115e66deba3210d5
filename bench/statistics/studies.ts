/** Made-up studies with known truth: rollouts whose first error follows a discrete Weibull law. */
import { Random } from "../../src/random.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";

/** S(t) = 0.5^((t / half)^shape): shape 1 is a constant chance, above 1 rising, below 1 falling. */
export interface Law {
  readonly half: number;
  readonly shape: number;
}

export interface StudyShape {
  readonly rollouts: number;
  readonly turns: number;
  /** Chance that a rollout is cut short by something else, at a uniform turn. */
  readonly censoring: number;
}

/** The share without an error after turn t. */
export function survival({ half, shape }: Law, turn: number): number {
  return 0.5 ** ((turn / half) ** shape);
}

/** The first turn whose survival is strictly below s. */
export function trueHorizon(law: Law, s: number): number {
  let turn = 1;
  // A hair's breadth, so that a tie that rounding spoiled is a tie.
  while (survival(law, turn) >= s * (1 - 1e-12)) turn++;
  return turn;
}

/** The turn of the first error, from a uniform draw in (0, 1]: the first t with S(t) < u. */
export function firstErrorTurn({ half, shape }: Law, u: number): number {
  return Math.floor(half * (Math.log(u) / Math.log(0.5)) ** (1 / shape)) + 1;
}

/** One study; the same `shared` stream for two of them correlates their errors on each instance by `correlation`. */
export function drawStudy(
  random: Random,
  law: Law,
  { rollouts, turns, censoring }: StudyShape,
  drawUniform: (rollout: number) => number = () => uniform(random),
): PlayedRollout[] {
  return Array.from({ length: rollouts }, (_, index) => {
    const error = firstErrorTurn(law, drawUniform(index));
    const end = censoring > 0 && random.unit() < censoring ? 1 + random.below(turns) : turns;
    return {
      instance: String(index),
      lastTurn: end,
      firstErrorTurn: error <= end ? error : null,
    };
  });
}

/** In (0, 1]. */
export function uniform(random: Random): number {
  return (random.uint32() + 1) / 2 ** 32;
}

/** Reads "--studies 5000" from the command line. */
export function studiesOf(fallback: number): number {
  return optionOf("--studies", fallback);
}

/** Reads "NAME 5000" from the command line. */
export function optionOf(name: string, fallback: number): number {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

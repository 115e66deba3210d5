import type { Tuning } from "../hardware/facts.ts";

/** Decode speeds of a model by conversations at a time, in ascending order. */
export type Speeds = Tuning["conversationsTried"];

/** A larger number of conversations has to be faster than a smaller one by this factor. */
export const worthwhile = 1.1;

/**
 * The number of conversations at a time that serves all models: from the smallest upwards, a larger one is taken only
 * where it is faster than the one before by a tenth, by the geometric mean of the models' speeds. Numbers that were not
 * tried with all of them are left out.
 *
 * @returns null where there is no model, or no number that was tried with all
 */
export function fastestForAll(models: readonly Speeds[]): number | null {
  let fastest: number | null = null;
  for (const count of commonCounts(models))
    if (fastest === null || gain(models, fastest, count) >= worthwhile) fastest = count;
  return fastest;
}

/** The numbers that were tried with all models, ascending. */
export function commonCounts(models: readonly Speeds[]): number[] {
  const [first = [], ...others] = models;
  return first
    .map(({ parallel }) => parallel)
    .filter((count) => others.every((speeds) => speeds.some(({ parallel }) => parallel === count)))
    .toSorted((a, b) => a - b);
}

/** How many times as fast `count` is as `before`: of one model just that, of several the geometric mean. */
function gain(models: readonly Speeds[], before: number, count: number): number {
  const ratios = models.map((speeds) => speedOf(speeds, count) / speedOf(speeds, before));
  const [only] = ratios;
  if (only !== undefined && ratios.length === 1) return only;
  // Sorted, so that the sum is the same in whatever order the models are named.
  const logs = ratios.map(Math.log).toSorted((a, b) => a - b);
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

/** Tokens a second with so many conversations, which was tried. */
export function speedOf(speeds: Speeds, count: number): number {
  return speeds.find(({ parallel }) => parallel === count)?.tokensPerSecond ?? Number.NaN;
}

/**
 * The number of conversations at a time after measuring: the fastest, unless measuring ended for want of time while more
 * were faster still. Then the usual number is the better guess.
 *
 * @param usual without measuring
 * @param most that is possible
 */
export function chosenNumber(
  measurements: readonly { readonly tried: Speeds; readonly ended: string }[],
  usual: number,
  most: number,
): number {
  const telling = measurements.filter(({ tried }) => tried.length > 0);
  const fastest = fastestForAll(telling.map(({ tried }) => tried));
  if (fastest === null) return usual;
  const isOpen = telling.some(({ tried, ended }) => ended === "budget" && tried.at(-1)?.parallel === fastest);
  return Math.min(most, isOpen ? Math.max(fastest, usual) : fastest);
}

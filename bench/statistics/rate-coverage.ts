/**
 * How often the interval of a speed holds the rate without its disturbance, where batches that follow one another are
 * slow and fast together: an AR(1) disturbance of 10 % of a batch's time, on batches that shrink as turns end. Beside it
 * stands the interval that takes batches for independent.
 * usage: npx tsx bench/statistics/rate-coverage.ts [--studies 4000]
 */
import { type RateBlock, rateOf } from "../../src/metrics/rate-interval.ts";
import { Random } from "../../src/random.ts";
import { studiesOf } from "./studies.ts";
import { percentOf, writeTable } from "./tables.ts";

interface Step {
  readonly ms: number;
  readonly tokens: number;
}

export interface RateCoverage {
  /** Shares of studies. */
  readonly blocks: number;
  readonly independent: number;
}

export function rateCoverage(batches: number, correlation: number, studies: number): RateCoverage {
  const random = new Random("rate-coverage", batches, String(correlation));
  let [blocks, independent] = [0, 0];
  for (let study = 0; study < studies; study++) {
    const steps = drawSteps(random, batches, correlation);
    const truth = (1000 * sumOf(steps, "tokens")) / (sumOf(steps, "tokens") + 3 * batches);
    const { low, high } = rateOf(blocksOf(steps, 10));
    if (low !== null && low <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) blocks++;
    if (independentHolds(steps, truth)) independent++;
  }
  return { blocks: blocks / studies, independent: independent / studies };
}

/** Waves of eight batches, of which each has one conversation fewer. */
export function drawSteps(random: Random, count: number, correlation: number): Step[] {
  let noise = normal(random);
  return Array.from({ length: count }, (_, index) => {
    const tokens = 8 - (index % 8);
    const ms = (3 + tokens) * (1 + 0.1 * noise);
    noise = correlation * noise + Math.sqrt(1 - correlation ** 2) * normal(random);
    return { ms, tokens };
  });
}

/** Steps added up in blocks, as the store does. */
export function blocksOf(steps: readonly Step[], count: number): RateBlock[] {
  return Array.from({ length: count }, (_, block) => {
    const [from, to] = [block, block + 1].map((edge) => Math.floor((edge * steps.length) / count));
    const part = steps.slice(from, to);
    return { batches: part.length, ms: sumOf(part, "ms"), tokens: sumOf(part, "tokens") };
  });
}

function independentHolds(steps: readonly Step[], truth: number): boolean {
  const [ms, tokens] = [sumOf(steps, "ms"), sumOf(steps, "tokens")];
  const residuals = steps.reduce((sum, one) => sum + (one.ms - (ms / tokens) * one.tokens) ** 2, 0);
  return Math.abs(ms / tokens - 1000 / truth) <= (1.96 * Math.sqrt(residuals)) / tokens;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

function sumOf(steps: readonly Step[], name: keyof Step): number {
  return steps.reduce((sum, step) => sum + step[name], 0);
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const rows = [0, 0.5, 0.8, 0.9].flatMap((correlation) =>
    [20, 40, 80, 200, 1000].map((batches) => {
      const { blocks, independent } = rateCoverage(batches, correlation, studies);
      return [correlation, batches, percentOf(blocks), percentOf(independent)];
    }),
  );
  writeTable(
    "rate-coverage.md",
    `Share of ${studies} studies, in %, in which the 95 % interval of a speed holds the rate without its disturbance.`,
    ["correlation of successive batches", "batches", "blocks of batches", "batches taken for independent"],
    rows,
  );
}

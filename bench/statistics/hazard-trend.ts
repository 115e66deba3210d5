/**
 * What is said of the hazard of models whose chance is the same at every turn but the first, which is free; with the first
 * turn left out, and in brackets with it.
 * usage: npx tsx bench/statistics/hazard-trend.ts [--studies 4000]
 */
import { startingAt } from "../../src/metrics/cuts.ts";
import { riskRows } from "../../src/metrics/risk-rows.ts";
import type { RolloutSurvival } from "../../src/metrics/survival.ts";
import { type HazardTrend, weibullDecay } from "../../src/metrics/weibull-decay.ts";
import { Random } from "../../src/random.ts";
import { studiesOf, uniform } from "./studies.ts";
import { percentOf, writeTable } from "./tables.ts";

export interface TrendCell {
  readonly p: number;
  readonly rollouts: number;
}

type Trends = Readonly<Record<HazardTrend, number>>;

const turns = 60;

/** Share of studies in which each trend is said. */
export function trends({ p, rollouts }: TrendCell, studies: number): { without: Trends; with: Trends } {
  const random = new Random("hazard-trend", String(p), rollouts);
  const [without, counted] = [1, 2].map(() => ({ falling: 0, flat: 0, rising: 0, unknown: 0 }));
  for (let study = 0; study < studies; study++) {
    const sample = Array.from({ length: rollouts }, (): RolloutSurvival => {
      const error = Math.floor(Math.log(uniform(random)) / Math.log(p)) + 2;
      return { lastTurn: turns, firstErrorTurn: error <= turns ? error : null };
    });
    if (without !== undefined) without[trendOf(startingAt(sample, 2))] += 1 / studies;
    if (counted !== undefined) counted[trendOf(sample)] += 1 / studies;
  }
  if (without === undefined || counted === undefined) throw new Error("no counts");
  return { without, with: counted };
}

function trendOf(sample: readonly RolloutSurvival[]): HazardTrend {
  return weibullDecay(riskRows(sample))?.trend ?? "unknown";
}

export const trendCells: readonly TrendCell[] = [0.9, 0.97].flatMap((p) =>
  [50, 100, 400].map((rollouts) => ({ p, rollouts })),
);

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const names = ["falling", "flat", "rising", "unknown"] as const;
  const rows = trendCells.map((cell) => {
    const found = trends(cell, studies);
    const cells = names.map((name) => `${percentOf(found.without[name])} (${percentOf(found.with[name])})`);
    return [cell.p, cell.rollouts, ...cells];
  });
  writeTable(
    "hazard-trend.md",
    `What is said of a constant hazard after a free first turn, in % of ${studies} studies; in brackets with the first turn counted.`,
    ["p", "rollouts", ...names],
    rows,
  );
}

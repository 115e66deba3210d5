/**
 * How often the interval of H_s holds the truth where rollouts are cut singly and the cuts have to do with skill: the weak
 * ones, the strong ones, or each in the very turn that would have been its first error. Beside it what an interval that
 * takes cuts for plain censoring would hold.
 * usage: npx tsx bench/statistics/cut-coverage.ts [--studies 4000]
 */
import { boundedCurve } from "../../src/metrics/bounded-curve.ts";
import { type Horizon, horizon } from "../../src/metrics/horizon.ts";
import type { RolloutCut, RolloutSurvival } from "../../src/metrics/played-rollout.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { Random } from "../../src/random.ts";
import { percentOf, writeTable } from "./tables.ts";
import { firstErrorTurn, type Law, studiesOf, trueHorizon, uniform } from "./studies.ts";

export type Tie = "weak" | "strong" | "error";

export interface CutCell {
  readonly law: Law;
  readonly rollouts: number;
  /** Share of the rollouts that are cut before their first error. */
  readonly cut: number;
  /** Whom the cuts strike. */
  readonly tie: Tie;
}

export interface CutCoverage {
  readonly bounds: readonly number[];
  /** Of the interval that takes cuts for plain censoring. */
  readonly plain: readonly number[];
}

const thresholds = [0.5, 0.8, 0.9];

/** Share of studies whose interval holds the true horizon, for each threshold. */
export function cutCoverage({ law, rollouts, cut, tie }: CutCell, studies: number): CutCoverage {
  const truths = thresholds.map((s) => trueHorizon(law, s));
  const turns = 3 * law.half;
  const random = new Random("cut-coverage", tie, String(law.half), rollouts, String(cut));
  const held = { bounds: thresholds.map(() => 0), plain: thresholds.map(() => 0) };
  for (let study = 0; study < studies; study++) {
    const sample = Array.from({ length: rollouts }, () => drawCut(random, law, turns, cut, tie));
    const curves = { bounds: boundedCurve(sample, turns), plain: survivalCurve(sample, turns) };
    for (const name of ["bounds", "plain"] as const)
      for (const [index, s] of thresholds.entries())
        if (isHeld(horizon(curves[name], s, 1), truths[index] ?? 0))
          held[name][index] = (held[name][index] ?? 0) + 1;
  }
  const shares = (counts: readonly number[]): number[] => counts.map((count) => count / studies);
  return { bounds: shares(held.bounds), plain: shares(held.plain) };
}

/** Null ends are beyond the last turn that was read. */
export function isHeld({ low, high, lastTurn }: Horizon, truth: number): boolean {
  return (low ?? lastTurn + 1) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY);
}

/** One draw is both the turn of the first error and the chance of a cut: the larger, the weaker. */
function drawCut(random: Random, law: Law, turns: number, cut: number, tie: Tie): RolloutSurvival {
  const weakness = uniform(random);
  const error = firstErrorTurn(law, weakness);
  const chance = { weak: 2 * cut * weakness, strong: 2 * cut * (1 - weakness), error: cut }[tie];
  const isCut = random.unit() < chance;
  const before = Math.min(error - 1, turns - 1);
  if (isCut)
    return {
      lastTurn: tie === "error" ? before : random.below(before + 1),
      firstErrorTurn: null,
      cut: kinds[random.below(2)] ?? null,
    };
  return { lastTurn: turns, firstErrorTurn: error <= turns ? error : null };
}

const kinds: readonly RolloutCut[] = ["fault", "context_full"];

export const cutCells: readonly CutCell[] = [
  { half: 20, shape: 1 },
  { half: 40, shape: 0.6 },
].flatMap((law) =>
  [20, 100].flatMap((rollouts) =>
    (["weak", "strong", "error"] as const).flatMap((tie) =>
      [0.05, 0.2, 0.5].map((cut) => ({ law, rollouts, cut, tie })),
    ),
  ),
);

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const struck = { weak: "weak ones", strong: "strong ones", error: "before their error" };
  const rows = cutCells.map((cell) => {
    const { bounds, plain } = cutCoverage(cell, studies);
    const hazard = cell.law.shape === 1 ? "constant" : "falling";
    return [
      hazard,
      cell.rollouts,
      `${cell.cut * 100} %`,
      struck[cell.tie],
      ...bounds.map((share, index) => `${percentOf(share)} (${percentOf(plain[index] ?? 0)})`),
    ];
  });
  writeTable(
    "cut-coverage.md",
    `Share of ${studies} studies whose 95 % interval holds the true horizon, in %; in brackets that of an interval that takes the cuts for plain censoring.`,
    ["hazard", "rollouts", "cut", "whom", "H50", "H80", "H90"],
    rows,
  );
}

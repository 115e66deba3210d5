/**
 * How often the default interval of H_s holds the truth, in made-up studies whose truth is known.
 * usage: npx tsx bench/statistics/coverage.ts [--studies 5000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { horizon } from "../../src/metrics/horizon.ts";
import { boundedCurve } from "../../src/metrics/bounded-curve.ts";
import { Random } from "../../src/random.ts";
import { isHeld } from "./cut-coverage.ts";
import { drawStudy, type Law, studiesOf, trueHorizon } from "./studies.ts";

export interface Cell {
  readonly law: Law;
  readonly name: string;
  readonly rollouts: number;
  readonly censoring: number;
}

const thresholds = [0.5, 0.8, 0.9];

/** Share of studies whose interval holds the true horizon, for each threshold. */
export function coverage({ law, name, rollouts, censoring }: Cell, studies: number): number[] {
  const truths = thresholds.map((s) => trueHorizon(law, s));
  const turns = 3 * law.half;
  const random = new Random("coverage", name, String(law.half), rollouts, String(censoring));
  const held = thresholds.map(() => 0);
  for (let study = 0; study < studies; study++) {
    const curve = boundedCurve(drawStudy(random, law, { rollouts, turns, censoring }), turns);
    for (const [index, s] of thresholds.entries()) {
      if (isHeld(horizon(curve, s, 1), truths[index] ?? 0)) held[index] = (held[index] ?? 0) + 1;
    }
  }
  return held.map((count) => count / studies);
}

export const cells: readonly Cell[] = [
  { half: 35, shape: 1, name: "constant" },
  { half: 100, shape: 1, name: "constant" },
  { half: 100, shape: 1.6, name: "rising" },
  { half: 100, shape: 0.6, name: "falling" },
].flatMap(({ name, ...law }) =>
  [0, 0.3].flatMap((censoring) => [20, 50, 100].map((rollouts) => ({ law, name, rollouts, censoring }))),
);

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(5000);
  const rows = cells.map((cell) => {
    const shares = coverage(cell, studies);
    const texts = shares.map(
      (share, index) => `${(100 * share).toFixed(1)} (${trueHorizon(cell.law, thresholds[index] ?? 0)})`,
    );
    const line = `| ${cell.name} | ${cell.rollouts} | ${cell.censoring * 100} % | ${texts.join(" | ")} |`;
    process.stderr.write(`${line}\n`);
    return line;
  });
  const text = [
    `Share of ${studies} studies whose 95 % interval holds the true horizon, in %; the true horizon in brackets.`,
    "",
    "| hazard | rollouts | cut short | H50 | H80 | H90 |",
    "|---|--:|--:|--:|--:|--:|",
    ...rows,
    "",
  ].join("\n");
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "coverage.md"), text);
  process.stdout.write(text);
}

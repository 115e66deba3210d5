/**
 * How often the test of two curves claims a difference between equal models: few and many rollouts, equal and unequal
 * sizes, common instances or none, rollouts stopped with their run or cut by themselves, shared dictionaries. Each share
 * has to stay below its gate: the level plus four standard errors of such a count, or 6 %.
 * usage: npx tsx bench/statistics/claims.ts [--studies 4000] [--fine 40000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testCurves } from "../../src/metrics/curve-test.ts";
import { Random } from "../../src/random.ts";
import { type EqualModels, drawEqualModels, sizes, stopped, cutShort, sharing } from "./equal-models.ts";
import { optionOf, studiesOf } from "./studies.ts";

export const levels = [0.05, 0.01, 0.001] as const;

/** The share of studies with p at most each level. */
export function claims(models: EqualModels, studies: number): number[] {
  const random = new Random("claims", JSON.stringify(models));
  const counts = levels.map(() => 0);
  for (let study = 0; study < studies; study++) {
    const [first, second] = drawEqualModels(models, random);
    const pValue = testCurves(first, second, models.turns)?.pValue ?? 1;
    for (const [index, level] of levels.entries())
      if (pValue <= level) counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count) => count / studies);
}

/** The level plus so many standard errors of a count of claims at it. */
export function gateOf(level: number, studies: number, errors = 4): number {
  return level + errors * Math.sqrt((level * (1 - level)) / studies);
}

function rowOf(models: EqualModels, studies: number, fine: number): string {
  const count = models.isFine === true ? fine : studies;
  const shares = claims(models, count).map((share, index) => {
    const level = levels[index] ?? 0;
    const gate = models.gate ?? gateOf(level, count);
    const isHeld = models.gate !== undefined && index > 0 ? true : share <= gate;
    return `${(100 * share).toFixed(2)}${isHeld ? "" : " **above**"}`;
  });
  const line = `| ${models.name} | ${models.first} / ${models.second} | ${models.common} | ${count} | ${shares.join(" | ")} |`;
  process.stderr.write(`${line}\n`);
  return line;
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const fine = optionOf("--fine", 10 * studies);
  const table = (title: string, cells: readonly EqualModels[]): string[] => [
    "",
    title,
    "",
    "| world | rollouts | common instances | studies | p <= 0.05 | p <= 0.01 | p <= 0.001 |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...cells.map((models) => rowOf(models, studies, fine)),
  ];
  const gates = [studies, fine].map((count) =>
    levels.map((level) => (100 * gateOf(level, count)).toFixed(2)).join(", "),
  );
  const text = [
    "Share of studies of two equal models, in %, in which a difference is claimed.",
    ...table(
      `Sizes and pairs. Gates at ${studies} studies: ${gates[0]} %; at ${fine}: ${gates[1]} %.`,
      sizes,
    ),
    ...table("Rollouts that ended with a stop of their run; the same gates.", stopped),
    ...table("Cuts of single rollouts, tied to skill. Gate at 0.05: 6 %.", cutShort),
    ...table("Dictionaries that rollouts share (effect on the log-odds: sd 1). Gate at 0.05: 6 %.", sharing),
    "",
  ].join("\n");
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "claims.md"), text);
  process.stdout.write(text);
}

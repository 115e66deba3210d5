/**
 * Claims of the log-rank test and of crossing curves together: between equal models (at most 6 %), and where a rising
 * hazard meets a falling one so that neither is ahead in sum, H50 39 against 23 turns.
 * usage: npx tsx bench/statistics/crossing.ts [--studies 4000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crossing } from "../../src/metrics/crossing.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { Random } from "../../src/random.ts";
import { drawEqualModels, type EqualModels } from "./equal-models.ts";
import { drawStudy, studiesOf } from "./studies.ts";

export interface CrossingClaims {
  /** Shares of studies: with p < 0.05, with crossing curves where it is not, and with either. */
  readonly logRank: number;
  readonly crossing: number;
  readonly either: number;
  /** Mean of the differences that were claimed of crossing curves, in turns. */
  readonly mean: number;
}

type Study = readonly [readonly PlayedRollout[], readonly PlayedRollout[]];

export function claimsOf(draw: () => Study, turns: number, studies: number): CrossingClaims {
  let [logRank, crossed, sum] = [0, 0, 0];
  for (let study = 0; study < studies; study++) {
    const [first, second] = draw();
    if ((testCurves(first, second, turns)?.pValue ?? 1) < 0.05) {
      logRank++;
      continue;
    }
    const found = crossing(first, second, turns);
    if (found === null) continue;
    crossed++;
    sum += found.mean;
  }
  return {
    logRank: logRank / studies,
    crossing: crossed / studies,
    either: (logRank + crossed) / studies,
    mean: sum / Math.max(1, crossed),
  };
}

/** Equal models of 16 to 200 rollouts. */
export const equals: readonly EqualModels[] = [16, 50, 200].flatMap((rollouts) =>
  [
    { name: "constant", law: { half: 34, shape: 1 } },
    { name: "rising", law: { half: 30, shape: 3 } },
    { name: "falling", law: { half: 20, shape: 0.6 } },
  ].flatMap(({ name, law }) => {
    const base = { law, first: rollouts, second: rollouts, turns: 60 };
    return [
      { ...base, name, common: 0 },
      { ...base, name: `${name}, paired`, common: rollouts },
      { ...base, name: `${name}, paired, half of the errors shared`, common: rollouts, shared: 0.5 },
    ];
  }),
);

/** Studies of two models whose curves cross: the mean difference within 60 turns is 10. */
export function crossingStudy(rollouts: number, random: Random): Study {
  const shape = { rollouts, turns: 60, censoring: 0 };
  return [
    drawStudy(random, { half: 39, shape: 3 }, shape),
    drawStudy(random, { half: 23, shape: 0.7 }, shape),
  ];
}

function lineOf(name: string, rollouts: number, found: CrossingClaims): string {
  const shares = [found.logRank, found.crossing, found.either].map((share) => (100 * share).toFixed(1));
  const line = `| ${name} | ${rollouts} | ${shares.join(" | ")} | ${found.crossing === 0 ? "" : found.mean.toFixed(1)} |`;
  process.stderr.write(`${line}\n`);
  return line;
}

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(4000);
  const lines = [
    ...equals.map((models) => {
      const random = new Random("crossing", JSON.stringify(models));
      const found = claimsOf(() => drawEqualModels(models, random), models.turns, studies);
      return lineOf(`none, ${models.name}`, models.first, found);
    }),
    ...[30, 60, 100, 160, 300].map((rollouts) => {
      const random = new Random("crossing", rollouts);
      return lineOf(
        "39 / 23",
        rollouts,
        claimsOf(() => crossingStudy(rollouts, random), 60, studies),
      );
    }),
  ];
  const text = [
    `Share of ${studies} studies of 60 turns, in %, in which a difference is claimed at 0.05. Gate between equal models: 6 % for either.`,
    "",
    "| difference | rollouts | log-rank | crossing curves | either | turns further |",
    "|---|--:|--:|--:|--:|--:|",
    ...lines,
    "",
  ].join("\n");
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "crossing.md"), text);
  process.stdout.write(text);
}

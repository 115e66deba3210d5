/**
 * How often each test claims a difference: where there is none (type I error) and where there is one (power), with
 * errors that are unrelated and errors that the two models share. Also how often the interval of the ratio of horizons
 * holds the truth. McNemar's test counts rollouts whose record ends before turn 35 as whole, so it is of use only where
 * nothing is cut short.
 * usage: npx tsx bench/statistics/tests.ts [--studies 2000]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { horizonRatio } from "../../src/metrics/horizon-ratio.ts";
import { testCurves } from "../../src/metrics/curve-test.ts";
import type { PlayedRollout } from "../../src/metrics/played-rollout.ts";
import { mcnemarTest } from "../../src/metrics/mcnemar.ts";
import { pairedMeanDifference } from "../../src/metrics/restricted-mean.ts";
import { Random } from "../../src/random.ts";
import { drawStudy, type Law, studiesOf, trueHorizon, uniform } from "./studies.ts";

export interface Contest {
  readonly name: string;
  readonly laws: readonly [Law, Law];
  readonly rollouts: number;
  readonly turns: number;
  readonly censoring: number;
  /** Chance that an instance strikes both models with the same draw. */
  readonly shared: number;
}

export interface Outcome {
  /** Share of studies in which each test claims a difference at 0.05. */
  readonly claims: Readonly<Record<string, number>>;
  /** Share in which the ratio's interval holds the true ratio of H50. */
  readonly ratioCoverage: number;
}

type Test = (first: readonly PlayedRollout[], second: readonly PlayedRollout[], turns: number) => number;

const unpairedOf = (sample: readonly PlayedRollout[]): PlayedRollout[] =>
  sample.map((rollout) => ({ ...rollout, instance: `other ${rollout.instance}` }));

const tests: Readonly<Record<string, Test>> = {
  "log-rank, paired": (first, second, turns) => testCurves(first, second, turns)?.pValue ?? 1,
  "log-rank, unpaired": (first, second, turns) => testCurves(first, unpairedOf(second), turns)?.pValue ?? 1,
  "restricted mean, paired": (first, second, turns) => {
    const difference = pairedMeanDifference(first, second, turns);
    if (difference === null || difference.standardError === 0) return 1;
    const { low, high } = difference;
    return (low ?? 0) > 0 || (high ?? 0) < 0 ? 0 : 1;
  },
  "McNemar at turn 35": (first, second) => {
    const isWhole = ({ firstErrorTurn }: PlayedRollout): boolean =>
      firstErrorTurn === null || firstErrorTurn > 35;
    const others = second.map(isWhole);
    const onlyFirst = first.filter((rollout, index) => isWhole(rollout) && others[index] === false).length;
    const onlySecond = first.filter((rollout, index) => !isWhole(rollout) && others[index] === true).length;
    return mcnemarTest(onlyFirst, onlySecond)?.pValue ?? 1;
  },
};

/** Plays one contest many times. */
export function playContest(contest: Contest, studies: number, withRatio: boolean): Outcome {
  const { name, laws, rollouts, turns, censoring, shared } = contest;
  const random = new Random("tests", name, rollouts, turns, String(censoring), String(shared));
  const truth = trueHorizon(laws[0], 0.5) / trueHorizon(laws[1], 0.5);
  const claims = Object.fromEntries(Object.keys(tests).map((test) => [test, 0]));
  let held = 0;
  for (let study = 0; study < studies; study++) {
    const [first, second] = drawPair(contest, random);
    for (const [test, pValueOf] of Object.entries(tests))
      if (pValueOf(first, second, turns) < 0.05) claims[test] = (claims[test] ?? 0) + 1;
    if (!withRatio) continue;
    const { low, high } = horizonRatio(first, second, 0.5, turns, study, 400);
    if ((low ?? 0) <= truth && truth <= (high ?? Number.POSITIVE_INFINITY)) held++;
  }
  return {
    claims: Object.fromEntries(Object.entries(claims).map(([test, count]) => [test, count / studies])),
    ratioCoverage: held / studies,
  };
}

function drawPair({ laws, shared, ...shape }: Contest, random: Random): [PlayedRollout[], PlayedRollout[]] {
  const draws = Array.from({ length: shape.rollouts }, () => uniform(random));
  const fate = Array.from({ length: shape.rollouts }, () => random.unit() < shared);
  const first = drawStudy(random, laws[0], shape, (index) => draws[index] ?? 1);
  const second = drawStudy(random, laws[1], shape, (index) =>
    fate[index] === true ? (draws[index] ?? 1) : uniform(random),
  );
  return [first, second];
}

const p = (chance: number): Law => ({ half: Math.log(0.5) / Math.log(chance), shape: 1 });

const contests: readonly Contest[] = [
  ...[0, 0.3].flatMap((censoring) =>
    [0, 0.5].flatMap((shared) =>
      [10, 32, 100, 200].flatMap((rollouts) =>
        [p(0.98), { half: 20, shape: 1.6 }, { half: 20, shape: 0.6 }].map((law, index) => ({
          name: ["none, p 0.98", "none, rising", "none, falling"][index] ?? "",
          laws: [law, law] as const,
          rollouts,
          turns: 100,
          censoring,
          shared,
        })),
      ),
    ),
  ),
  ...[0, 0.5].flatMap((shared) => [
    {
      name: "0.985 / 0.98",
      laws: [p(0.985), p(0.98)] as const,
      rollouts: 200,
      turns: 150,
      censoring: 0,
      shared,
    },
    {
      name: "0.99 / 0.98",
      laws: [p(0.99), p(0.98)] as const,
      rollouts: 200,
      turns: 150,
      censoring: 0,
      shared,
    },
    { name: "0.99 / 0.98", laws: [p(0.99), p(0.98)] as const, rollouts: 32, turns: 60, censoring: 0, shared },
    {
      name: "0.99 / 0.98",
      laws: [p(0.99), p(0.98)] as const,
      rollouts: 32,
      turns: 150,
      censoring: 0,
      shared,
    },
  ]),
];

if (process.argv[1] === import.meta.filename) {
  const studies = studiesOf(2000);
  const names = Object.keys(tests);
  const rows = contests.map((contest) => {
    const { name, rollouts, turns, censoring, shared } = contest;
    const { claims, ratioCoverage } = playContest(contest, studies, !name.startsWith("none"));
    const shares = names.map((test) => (100 * (claims[test] ?? 0)).toFixed(1));
    const ratio = name.startsWith("none") ? "" : (100 * ratioCoverage).toFixed(1);
    const line = `| ${name} | ${rollouts} x ${turns} | ${censoring * 100} % | ${shared * 100} % | ${shares.join(" | ")} | ${ratio} |`;
    process.stderr.write(`${line}\n`);
    return line;
  });
  const text = [
    `Share of ${studies} studies, in %, in which a test claims a difference at 0.05, and in which the interval of the ratio of H50 holds.`,
    "",
    `| difference | rollouts x turns | cut short | shared errors | ${names.join(" | ")} | ratio held |`,
    `|---|--:|--:|--:|${names.map(() => "--:|").join("")}--:|`,
    ...rows,
    "",
  ].join("\n");
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tests.md"), text);
  process.stdout.write(text);
}

/**
 * How often doubt before a slip is told where there is none, and found where it is planted; how often the interval of the
 * last turn before the slip holds the truth. usage: npx tsx bench/statistics/doubt-claims.ts
 */
import { doubtBeforeSlip, doubtBegins } from "../../src/metrics/doubt.ts";
import { Random } from "../../src/random.ts";
import { drawSureRollouts, type SureTruth } from "./sure-rollouts.ts";
import { percentOf, writeTable } from "./tables.ts";

const studies = 2_000;
const usual: SureTruth = {
  rollouts: 60,
  turns: 40,
  hazard: 0.05,
  doubt: 0,
  doubtTurns: 3,
  trend: 0,
  spread: 0.5,
};
const cases: readonly (readonly [string, Partial<SureTruth>])[] = [
  ["no doubt", {}],
  ["no doubt, 120 rollouts, gaps fall with every turn", { rollouts: 120, trend: -0.15, spread: 0 }],
  ["no doubt, rollouts far apart", { spread: 1.5 }],
  ["no doubt, 32 rollouts of 60 turns", { rollouts: 32, turns: 60 }],
  ["no doubt, 32 rollouts that slip soon, gaps fall", { rollouts: 32, turns: 60, hazard: 0.15, trend: -0.1 }],
  ["no doubt, few slips", { turns: 30, hazard: 0.01 }],
  ["doubt of 0.5 in 3 turns", { doubt: 0.5 }],
  ["doubt of 1 in 3 turns", { doubt: 1 }],
  ["doubt of 1 in 3 turns, 200 rollouts", { doubt: 1, rollouts: 200 }],
];

const rows = cases.map(([name, change]) => {
  const truth = { ...usual, ...change };
  let told = 0;
  let exact = 0;
  let known = 0;
  let held = 0;
  for (let study = 0; study < studies; study++) {
    const doubt = doubtBeforeSlip(drawSureRollouts(new Random(study, "doubt claims", name), truth));
    const begins = doubtBegins(doubt);
    if (begins !== null) told++;
    if (begins === truth.doubtTurns) exact++;
    const last = doubt.find(({ before }) => before === 1)?.difference;
    if (last?.low == null || last.high === null) continue;
    known++;
    if (last.low <= -truth.doubt && last.high >= -truth.doubt) held++;
  }
  const exactly = truth.doubt === 0 ? "" : percentOf(exact / studies);
  return [name, percentOf(told / studies), exactly, percentOf(known / studies), percentOf(held / known)];
});
writeTable(
  "doubt-claims.md",
  `${studies.toLocaleString("en")} made studies each; % of them in which doubt is told, in which it begins at the very turn that was planted, in which the last turn has an interval; % of these that hold the truth. Gaps of single turns have a standard deviation of 1; 60 rollouts of 40 turns and a hazard of 5 % unless told. Without doubt 2.5 % may tell it: one side of a 95 % interval.`,
  ["study", "doubt told", "at its turn", "interval known", "holds"],
  rows,
);

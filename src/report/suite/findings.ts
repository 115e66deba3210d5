import { isMeasured } from "../compare/contender.ts";
import { ranked, testPairs } from "../compare/pairs.ts";
import { isAtFloor, mainSentence, verdictOf } from "../compare/verdict.ts";
import { listed } from "../words.ts";
import { type MeasuredArm, studyOf } from "./measured-arm.ts";
import type { SuiteCapacity, SuiteSlope } from "./schema.ts";

/** What an experiment says, in words. @returns one sentence for the whole, and one for each model or kind */
export function findingsOf(
  experiment: string,
  arms: readonly MeasuredArm[],
  slopes: readonly SuiteSlope[],
  capacities: readonly SuiteCapacity[],
): { verdict: string; findings: string[] } {
  if (arms.length === 0) return { verdict: "No run answered.", findings: [] };
  switch (studyOf(experiment)) {
    case "horizon": {
      const contenders = arms.map(({ contender }) => contender);
      return { verdict: verdictOf(contenders, { isAcross: true }), findings: [] };
    }
    case "self-conditioning":
      return withVerdict([...slopes.map(slopeSentence), ...floors(arms)]);
    case "capacity":
      return withVerdict(capacities.map(capacitySentence));
    case "turns-against-keys":
      return withVerdict([
        "Turns of different sizes are not one another's measure: compare horizons in steps.",
        ...floors(arms),
      ]);
    default:
      return withVerdict(models(arms).map((model) => modelSentence(model, arms, models(arms).length === 1)));
  }
}

function withVerdict(sentences: readonly string[]): { verdict: string; findings: string[] } {
  return { verdict: sentences.join(" "), findings: [...sentences] };
}

function models(arms: readonly MeasuredArm[]): string[] {
  return [...new Set(arms.map(({ model }) => model))];
}

/** Each arm against the first one, which every study begins with as its control. */
function modelSentence(model: string, arms: readonly MeasuredArm[], isOneModel: boolean): string {
  const own = arms
    .filter((arm) => arm.model === model)
    .map(({ contender, arm }) => ({ ...contender, label: arm }))
    .filter(isMeasured);
  const about = isOneModel ? "" : `${model}: `;
  const [first] = own;
  if (first === undefined) return `${about}no arm was played from the first turn on.`;
  const low = own.filter(isAtFloor);
  const floor =
    low.length === 0
      ? ""
      : ` At the floor at turn 2, so that its horizon says nothing about decay: ${listed(low.map(({ label }) => label))}.`;
  const pairs = testPairs(ranked(own), first);
  return `${about}${mainSentence(own.length, own, { isAcross: true, baseline: first, pairs })}${floor}`;
}

function slopeSentence({ model, kind, slope, low, high, clusters }: SuiteSlope): string {
  const about = `${model}, ${kind}:`;
  if (slope === null || low === null || high === null)
    return `${about} no slope can be told (${clusters} rollouts; all turns right, all wrong, or one rate only).`;
  const size = `log-odds change by ${number(slope)} (95 % ${number(low)} to ${number(high)}) from no errors shown to all`;
  if (high < 0) return `${about} errors breed errors, ${size}.`;
  if (low > 0) return `${about} errors shown make it more careful, ${size}.`;
  return `${about} no effect of shown errors can be told, ${size}.`;
}

function capacitySentence({
  model,
  mode,
  keys,
  low,
  high,
  threshold,
  searched,
  sizes,
}: SuiteCapacity): string {
  const most = sizes.at(-1)?.keys ?? 0;
  const bound = high >= most ? `${low} to at least ${most}` : `${low} to ${high}`;
  const share = `${threshold * 100} %`;
  const also = `the search alone says ${searched}`;
  return keys === 0
    ? `${model}, ${mode}: not even ${sizes[0]?.keys ?? 1} key in a turn is right in ${share} (95 % ${bound}; ${also}).`
    : `${model}, ${mode}: ${keys === 1 ? "1 key in a turn is" : `${keys} keys in a turn are`} right in at least ${share} (95 % ${bound}; ${also}).`;
}

/** Turn 2 is the first that composes anything; probed arms may have no such turn. */
function floors(arms: readonly MeasuredArm[]): string[] {
  const low = arms.filter(({ row }) => {
    const high = row.overallTurnAccuracy.high;
    return high !== null && high < 0.5;
  });
  return low.length === 0
    ? []
    : [
        `At the floor (fewer than half of all turns right, so an effect has no room): ${low.map(({ label }) => label).join("; ")}.`,
      ];
}

function number(value: number): string {
  return value.toFixed(1).replace("-", "\u2212");
}

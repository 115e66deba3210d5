import { isMeasured } from "../../figures/contender.ts";
import { type Pair, ranked, testPairs } from "../../figures/pairs.ts";
import { verdictOf } from "../compare/verdict.ts";
import { differences } from "../words/comparable.ts";
import { describedHistories } from "../compare/conditioning-slopes.ts";
import { slopeSentence } from "../sentences/conditioning.ts";
import * as say from "../sentences/findings.ts";
import { capacitySentence } from "../sentences/capacity.ts";
import { keysFamily } from "./keys-family.ts";
import { stepsFindings } from "./steps.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import { modelFindings } from "./model-findings.ts";
import { kindOf } from "../../reading/experiment-kind.ts";
import type { SuiteCapacity, SuiteSlope } from "./suite-schema.ts";

export interface Findings {
  readonly verdict: string;
  /** One for each model or kind. */
  readonly findings: readonly string[];
  /** The tests behind them. */
  readonly pairs: readonly Pair[];
}

/** What an experiment says, in words. */
export function findingsOf(
  experiment: string,
  arms: readonly MeasuredArm[],
  slopes: readonly SuiteSlope[],
  capacities: readonly SuiteCapacity[],
): Findings {
  const kind = kindOf(experiment);
  if (arms.length === 0) return { verdict: say.nothingAnsweredSentence(), findings: [], pairs: [] };
  switch (kind) {
    case "horizon":
      return horizonFindings(arms);
    case "self-conditioning":
      return told([
        ...slopes.map(slopeSentence),
        ...describedHistories(arms.map(({ row }) => row)),
        ...floorsOf(arms, lowestRate),
      ]);
    case "capacity":
      return told(capacities.map(capacitySentence));
    case "turns-against-keys":
      return told([...stepsFindings(arms), ...floorsOf(arms, fewestKeys)]);
    default: {
      const models = [...new Set(arms.map(({ model }) => model))];
      const parts = models.map((model) => {
        const about = models.length === 1 ? "" : `${model}: `;
        const own = arms.filter((arm) => arm.model === model);
        const { sentences, pairs } = modelFindings(kind, own);
        return { sentences: sentences.map((sentence) => about + sentence), pairs };
      });
      return told(
        parts.flatMap(({ sentences }) => sentences),
        parts.flatMap(({ pairs }) => pairs),
      );
    }
  }
}

function told(sentences: readonly string[], pairs: readonly Pair[] = []): Findings {
  return { verdict: sentences.join(" "), findings: [...sentences], pairs };
}

/** A verdict for each setting: models under different settings answer different questions. */
function horizonFindings(arms: readonly MeasuredArm[]): Findings {
  const classes: MeasuredArm[][] = [];
  for (const one of arms) {
    const known = classes.find(
      ([first]) => first !== undefined && differences([first.contender, one.contender]) === null,
    );
    if (known === undefined) classes.push([one]);
    else known.push(one);
  }
  const parts = classes.map((own) => {
    const contenders = own.map(({ contender }) => contender);
    const pairs = testPairs(ranked(contenders.filter(isMeasured)), { baseline: null });
    return { sentence: verdictOf(contenders, { pairs }), pairs };
  });
  const sentences = parts.map(({ sentence }) => sentence);
  const pairs = parts.flatMap((part) => part.pairs);
  return sentences.length === 1
    ? { verdict: sentences[0] ?? "", findings: [], pairs }
    : told(sentences, pairs);
}

/** Arms at the floor where not all turns are asked: fewer than half of all that were asked are right, in the control, too. */
function floorsOf(
  arms: readonly MeasuredArm[],
  controlOf: (arm: MeasuredArm, arms: readonly MeasuredArm[]) => MeasuredArm,
): string[] {
  const isLow = ({ row }: MeasuredArm): boolean => (row.overallTurnAccuracy.high ?? 1) < 0.5;
  const low = arms.filter((arm) => isLow(arm) && isLow(controlOf(arm, arms)));
  return low.length === 0 ? [] : [say.armsAtFloorSentence(low.map(({ label }) => label))];
}

/** The arm of the same model, setting and kind of error that shows the fewest. */
function lowestRate(arm: MeasuredArm, arms: readonly MeasuredArm[]): MeasuredArm {
  const rate = /rate=([\d.e-]+)/;
  const kind = ({ model, facts }: MeasuredArm): string =>
    JSON.stringify([model, { ...facts, history: String(facts["history"]).replace(rate, "") }]);
  return lowestOf(arm, arms, kind, ({ facts }) => Number(rate.exec(String(facts["history"]))?.[1] ?? 0));
}

/** The arm of the same model, mode and setting with the smallest turns. */
function fewestKeys(arm: MeasuredArm, arms: readonly MeasuredArm[]): MeasuredArm {
  return lowestOf(arm, arms, keysFamily, ({ runs }) => runs[0]?.settings.keysPerTurn ?? 1);
}

function lowestOf(
  arm: MeasuredArm,
  arms: readonly MeasuredArm[],
  familyOf: (one: MeasuredArm) => string,
  sizeOf: (one: MeasuredArm) => number,
): MeasuredArm {
  return (
    arms
      .filter((one) => familyOf(one) === familyOf(arm))
      .toSorted((left, right) => sizeOf(left) - sizeOf(right))[0] ?? arm
  );
}

import { isAtFloor, isMeasured } from "../compare/contender.ts";
import { type Pair, ranked, testPairs } from "../compare/pairs.ts";
import { pairSentence, severalSentences, verdictOf } from "../compare/verdict.ts";
import { differences } from "../comparable.ts";
import { describedHistories } from "../conditioning-slopes.ts";
import { slopeSentence } from "../sentences/conditioning.ts";
import * as say from "../sentences/findings.ts";
import { capacitySentence } from "../sentences/capacity.ts";
import { type Contrast, contrastsOf } from "./contrasts.ts";
import { degradationFindings } from "./degradation.ts";
import { readableFindings } from "./form.ts";
import { keysFamily } from "./keys-family.ts";
import { stepsFindings } from "./steps.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import { studyOf } from "./study-of.ts";
import type { SuiteCapacity, SuiteSlope } from "./schema.ts";

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
  const study = studyOf(experiment);
  if (arms.length === 0) return { verdict: say.nothingAnsweredSentence(), findings: [], pairs: [] };
  switch (study) {
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
      const parts = models(arms).map((model) => modelFindings(study, model, arms));
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

function models(arms: readonly MeasuredArm[]): string[] {
  return [...new Set(arms.map(({ model }) => model))];
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

/** Each arm against the control of its setting, all of them together. */
function modelFindings(
  study: string,
  model: string,
  arms: readonly MeasuredArm[],
): { sentences: string[]; pairs: readonly Pair[] } {
  const about = models(arms).length === 1 ? "" : `${model}: `;
  const own = arms
    .filter((arm) => arm.model === model)
    .map((arm) => ({ ...arm, contender: { ...arm.contender, label: arm.arm } }))
    .filter(({ contender }) => isMeasured(contender));
  const contrasts = contrastsOf(
    study,
    own.map(({ arm }) => arm),
  );
  if (own.length === 0) return { sentences: [about + say.nothingAnsweredSentence()], pairs: [] };
  const needsWhole = contrasts.some(({ decidedBy }) => decidedBy === "turns");
  if (needsWhole && study !== "format" && own.some(({ contender }) => contender.settings.until !== "end"))
    return { sentences: [about + say.needsWholeRunsSentence(study)], pairs: [] };
  // How many answers can be read is the other figure of an experiment on form, the effect of length that of degradation.
  const otherTests = study === "format" || study === "degradation" ? contrasts.length : 0;
  const pairs = testedPairs(own, contrasts, (contrast) => contrast.decidedBy, otherTests);
  const sentences = [
    ...(study === "degradation"
      ? degradationFindings(own, contrasts, pairs)
      : contrastSentences(pairs, contrasts)),
    ...(study === "format" ? readableFindings(own, contrasts) : []),
    ...besideSentences(own, contrasts),
  ];
  const floors = armsAtFloor(own, contrasts);
  const low = floors.length === 0 ? [] : [say.armsAtFloorSentence(floors)];
  return { sentences: [...sentences, ...low].map((sentence) => about + sentence), pairs };
}

function testedPairs(
  arms: readonly MeasuredArm[],
  contrasts: readonly Contrast[],
  decidedBy: (contrast: Contrast) => Pair["decidedBy"],
  otherTests = 0,
): Pair[] {
  const contrastOf = (left: string, right: string): Contrast | undefined =>
    contrasts.find(
      ({ control, arm }) => (control === left && arm === right) || (control === right && arm === left),
    );
  return testPairs(
    arms.map(({ contender }) => contender),
    {
      baseline: null,
      otherTests,
      isWanted: (left, right) => contrastOf(left.label, right.label) !== undefined,
      decidedBy: (left, right) => {
        const contrast = contrastOf(left.label, right.label);
        return contrast === undefined ? "nothing" : decidedBy(contrast);
      },
    },
  );
}

/** One sentence for each control, with the number of all tests together. */
function contrastSentences(pairs: readonly Pair[], contrasts: readonly Contrast[]): string[] {
  const controls = [...new Set(contrasts.map(({ control }) => control))];
  return controls.flatMap((control) => {
    const arms = new Set(contrasts.filter((one) => one.control === control).map(({ arm }) => arm));
    const own = pairs.filter(
      ({ ahead, behind }) =>
        (ahead.label === control && arms.has(behind.label)) ||
        (behind.label === control && arms.has(ahead.label)),
    );
    const [only] = own;
    if (only === undefined) return [];
    if (own.length === 1) return [pairSentence(only)];
    const base = only.ahead.label === control ? only.ahead : only.behind;
    return severalSentences(own, base, own.length + 1, pairs.length);
  });
}

/** Beside turn accuracy, the curves of arms that can differ from their control before the first error. */
function besideSentences(arms: readonly MeasuredArm[], contrasts: readonly Contrast[]): string[] {
  const control = contrasts[0]?.control;
  const wanted = contrasts.filter(
    (one) => one.decidedBy === "turns" && one.isBeforeErrors && one.control === control,
  );
  if (wanted.length === 0) return [];
  return contrastSentences(
    testedPairs(arms, wanted, () => "curve"),
    wanted,
  );
}

/** Arms at the floor whose control is, too: an arm that its treatment emptied shows an effect, not a floor. */
function armsAtFloor(arms: readonly MeasuredArm[], contrasts: readonly Contrast[]): string[] {
  const isLow = (name: string): boolean =>
    arms.some(({ arm, contender }) => arm === name && isAtFloor(contender));
  const low = contrasts.filter(({ control, arm }) => isLow(control) && isLow(arm)).map(({ arm }) => arm);
  const controls = contrasts.map(({ control }) => control).filter(isLow);
  return [...new Set([...controls, ...low])];
}

/** As above where not all turns are asked: fewer than half of all that were asked are right, in the control, too. */
function floorsOf(
  arms: readonly MeasuredArm[],
  controlOf: (arm: MeasuredArm, arms: readonly MeasuredArm[]) => MeasuredArm,
): string[] {
  const isLow = ({ row }: MeasuredArm): boolean => (row.overallTurnAccuracy.high ?? 1) < 0.5;
  const low = arms.filter((arm) => isLow(arm) && isLow(controlOf(arm, arms)));
  return low.length === 0 ? [] : [say.armsAtFloorSentence(low.map(({ label }) => label))];
}

/** The arm of the same model and kind of error that shows the fewest. */
function lowestRate(arm: MeasuredArm, arms: readonly MeasuredArm[]): MeasuredArm {
  const kind = (one: MeasuredArm): string =>
    JSON.stringify([
      one.model,
      ...one.runs.map(({ settings }) => settings.history.replace(/rate=[\d.e-]+/, "")),
    ]);
  const rate = ({ runs }: MeasuredArm): number =>
    Number(/rate=([\d.e-]+)/.exec(runs[0]?.settings.history ?? "")?.[1] ?? 0);
  return lowestOf(arm, arms, kind, rate);
}

/** The arm of the same model and mode with the smallest turns. */
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

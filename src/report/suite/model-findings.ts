import { isMeasured } from "../../figures/contender.ts";
import { type Pair, testPairs } from "../../figures/pairs.ts";
import { pairSentence, severalSentences } from "../compare/pair-sentences.ts";
import * as say from "../sentences/findings.ts";
import type { Contrast } from "./contrasts.ts";
import { degradationFindings } from "./degradation.ts";
import { readableFindings } from "./form.ts";
import { historyFacts } from "../../settings/stored.ts";
import { type ArmPair, lowArmsSentences } from "./low-arms.ts";
import { isStopped, type MeasuredArm } from "./measured-arm.ts";
import { votesFindings } from "./votes.ts";
import { contrastsWithin } from "./within-settings.ts";

/**
 * What an experiment says of one model: each arm against the control of its setting, p-values adjusted for all of them.
 */
export function modelFindings(
  kind: string,
  arms: readonly MeasuredArm[],
): { sentences: string[]; pairs: readonly Pair[] } {
  const own = arms
    .map((arm) => ({ ...arm, contender: { ...arm.contender, label: arm.name } }))
    .filter(({ contender }) => isMeasured(contender));
  if (own.length === 0)
    return { sentences: arms.every(isStopped) ? [] : [say.onlyProbedSentence()], pairs: [] };
  const { contrasts: wanted, unpaired } = contrastsWithin(kind, own);
  const contrasts = wanted.filter((contrast) => kind === "format" || isAnswerable(contrast, own));
  // How many answers can be read is the other figure of an experiment on form, the effect of length that of degradation.
  const otherTests = kind === "format" || kind === "degradation" ? contrasts.length : 0;
  const pairs = testedPairs(own, contrasts, (contrast) => contrast.decidedBy, otherTests);
  return {
    sentences: [
      ...(kind === "degradation"
        ? degradationFindings(own, contrasts, pairs)
        : contrastSentences(pairs, contrasts)),
      ...(kind === "format" ? readableFindings(own, contrasts) : []),
      ...(kind === "votes" ? votesFindings(own, pairs) : []),
      ...besideSentences(own, contrasts),
      ...unansweredSentences(kind, wanted, contrasts),
      ...unpaired.map(say.unpairedSentence),
      ...lowArmsSentences(armPairs(own, contrasts), ({ name }) => name),
    ],
    pairs,
  };
}

/** Whether the rollouts went on after their first errors, where turns after these are what is compared. */
function isAnswerable({ decidedBy, control, arm }: Contrast, arms: readonly MeasuredArm[]): boolean {
  return (
    decidedBy !== "turns" ||
    arms.filter(({ name }) => name === control || name === arm).every(({ facts }) => facts["until"] === "end")
  );
}

/** The sentence on questions that the runs cannot answer; it names the control where other controls have an answer. */
function unansweredSentences(
  kind: string,
  wanted: readonly Contrast[],
  answered: readonly Contrast[],
): string[] {
  const controls = new Set(
    wanted
      .filter((contrast) => contrast.isMain && !answered.includes(contrast))
      .map(({ control }) => control),
  );
  const sentence = say.needsWholeRunsSentence(kind);
  return answered.length === 0
    ? [...controls].slice(0, 1).map(() => sentence)
    : [...controls].map((control) => `${control}: ${sentence}`);
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
  const alike = armPairs(arms, contrasts).filter(areOneUntilError);
  const wanted = contrasts.filter(
    ({ decidedBy, isMain, arm, control }) =>
      decidedBy === "turns" &&
      isMain &&
      !alike.some((pair) => pair.arm.name === arm && pair.control.name === control),
  );
  if (wanted.length === 0) return [];
  return contrastSentences(
    testedPairs(arms, wanted, () => "curve"),
    wanted,
  );
}

/** Whether another history is all that tells them apart, and both show the model's own answers until one is wrong. */
function areOneUntilError({ arm, control }: ArmPair): boolean {
  const [one, other] = [arm, control].map(({ facts }) => String(facts["history"]));
  return one !== other && [one, other].every((text = "") => historyFacts(text)?.isOwnUntilError === true);
}

function armPairs(arms: readonly MeasuredArm[], contrasts: readonly Contrast[]): ArmPair[] {
  return contrasts.flatMap((contrast) => {
    const [arm, control] = [contrast.arm, contrast.control].map((wanted) =>
      arms.find(({ name }) => name === wanted),
    );
    return arm === undefined || control === undefined ? [] : [{ arm, control }];
  });
}

import { testShares, type SharesTest } from "../../metrics/paired-shares.ts";
import { significanceLevel } from "../../metrics/power.ts";
import { readableSentence } from "../sentences/findings.ts";
import { isReadable, turnSample } from "../../figures/turn-answers.ts";
import type { Contrast } from "./contrasts.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/**
 * How many answers can be read, arm against control, paired by instance. It is the second figure of an experiment on
 * form, so its p-value is doubled (Bonferroni); turn 1 counts, too.
 */
export function readableFindings(arms: readonly MeasuredArm[], contrasts: readonly Contrast[]): string[] {
  const tests = 2 * contrasts.length;
  return contrasts.flatMap(({ arm, control }) => {
    const [one, other] = [arm, control].map((name) => arms.find((measured) => measured.name === name));
    if (one === undefined || other === undefined) return [];
    const test = readableTest(one, other, tests);
    return test === null ? [] : [sentenceOf(arm, control, test, Math.min(1, tests * test.pValue))];
  });
}

function readableTest(arm: MeasuredArm, control: MeasuredArm, comparisons: number): SharesTest | null {
  const [mine, theirs] = [arm, control].map(({ rows }) => turnSample(rows, isReadable));
  if (mine === undefined || theirs === undefined) return null;
  return testShares(mine.answers, theirs.answers, {
    planned: Math.min(mine.planned, theirs.planned),
    comparisons,
  });
}

function sentenceOf(arm: string, control: string, test: SharesTest, pValue: number): string {
  const figures = { arm, control, shares: [test.first, test.second] as const, pValue };
  return readableSentence(figures, pValue < significanceLevel);
}

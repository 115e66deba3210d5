import { testParts, type SharesTest, turnedRound } from "../../metrics/paired-shares.ts";
import type { Pair } from "../../figures/pairs.ts";
import { lengthSentence, ownErrorsSentence } from "../sentences/conditioning.ts";
import { composedTurns, turnSample } from "../../figures/turn-answers.ts";
import type { Contrast } from "./contrasts.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import { quartersOf } from "./quarters.ts";

/**
 * The two effects that make turns worse, apart: that of length, the last quarter of healed histories against their first,
 * and that of the model's own errors, its own history against the healed one at the same turns. Two figures for each
 * setting, so p-values are adjusted for both.
 *
 * @param arms of one model
 * @param pairs own history against healed, their p-values adjusted
 */
export function degradationFindings(
  arms: readonly MeasuredArm[],
  contrasts: readonly Contrast[],
  pairs: readonly Pair[],
): string[] {
  const tests = 2 * contrasts.length;
  return contrasts.flatMap(({ control, arm }) => {
    const about = contrasts.length === 1 ? "" : `${arm}: `;
    const healed = arms.find(({ name }) => name === arm);
    const length = healed === undefined ? null : lengthTest(healed, tests);
    const pair = pairs.find(
      ({ ahead, behind }) =>
        [ahead.label, behind.label].includes(control) && [ahead.label, behind.label].includes(arm),
    );
    const own = pair === undefined ? null : ownTest(pair, control);
    return [
      ...(length === null ? [] : [about + lengthSentence(length, Math.min(1, tests * length.pValue))]),
      ...(own === null || pair === undefined ? [] : [about + ownErrorsSentence(own, pair.pValue)]),
    ];
  });
}

function lengthTest({ rows }: MeasuredArm, tests: number): SharesTest | null {
  const { answers, planned } = turnSample(rows);
  const { early, late } = quartersOf([...composedTurns(rows)].filter((turn) => turn <= planned));
  return testParts(answers, early, late, tests);
}

function ownTest({ ahead, turnsTest }: Pair, control: string): SharesTest | null {
  if (turnsTest === null) return null;
  return ahead.label === control ? turnsTest : turnedRound(turnsTest);
}

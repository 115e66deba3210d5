import { composedAccuracy } from "../../figures/turn-answers.ts";
import { groupBy } from "../../group-by.ts";
import { armsLowSentence } from "../sentences/findings.ts";
import { keysFamily } from "./keys-family.ts";
import type { MeasuredArm } from "./measured-arm.ts";

/** An arm and the one that it is set against. */
export interface ArmPair {
  readonly arm: MeasuredArm;
  readonly control: MeasuredArm;
}

/**
 * A sentence on arms that get fewer than half of their turns right, as does the control of each: an effect has no room to
 * show between them. An arm that is low beside a control that is not shows an effect. Empty where there are none.
 *
 * @param nameOf what an arm is called in it
 */
export function lowArmsSentences(pairs: readonly ArmPair[], nameOf: (arm: MeasuredArm) => string): string[] {
  const low = pairs.filter(({ arm, control }) => arm !== control && isLow(arm) && isLow(control));
  const names = new Set(low.flatMap(({ arm, control }) => [nameOf(control), nameOf(arm)]));
  return names.size === 0 ? [] : [armsLowSentence([...names])];
}

/** Whether the upper 95 % bound of its share of right turns is below one half, a first look-up left out. */
function isLow({ rows }: MeasuredArm): boolean {
  return (composedAccuracy(rows).high ?? 1) < 0.5;
}

/** Each arm with that of the same model, setting and kind of error which shows the fewest errors. */
export function againstLowestRate(arms: readonly MeasuredArm[]): ArmPair[] {
  const rate = /rate=([\d.e-]+)/;
  const kind = ({ model, facts }: MeasuredArm): string =>
    JSON.stringify([model, { ...facts, history: String(facts["history"]).replace(rate, "") }]);
  return againstLeast(arms, kind, ({ facts }) => Number(rate.exec(String(facts["history"]))?.[1] ?? 0));
}

/** Each arm with that of the same model, mode and setting which has the smallest turns. */
export function againstFewestKeys(arms: readonly MeasuredArm[]): ArmPair[] {
  return againstLeast(arms, keysFamily, ({ runs }) => runs[0]?.settings.keysPerTurn ?? 1);
}

function againstLeast(
  arms: readonly MeasuredArm[],
  familyOf: (one: MeasuredArm) => string,
  sizeOf: (one: MeasuredArm) => number,
): ArmPair[] {
  return [...groupBy(arms, familyOf).values()].flatMap((family) => {
    const [control] = family.toSorted((left, right) => sizeOf(left) - sizeOf(right));
    return control === undefined ? [] : family.map((arm) => ({ arm, control }));
  });
}

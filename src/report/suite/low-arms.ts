import { composedAccuracy } from "../../figures/turn-answers.ts";
import { groupBy } from "../../group-by.ts";
import { historyFacts } from "../../settings/stored.ts";
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
  const plantedIn = ({ facts: { history } }: MeasuredArm) => historyFacts(String(history))?.planted ?? null;
  const kind = (one: MeasuredArm): string => {
    const { model, facts } = one;
    const planted = plantedIn(one);
    return JSON.stringify([
      model,
      planted === null ? facts : { ...facts, history: { ...planted, rate: null } },
    ]);
  };
  return againstLeast(arms, kind, (one) => plantedIn(one)?.rate ?? 0);
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

import { type Contrast, contrastsOf, variedFacts } from "./contrasts.ts";
import { differingFacts, toldFacts } from "./facts.ts";
import type { ArmGroup } from "./measured-arm.ts";

/** An arm whose control was not measured under its setting. */
export interface Unpaired {
  readonly arm: string;
  readonly control: string;
  /** What keeps it from the controls that there are. */
  readonly facts: readonly string[];
}

/**
 * Which arms are compared with which: each with the control of its own setting, that is, of the facts that the
 * experiment's arms do not vary. Of several such controls (the arms of one temperature under suites of two) the ones
 * that differ from it in the fewest facts, if no other row of the same arm is nearer to them.
 *
 * @param arms of one model; contrasts have their names
 */
export function contrastsWithin(
  kind: string,
  arms: readonly ArmGroup[],
): { contrasts: Contrast[]; unpaired: Unpaired[] } {
  const varied = variedFacts(kind);
  const named = [...new Map(arms.map((one) => [one.arm, one])).values()];
  const byName = contrastsOf(kind, named);
  const places = byName.flatMap((contrast) => {
    const controls = arms.filter(({ arm }) => arm === contrast.control);
    const own = arms.filter(({ arm }) => arm === contrast.arm);
    return own.map((arm) => ({
      contrast,
      arm,
      controls: nearest(arm, controls, varied).filter((control) =>
        nearest(control, own, varied).includes(arm),
      ),
      others: controls,
    }));
  });
  const inOrder = places.toSorted((left, right) => placeOf(left.arm, arms) - placeOf(right.arm, arms));
  return {
    contrasts: inOrder.flatMap(({ contrast, arm, controls }) =>
      controls.map((control) => ({ ...contrast, arm: arm.name, control: control.name })),
    ),
    unpaired: inOrder
      .filter(({ controls }) => controls.length === 0)
      .map(({ contrast, arm, others }) => ({
        arm: arm.name,
        control: contrast.control,
        facts: missing(arm, others, varied),
      })),
  };
}

/** Rows of one setting stand together. */
function placeOf({ setting }: ArmGroup, arms: readonly ArmGroup[]): number {
  return arms.findIndex((one) => one.setting === setting);
}

function nearest(arm: ArmGroup, others: readonly ArmGroup[], varied: readonly string[]): ArmGroup[] {
  const found = others
    .map((other) => ({ other, facts: differingFacts([arm.facts, other.facts]) }))
    .filter(({ facts }) => facts.every((fact) => varied.includes(fact)));
  const least = Math.min(...found.map(({ facts }) => facts.length));
  return found.filter(({ facts }) => facts.length === least).map(({ other }) => other);
}

/**
 * The facts in which it differs from the nearest control; facts that arms may vary are named only where it differs in
 * no others.
 */
function missing(arm: ArmGroup, controls: readonly ArmGroup[], varied: readonly string[]): readonly string[] {
  const [least = []] = controls
    .map(({ facts }) => differingFacts([arm.facts, facts]))
    .map((facts) => ({ facts, fixed: facts.filter((fact) => !varied.includes(fact)) }))
    .toSorted((left, right) => left.fixed.length - right.fixed.length)
    .map(({ facts, fixed }) => (fixed.length > 0 ? fixed : facts));
  return toldFacts(least);
}

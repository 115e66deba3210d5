import type { ArmFacts } from "../settings/arm-facts.ts";
import { significanceLevel } from "../metrics/power.ts";
import { rolloutsForLevel, smallestPValue } from "../metrics/smallest-p.ts";
import { cannotShowSentence } from "./sentences/design.ts";
import { testsIn } from "./suite/contrasts.ts";
import { kindOf } from "../reading/experiment-kind.ts";

/** A run that is planned, as far as what it is compared with depends on it. */
export interface PlannedArm {
  readonly experiment: string;
  readonly arm: string;
  readonly facts: ArmFacts;
  readonly model: string;
  readonly rollouts: number;
  /** Why it will not be carried out; null: it will. */
  readonly leftOut: string | null;
}

/** Experiments whose arms play other instances than their control: of another task, or with turns of another size. */
const unpaired: ReadonlySet<string> = new Set(["ablations", "turns-against-keys"]);

/** Experiments so small that no result could show a difference, a sentence each. */
export function suiteCautions(arms: readonly PlannedArm[]): string[] {
  const going = arms.filter(({ leftOut }) => leftOut === null);
  return [...new Set(going.map(({ experiment }) => experiment))].flatMap((experiment) => {
    const own = going.filter((one) => one.experiment === experiment);
    const kind = kindOf(experiment);
    const models = [...new Set(own.map(({ model }) => model))];
    const comparisons = Math.max(
      ...models.map((model) =>
        testsIn(
          kind,
          own.filter((one) => one.model === model).map(({ arm, facts }) => ({ arm, within: facts })),
          models.length,
        ),
      ),
    );
    // The sizes of a search are no samples to be compared.
    if (kind === "capacity") return [];
    const rollouts = Math.min(...own.map((one) => one.rollouts));
    return cautionOf(experiment, comparisons, rollouts, !unpaired.has(kind));
  });
}

/** The same for runs of several models, which play the same instances. */
export function runCautions(models: number, rollouts: number): string[] {
  return cautionOf("compare", (models * (models - 1)) / 2, rollouts, true);
}

function cautionOf(name: string, comparisons: number, rollouts: number, isPaired: boolean): string[] {
  if (comparisons < 1) return [];
  const smallestP = Math.min(1, comparisons * smallestPValue(rollouts, rollouts, isPaired));
  if (smallestP <= significanceLevel) return [];
  const needed = rolloutsForLevel(comparisons, isPaired);
  return [cannotShowSentence(name, { rollouts, comparisons, smallestP, needed })];
}

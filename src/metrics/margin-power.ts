import { normalQuantile } from "./distributions.ts";
import { farthestCost } from "./margin-ratio.ts";
import { significanceLevel, wantedPower } from "./power.ts";

/** What a study has to be like to call an equal model good enough. */
export interface MarginStudy {
  /** Of the horizons that decide. */
  readonly s: number;
  /** From so many turns on they do. */
  readonly fewestTurns: number;
  /** Of each of two models. */
  readonly rollouts: number;
}

/**
 * The studies that call a model good enough which gets just as far as another, one for each threshold that can decide,
 * the strictest first: it takes the fewest turns and the most rollouts.
 *
 * For constant step accuracy the logarithm of H_s has the variance (1 - s) / (s (ln s)^2 n) of n rollouts (2.08 / n at
 * 0.5, where the log-rank test has 1 / n); of two models the difference has twice that, and has to lie
 * z_(1 - a/2) + z_power deviations within the margin, of an interval that is somewhat wider ({@link farthestCost}). Unpaired, for one comparison. Thresholds whose horizons are
 * coarser than the margin are left out. That it holds is measured in bench/statistics/results/margin-power.md.
 *
 * @param horizon H50 of both, in turns
 * @param margin by how much less far one may get, above 0 and below 1
 */
export function marginStudies(horizon: number, margin: number, power = wantedPower): MarginStudy[] {
  const quantile = normalQuantile(1 - significanceLevel / 2);
  const deviations = quantile + normalQuantile(power);
  return [0.9, 0.8, 0.5].flatMap((s) => {
    const passage = (horizon * Math.log(s)) / Math.log(0.5);
    if (passage * margin < 1) return [];
    const variance = (1 - s) / (s * Math.log(s) ** 2);
    const rollouts = farthestCost * 2 * variance * (deviations / Math.log(1 - margin)) ** 2;
    // The reference's own horizon has to lie within the turns with its interval.
    const reach = (quantile + normalQuantile(surelyBounded)) * Math.sqrt(variance / rollouts);
    return [{ s, fewestTurns: Math.ceil(passage * Math.exp(reach)), rollouts: Math.ceil(rollouts) }];
  });
}

/** Chance that a study of so many turns has the reference's horizon bounded. */
const surelyBounded = 0.95;

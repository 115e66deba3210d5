import { readFileSync } from "node:fs";
import type { RolloutSurvival } from "../../src/metrics/survival.ts";
import { censoredAfter, erredAt } from "./rollouts.ts";

interface Sample {
  readonly time: readonly number[];
  readonly event: readonly number[];
}

interface Estimate {
  readonly mean: number;
  readonly standardError: number;
  readonly limit: number;
}

interface Reference {
  readonly cases: readonly {
    readonly name: string;
    readonly turns: number;
    readonly first: Sample;
    readonly second: Sample;
    readonly curve: Readonly<
      Record<"time" | "survival" | "standardError" | "low" | "high", readonly (number | null)[]>
    >;
    readonly logRank: { readonly chiSquare: number; readonly pValue: number };
    readonly restricted: readonly [Estimate, Estimate];
    readonly paired: Estimate & { readonly low: number; readonly high: number };
    readonly constant: Readonly<Record<"p" | "low" | "high" | "logLikelihood", number>>;
    readonly weibull: Readonly<Record<"shape" | "logScale" | "low" | "high" | "logLikelihood", number>>;
  }[];
  readonly mcnemar: readonly Readonly<Record<"onlyFirst" | "onlySecond" | "pValue" | "midP", number>>[];
  readonly logistic: readonly (Readonly<Record<"cluster" | "covariate" | "correct", readonly number[]>> &
    Readonly<Record<"intercept" | "slope" | "standardError" | "low" | "high", number>>)[];
}

/** What R says; written by scripts/statistics/fixtures.R. */
export const reference = JSON.parse(
  readFileSync(new URL("fixtures/models.json", import.meta.url), "utf8"),
) as Reference;

export function rolloutsOf({ time, event }: Sample, turns: number): RolloutSurvival[] {
  return time.map((turn, index) => (event[index] === 1 ? erredAt(turn, turns) : censoredAfter(turn)));
}

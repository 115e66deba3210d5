import type { RunStatus } from "../store/rows.ts";
import type { RunHorizon, RunSummary } from "./schema.ts";
import { counted, endWords, rolloutEnds } from "./words.ts";

/** Up to this many rollouts the estimate of H90 runs high and its interval is coarse (bench/statistics/results/coverage.md). */
const enoughForH90 = 50;

/** What a reader of the figures must know, beside what the engine itself warned of. */
export function derivedWarnings(
  status: RunStatus,
  rollouts: RunSummary["rollouts"],
  horizons: readonly RunHorizon[],
): string[] {
  const warnings: string[] = [];
  const { planned, begun, counted: counting, ended } = rollouts;
  if (status === "interrupted") {
    warnings.push(
      `interrupted: ${ended.complete} of ${counted(planned, "rollout")} had all their turns, ${planned - begun} never began`,
    );
  }
  for (const end of rolloutEnds) {
    if (end === "complete" || (end === "interrupted" && status === "interrupted") || ended[end] === 0)
      continue;
    warnings.push(
      `${ended[end]} of ${counted(begun, "rollout")} ${endWords[end]}: counted up to there, the rest is unknown`,
    );
  }
  for (const { s, status: reached, lastTurn } of horizons) {
    if (s === 0.5 && reached === "beyond" && counting > 0) {
      warnings.push(`H50 lies beyond turn ${lastTurn}: more --turns would show it`);
    }
  }
  if (counting > 0 && counting <= enoughForH90) {
    warnings.push(
      `H90 rests on ${counted(counting, "rollout")}; up to ${enoughForH90} its estimate runs high`,
    );
  }
  return warnings;
}

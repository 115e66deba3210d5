import { expectedTokens } from "./forecast.ts";
import type { ModelRates } from "./model-rates.ts";
import type { Candidate } from "./prepare.ts";
import { thrownOf } from "./refused-model.ts";
import type { RunRequest } from "./request.ts";
import { type PlannedModel, plannedModel } from "./view.ts";

/** A run that is not carried out: what it would need. */
export interface Forecast extends PlannedModel {
  /** At the speed that was measured; reasoning counts as long as it may be. Null: not known. */
  readonly forecastMs: number | null;
}

/**
 * How long a model that is fitted would take.
 *
 * @param request a run of it alone
 * @throws EngineError or UnplayableError where it cannot be carried out
 */
export async function forecastOf(
  candidate: Candidate,
  request: RunRequest,
  speeds: ModelRates,
): Promise<Forecast> {
  if ("error" in candidate) throw thrownOf(candidate);
  const rates = await speeds.of(candidate, request);
  const tokens = expectedTokens(request.settings, candidate.inspection, candidate.limit.tokens);
  const forecastMs =
    rates === null
      ? null
      : rates.overheadMs + tokens.prefill / rates.prefillPerMs + tokens.decode / rates.decodePerMs;
  return { ...plannedModel(candidate), forecastMs };
}

import type { Database } from "../store/database.ts";
import { endRun, recordCrash } from "../store/end-run.ts";
import { recordBeginning } from "./begin-run.ts";
import { type RefusedModel, thrownOf } from "./refused-model.ts";
import type { RunRequest } from "./request.ts";
import type { RunView } from "./view.ts";

/**
 * The row of a model that cannot be measured, with its reason.
 *
 * @returns its id
 * @throws UnplayableError in a suite, which leaves its arm out
 */
export async function recordRefused(
  database: Database,
  request: RunRequest,
  refused: RefusedModel,
  view: RunView,
): Promise<number> {
  if (refused.why === "unplayable" && request.origin !== null) throw thrownOf(refused);
  const { name, error, crash } = refused;
  const nothing = { model: null, template: null, answerLimit: null, warnings: [] };
  const { runId } = await recordBeginning(database, request, { name, ...nothing });
  view.onTrialStart(name, runId, { settings: request.settings, model: null });
  const status = crash?.status ?? "failed";
  const end = { status, error, wallMs: 0, peakRssBytes: null };
  const run = { runId, session: null };
  if (crash === undefined) endRun(database, run, end, "engine_error");
  else recordCrash(database, run, { end, openRollouts: crash.rollouts, engineEnd: crash.end });
  view.onTrialEnd(name, runId, { status, error, broken: null, isRefused: true });
  return runId;
}

import { servedSpec } from "../serving/facts.ts";
import { sameSettings, type Settings } from "../settings/settings.ts";
import { usualLimitOf } from "../settings/usual-limits.ts";
import { promptHashOf } from "../settings/wording.ts";
import type { RunRecord } from "../store/rows.ts";
import { tasks } from "../tasks/index.ts";
import type { SuiteModel } from "./suite-model.ts";

/** Whether a run is of this model, reached as it is reached now. @param sha256 of its file; null: it has none */
export function isOf(run: RunRecord, { engine, served }: SuiteModel, sha256: string | null): boolean {
  if (served !== null) return run.server !== null && servedSpec(run.server) === servedSpec(served);
  if (engine.kind === "scripted") return run.engine === "scripted" && run.engineSpec === engine.spec;
  return sha256 !== null && run.server === null && run.model?.sha256 === sha256;
}

/** Whether this program words a run's task as it was worded: another version may say it in other words. */
export function isWordedAlike(run: RunRecord): boolean {
  const { task } = run.settings;
  return Object.hasOwn(tasks, task) && promptHashOf(run) === run.promptHash;
}

/**
 * Whether a run was asked for so, whatever its share. Where no answer was cut, more room for answers would have changed
 * nothing; earlier versions knew no `auto`.
 */
export function isAskedAlike(run: RunRecord, wanted: Settings, hasCutAnswers: () => boolean): boolean {
  const settings = { ...run.settings, shard: wanted.shard };
  if (sameSettings(settings, wanted)) return true;
  const { maxAnswerTokens } = settings;
  if (wanted.maxAnswerTokens !== "auto" || maxAnswerTokens === "auto") return false;
  return (
    maxAnswerTokens <= usualLimitOf(wanted) &&
    sameSettings({ ...settings, maxAnswerTokens: "auto" }, wanted) &&
    !hasCutAnswers()
  );
}

import { measureConfidence } from "../figures/confidence.ts";
import { measureMemory, measureTurns } from "../figures/measures.ts";
import { originOf } from "../figures/origin.ts";
import type { RunSummary } from "../figures/run-schema.ts";
import type { RunRows } from "../reading/rows.ts";
import { measureSpeed } from "../figures/speed.ts";
import { settingsOf } from "../reading/settings.ts";
import { afterSlipOf } from "./slips/after-slip.ts";
import { mainSlipOf, slipsOf } from "./slips/run-slips.ts";
import { thresholdsOf } from "./tables/asked-horizons.ts";
import { runSpeedNotes } from "./compare/speed-notes.ts";
import { derivedWarnings } from "./compare/warnings.ts";

/**
 * Every figure of one run: an element of `runs` in the document.
 *
 * @param asked thresholds of horizons beside those that every run has
 */
export function summarizeRows(rows: RunRows, asked: readonly number[] = []): RunSummary {
  const { run, tracks, answers } = rows;
  const { thresholds } = thresholdsOf(asked);
  const measures = measureTurns([rows], asked);
  const speed = measureSpeed([rows]);
  return {
    ...originOf(run),
    warnings: [
      ...run.warnings,
      ...derivedWarnings({ ...measures, status: run.status, settings: run.settings }, thresholds),
      ...runSpeedNotes(speed, rows),
    ],
    settings: settingsOf(run),
    tuning: run.tuning,
    conditions: run.conditions,
    levelSearch: run.levelSearch,
    ...measures,
    mainSlip: mainSlipOf(slipsOf([rows])),
    speed,
    memory: measureMemory([rows]),
    confidence: measureConfidence(rows),
    afterSlip: answers === null ? null : afterSlipOf([{ id: String(run.id), run, tracks, answers }]),
  };
}

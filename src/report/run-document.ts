import type { RunRows } from "../reading/rows.ts";
import { contenderOf } from "../figures/contender.ts";
import { conclusionOf } from "./compare/conclusion.ts";
import { nextLevelOf } from "./next-level.ts";
import { runLabels } from "./words/labels.ts";
import type { RunDocument } from "../figures/run-schema.ts";
import { summarizeRows } from "./summary.ts";
import { thresholdsOf } from "./tables/asked-horizons.ts";

/**
 * The document about these runs.
 *
 * @param dbPath the file as the user named it
 * @param asked thresholds of horizons that are to be shown; none: the usual ones
 */
export function buildDocument(
  read: readonly RunRows[],
  dbPath: string,
  asked: readonly number[] = [],
): RunDocument {
  const runs = read.map((rows) => summarizeRows(rows, asked));
  const labels = runLabels(runs);
  const verdict = conclusionOf(
    read.flatMap((rows, index) => {
      const summary = runs[index];
      return summary === undefined ? [] : [contenderOf(labels[index] ?? summary.name, summary, [rows])];
    }),
  );
  return {
    schemaVersion: 1,
    db: dbPath,
    machine: runs[0]?.machine ?? null,
    ...thresholdsOf(asked),
    verdict,
    nextLevel: nextLevelOf(runs),
    runs,
  };
}

import type { RunRows } from "../reading/rows.ts";
import { contenderOf } from "../figures/contender.ts";
import { conclusionOf } from "./compare/conclusion.ts";
import { nextLevelOf } from "./next-level.ts";
import { runLabels } from "./words/labels.ts";
import type { RunDocument } from "../figures/run-schema.ts";
import { summarizeRows } from "./summary.ts";

/**
 * The document about these runs.
 *
 * @param dbPath the file as the user named it
 */
export function buildDocument(read: readonly RunRows[], dbPath: string): RunDocument {
  const runs = read.map(summarizeRows);
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
    verdict,
    nextLevel: nextLevelOf(runs),
    runs,
  };
}

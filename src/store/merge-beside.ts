import { equalRow, insertRow, mapped } from "./merge-rows.ts";
import { type Merging, PartRefused } from "./merging.ts";
import { nextRunId, removedRuns } from "./removed.ts";
import { type SealedRow, sealOf } from "./seal.ts";
import { speedTestSeal, speedTestSeals } from "./speed-tests.ts";

/** Brings what belongs to no run, each once: tests of speed, what was measured to choose `--parallel`, and marks that are needed. */
export function mergeBesideRuns(merging: Merging): void {
  mergeSpeedTests(merging);
  for (const row of rowsOf(merging, "tuned")) {
    const own = { ...row, machine_id: mapped(merging, "machine", row["machine_id"]) };
    if (equalRow(merging.target, "tuned", own) === null) insertRow(merging.target, "tuned", own);
  }
  mergeMarks(merging);
}

function mergeSpeedTests(merging: Merging): void {
  const { target, part } = merging;
  for (const { id, stored, actual } of speedTestSeals(part))
    if (stored !== actual) throw new PartRefused(`speed test ${id} is not as it was written.`);
  for (const { seal: _seal, ...row } of rowsOf(merging, "speed_test")) {
    const own = {
      ...row,
      machine_id: mapped(merging, "machine", row["machine_id"]),
      model_id: mapped(merging, "model", row["model_id"]),
    };
    if (equalRow(target, "speed_test", own) !== null) continue;
    insertRow(target, "speed_test", { ...own, seal: speedTestSeal(target, own) });
  }
}

function rowsOf({ part }: Merging, table: string): SealedRow[] {
  const rows = part.prepare(`SELECT * FROM ${table} ORDER BY id`).all() as SealedRow[];
  return rows.map(({ id: _id, ...row }) => row);
}

/** Of removed runs whose errors others show again, which are kept with the mark alone. */
function mergeMarks({ target, part }: Merging): void {
  const number = target.prepare(`SELECT ${nextRunId}`).pluck();
  const isKnown = target.prepare(
    "SELECT 1 FROM main.identity WHERE uid = @uid UNION ALL SELECT 1 FROM main.removed WHERE uid = @uid",
  );
  for (const { run, uid, seal } of removedRuns(part)) {
    const { seal: _seal, ...row } = part.prepare("SELECT * FROM removed WHERE run = ?").get(run) as SealedRow;
    if (row["own_errors"] === null || uid === null || isKnown.get({ uid }) !== undefined) continue;
    if (seal.stored !== seal.actual)
      throw new PartRefused(`the mark of run ${run}, which was removed, is not as it was written.`);
    const own = { ...row, run: number.get(), elsewhere: 1 };
    insertRow(target, "removed", { ...own, seal: sealOf(own) });
  }
}

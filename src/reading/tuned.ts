import { isEqual } from "../settings/settings.ts";
import type { Database } from "../store/database.ts";
import { type TunedKey, type TunedRow, tunedRows } from "../store/tuned.ts";
import { isSameMachine } from "./rates.ts";

/**
 * The newest measurement of a model by conversations at a time, on such a machine, by the same build and under the same
 * settings; null: there is none.
 *
 * @param since measurements from before count for nothing; null: all do
 */
export function tunedBefore(database: Database, wanted: TunedKey, since: string | null): TunedRow | null {
  const { sha256, machine, build, asked } = wanted;
  const rows = tunedRows(database, sha256).filter(
    (row) =>
      (since === null || row.at >= since) &&
      row.build === build &&
      isSameMachine(row.machine, machine) &&
      Object.keys(asked).every((name) => isEqual(row.asked[name], asked[name])),
  );
  return rows[0] ?? null;
}

import type { Database } from "../store/database.ts";
import { earlierSpeedTest, type SpeedTestRow, speedTests } from "../store/speed-tests.ts";

/** A test of plain speed, and the newest one before it that measured the same. */
export interface ReadSpeedTest {
  readonly row: SpeedTestRow;
  /** Same file, machine and test, asked for alike; null: there is none. */
  readonly earlier: SpeedTestRow | null;
}

/** @param ids of the rows wanted; null: all, oldest first */
export function readSpeedTests(database: Database, ids: readonly number[] | null): ReadSpeedTest[] {
  return speedTests(database)
    .filter(({ id }) => ids === null || ids.includes(id))
    .map((row) => ({ row, earlier: row.settings.kind === "chat" ? null : earlierSpeedTest(database, row) }));
}

import type { Database } from "../store/database.ts";
import { speedTestSeals } from "../store/speed-tests.ts";

export interface VerifiedSpeedTests {
  readonly count: number;
  /** Rows, or their model's or machine's, that were changed since they were written. */
  readonly broken: readonly { readonly id: number; readonly test: string }[];
}

/** Holds every test of plain speed against its seal: nothing of it can be computed again. */
export function verifySpeedTests(database: Database): VerifiedSpeedTests {
  const seals = speedTestSeals(database);
  const broken = seals
    .filter(({ stored, actual }) => stored !== actual)
    .map(({ id, test }) => ({ id, test }));
  return { count: seals.length, broken };
}

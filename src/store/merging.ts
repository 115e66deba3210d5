import type { Database } from "better-sqlite3";
import type { SealedRow } from "./seal.ts";

/** A part while it is merged. It is also attached to the target, as `part`. */
export interface Merging {
  readonly target: Database;
  readonly part: Database;
  readonly path: string;
  readonly targetPath: string;
  /** What turns of the part get added to their ids. */
  readonly turnOffset: number;
  /** Ids in the target of rows that runs name, by table and id in the part. */
  readonly ids: Map<string, number>;
  /** What runs are called in the target that are called otherwise here. */
  readonly uids: Map<string, string>;
  readonly portable: (part: Database, settings: string) => string | null;
}

/** A run of the part as it is to stand in the target. */
export interface PartRun {
  readonly id: number;
  readonly uid: string;
  /** Of its row, its machine and model by the target's ids. */
  readonly row: SealedRow;
  readonly sessions: readonly SealedRow[];
  readonly isAbandoned: boolean;
}

/** Nothing of a part is merged, since it contradicts the target or itself. The message goes on where "FILE: " ends. */
export class PartRefused extends Error {
  override readonly name = "PartRefused";
}

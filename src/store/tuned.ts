import type { Database } from "better-sqlite3";
import { z } from "zod";
import { timestamp } from "../clock.ts";
import { tuningSchema } from "../hardware/facts.ts";
import { recordMachine } from "./append.ts";
import { machineOf } from "./queries.ts";
import type { MachineRow } from "./rows.ts";

const foundSchema = z.object({
  /** Tokens that each conversation held. */
  depth: z.int(),
  tried: tuningSchema.shape.conversationsTried,
  ended: z.enum(["all", "noGain", "budget", "busy"]),
  /** How long the run for which it was measured would take. */
  forecastMs: z.number(),
  spentMs: z.number(),
});

/** A model on a machine, the build of llama.cpp, and the settings under which it was measured. */
export interface TunedKey {
  readonly sha256: string;
  readonly machine: MachineRow;
  /** llama.cpp's release, its backend, and whether its libraries were built here. */
  readonly build: string;
  readonly asked: Readonly<Record<string, unknown>>;
}

/** What was found, and when. */
export interface TunedRow {
  readonly at: string;
  readonly machine: MachineRow;
  readonly build: string;
  readonly asked: Readonly<Record<string, unknown>>;
  readonly found: Readonly<z.infer<typeof foundSchema>>;
}

/** Writes what was found about a model. */
export function recordTuned(database: Database, key: TunedKey, found: TunedRow["found"]): TunedRow {
  const { sha256, machine, build, asked } = key;
  const row = { at: timestamp(), build, asked: JSON.stringify(asked), found: JSON.stringify(found) };
  database
    .prepare(
      `INSERT INTO tuned (at, model_sha256, machine_id, build, asked, found)
        VALUES (@at, @sha256, @machineId, @build, @asked, @found)`,
    )
    .run({ ...row, sha256, machineId: recordMachine(database, machine) });
  return { at: row.at, machine, build, asked, found };
}

/** Whether anything was found about any model: if not, nothing else need be known to look for it. */
export function hasTuned(database: Database): boolean {
  return database.prepare("SELECT 1 FROM tuned LIMIT 1").get() !== undefined;
}

/** What was found about a model, newest first; rows that this program does not understand are left out. */
export function tunedRows(database: Database, sha256: string): TunedRow[] {
  const rows = database
    .prepare("SELECT * FROM tuned WHERE model_sha256 = ? ORDER BY at DESC, id DESC")
    .all(sha256) as Record<string, string>[];
  return rows.flatMap((row) => {
    const found = foundSchema.safeParse(JSON.parse(row["found"] ?? "null"));
    if (!found.success) return [];
    const { at = "", build = "", asked = "{}" } = row;
    const machine = machineOf(database, Number(row["machine_id"]));
    return [{ at, machine, build, asked: JSON.parse(asked) as TunedRow["asked"], found: found.data }];
  });
}

import { existsSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { connect } from "./connect.ts";
import { guard } from "./database.ts";
import { assertOurs } from "./migrate.ts";
import { migrations } from "./migrations.ts";

/** What a file is to this program. */
export interface Standing {
  /** Of the library; null: its native part does not load. */
  readonly sqlite: string | null;
  /** `older`: its schema is brought up to date by the next run that writes to it. */
  readonly file: "none" | "current" | "older" | "unusable";
  /** Version of the file's schema; null: there is none that can be read. */
  readonly schema: number | null;
  readonly ownSchema: number;
  /** Why it cannot be used, without its path; null: it can. */
  readonly why: string | null;
}

/** Tells it of a file that may not be there; nothing is written, and no copy is made. */
export function standingOf(path: string): Standing {
  const ownSchema = migrations.length;
  let sqlite: string | null = null;
  try {
    sqlite = guard(path, () => {
      const memory = connect(":memory:");
      const version = memory.prepare("SELECT sqlite_version()").pluck().get();
      memory.close();
      return String(version);
    });
    if (!existsSync(path)) return { sqlite, file: "none", schema: null, ownSchema, why: null };
    const schema = guard(path, () => schemaOf(path));
    return { sqlite, file: schema === ownSchema ? "current" : "older", schema, ownSchema, why: null };
  } catch (error) {
    const why = messageOf(error).replace(`--db ${path}: `, "");
    return { sqlite, file: "unusable", schema: null, ownSchema, why };
  }
}

function schemaOf(path: string): number {
  const database = connect(path, { readonly: true });
  try {
    assertOurs(database, path);
    return database.pragma("user_version", { simple: true }) as number;
  } finally {
    database.close();
  }
}

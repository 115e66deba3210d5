import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { migrations } from "../../src/store/migrations.ts";
import { standingOf } from "../../src/store/standing.ts";
import { temporaryFolder } from "../cli/longhaul.ts";

const folder = temporaryFolder();

/** A file of this version, changed. */
function changed(name: string, sql: string): string {
  const path = join(folder, name);
  openDatabase(path).close();
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
  return path;
}

describe("standingOf", () => {
  const ownSchema = migrations.length;

  it("knows a file that is not there, and makes none", () => {
    const path = join(folder, "none.db");
    expect(standingOf(path)).toMatchObject({ file: "none", schema: null, ownSchema, why: null });
    expect(existsSync(path)).toBe(false);
  });

  it("knows one of this version, and leaves it as it is", () => {
    const path = changed("current.db", "SELECT 1");
    const before = readFileSync(path);
    expect(standingOf(path)).toMatchObject({ file: "current", schema: ownSchema });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("tells why a file cannot be used, without its path", () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [changed("newer.db", `PRAGMA user_version = ${ownSchema + 1}`), /^written by a newer Longhaul/],
      [changed("foreign.db", "PRAGMA application_id = 7"), /^this SQLite file is not Longhaul's/],
    ];
    for (const [path, why] of cases) {
      const standing = standingOf(path);
      expect(standing).toMatchObject({ file: "unusable", schema: null });
      expect(standing.why).toMatch(why);
      expect(standing.why).not.toContain(folder);
    }
    const path = join(folder, "text.db");
    writeFileSync(path, "no database at all, but a text that is long enough to be looked at".repeat(20));
    expect(standingOf(path)).toMatchObject({
      file: "unusable",
      why: expect.stringMatching(/^it is no SQLite file/) as string,
    });
  });
});

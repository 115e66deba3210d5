import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { migrate } from "../../src/store/migrate.ts";
import { migrations } from "../../src/store/migrations.ts";

const documentation = readFileSync(join(import.meta.dirname, "../../src/store/README.md"), "utf8");

function migrated() {
  const database = new Sqlite(":memory:");
  migrate(database);
  return database;
}

describe("the schema", () => {
  it("is reached from every older version", () => {
    const wanted = migrated().prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
    for (let version = 0; version < migrations.length; version++) {
      const old = new Sqlite(":memory:");
      old.unsafeMode(true);
      for (const step of migrations.slice(0, version)) old.exec(step);
      old.unsafeMode(false);
      if (version > 0) old.pragma("application_id = 1279808844");
      old.pragma(`user_version = ${version}`);
      migrate(old);
      expect(old.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all()).toEqual(wanted);
      expect(old.pragma("user_version", { simple: true })).toBe(migrations.length);
    }
  });

  it("is left alone by a second migration", () => {
    const database = migrated();
    migrate(database);
    expect(database.pragma("user_version", { simple: true })).toBe(migrations.length);
  });

  it("is refused when it is somebody else's or newer", () => {
    const other = new Sqlite(":memory:");
    other.exec("CREATE TABLE theirs (x)");
    expect(() => migrate(other)).toThrow(/not Longhaul's/);
    const newer = migrated();
    newer.pragma(`user_version = ${migrations.length + 1}`);
    expect(() => migrate(newer)).toThrow(/newer Longhaul/);
  });

  it("has every table, view and column in its documentation", () => {
    const database = migrated();
    const names = database
      .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'")
      .pluck()
      .all() as string[];
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      expect(documentation).toContain(`### ${name}\n`);
      const columns = database.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(name) as string[];
      for (const column of columns) expect(documentation, `${name}.${column}`).toContain(`\`${column}\``);
    }
  });
});

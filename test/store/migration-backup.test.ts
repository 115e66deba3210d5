import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { onFileNote } from "../../src/store/file-notes.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const notes: string[] = [];
beforeEach(() => {
  notes.length = 0;
  onFileNote((note) => notes.push(note));
});

const before = 6;
const newest = migrations.length;

/** A file of an earlier version with a text in it. */
function oldFile(name: string, ...statements: readonly string[]): string {
  const path = join(folder, name);
  const database = new Sqlite(path);
  database.unsafeMode(true);
  for (const step of migrations.slice(0, before)) database.exec(step);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${before}`);
  database.exec(
    "INSERT INTO machine (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus) VALUES ('kept', 1, 1, 1, 'a', 'b', '[]')",
  );
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

function versionOf(path: string): [unknown, unknown] {
  const database = new Sqlite(path, { readonly: true });
  const found = [
    database.pragma("user_version", { simple: true }),
    database.prepare("SELECT cpu_model FROM machine").pluck().get(),
  ] as [unknown, unknown];
  database.close();
  return found;
}

describe("a file whose schema is brought up to date", () => {
  it("is kept as it was beside itself, for whom it was readable, and that is told", () => {
    const path = oldFile("old.db");
    chmodSync(path, 0o600);
    openDatabase(path).close();
    const kept = `${path}.before-v${newest}`;
    expect(versionOf(path)).toEqual([newest, "kept"]);
    expect(versionOf(kept)).toEqual([before, "kept"]);
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    expect(notes).toEqual([
      expect.stringContaining(`As it was before it is kept as ${kept} (1 MB): delete it`),
    ]);
    // Nothing to keep a second time.
    rmSync(kept);
    openDatabase(path).close();
    expect(existsSync(kept)).toBe(false);
  });

  it("leaves the newest such copy alone, and nothing that is none", () => {
    const path = oldFile("again.db");
    const others = ["again.db.before-v7", "again.db.before-v7-mine", "other.db.before-v7"];
    for (const name of others) writeFileSync(join(folder, name), "");
    openDatabase(path).close();
    const left = readdirSync(folder).filter((name) => name.includes(".before-v") && !name.startsWith("old"));
    expect(left.toSorted()).toEqual([`again.db.before-v${newest}`, ...others.slice(1)].toSorted());
  });

  it("is as it was where that fails, with no copy", () => {
    const path = oldFile("failed.db", "DROP VIEW throughput");
    expect(() => openDatabase(path)).toThrow(/no such view/);
    expect(versionOf(path)).toEqual([before, "kept"]);
    expect(readdirSync(folder).filter((name) => name.startsWith("failed.db."))).toEqual([]);
    expect(notes).toEqual([]);
  });

  it("is not one that is new", () => {
    const path = join(folder, "new.db");
    openDatabase(path).close();
    expect(readdirSync(folder).filter((name) => name.startsWith("new.db.before"))).toEqual([]);
    expect(notes).toEqual([]);
  });
});

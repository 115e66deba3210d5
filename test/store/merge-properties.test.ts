import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { brokenReferences, checkBesideRuns, checkSeals } from "../../src/store/file-check.ts";
import { abandonedRuns } from "../../src/store/lease.ts";
import { removeRuns } from "../../src/store/removed.ts";
import { storedRunIds } from "../../src/store/stored-rows.ts";
import { mergeInto, type Part, partsOf, someSteps } from "./merge-world.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-merge-properties-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Parts, some of them in some order, perhaps several times, and another order of the same. */
const world = fc.record({
  steps: someSteps,
  picks: fc.array(fc.nat(), { minLength: 2, maxLength: 6 }),
  order: fc.array(fc.nat(), { minLength: 6, maxLength: 6 }),
});

let worlds = 0;

/** @returns parts in two orders, the second with each at least once */
function made({ steps, picks, order }: typeof world extends fc.Arbitrary<infer World> ? World : never) {
  const own = join(folder, String(worlds++));
  mkdirSync(own);
  const all = partsOf(own, steps);
  const parts = picks.map((pick) => all[pick % all.length] as Part);
  const places = parts.map((part, index) => ({ part, place: order[index] ?? 0 }));
  const others = [
    ...new Set(places.toSorted((one, other) => one.place - other.place).map(({ part }) => part)),
  ];
  return { own, parts, others, clear: () => rmSync(own, { recursive: true, force: true }) };
}

function merged(parts: readonly Part[]): Database {
  const target = openDatabase(":memory:");
  for (const { path } of parts) expect(mergeInto(target, path).refused).toBeNull();
  return target;
}

type Row = Readonly<Record<string, unknown>>;

/** Numbers that a file gives, and what is sealed with them. */
const ownNumbers = new Set([
  "id",
  "run_id",
  "turn_id",
  "machine_id",
  "model_id",
  "run",
  "pid",
  "process_start",
]);
const sealedAnew = new Set(["run", "session", "identity", "removed", "speed_test"]);

/** Every row of every table, without numbers that are the file's own: rows that are named stand in their place. */
function rowsOf(database: Database): Map<string, string[]> {
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .pluck()
    .all() as string[];
  const get = (sql: string, id: unknown): unknown => database.prepare(sql).raw().get(id);
  const named = (table: string, row: Row): unknown[] => [
    get("SELECT uid FROM identity WHERE run_id = ?", table === "run" ? row["id"] : (row["run_id"] ?? -1)),
    get(
      "SELECT uid, rollout, turn, attempt FROM turn JOIN identity USING (run_id) WHERE id = ?",
      row["turn_id"] ?? -1,
    ),
    get("SELECT cpu_model, os FROM machine WHERE id = ?", row["machine_id"] ?? -1),
    get("SELECT path, sha256 FROM model WHERE id = ?", row["model_id"] ?? -1),
  ];
  const shown = (table: string, row: Row): string => {
    const own = Object.entries(row).filter(
      ([name]) => !ownNumbers.has(name) && !(name === "seal" && sealedAnew.has(table)),
    );
    const hasNames = table === "run" || ["run_id", "turn_id", "machine_id"].some((name) => name in row);
    return JSON.stringify([hasNames ? named(table, row) : [], Object.fromEntries(own)]);
  };
  return new Map(
    tables.map((table) => [
      table,
      (database.prepare(`SELECT * FROM ${table}`).all() as Row[]).map((row) => shown(table, row)).toSorted(),
    ]),
  );
}

/** Rows of a run that grow on one line, so that the part of the last moment has all; others come from any. */
const ofTheLast = ["run", "session", "rollout", "turn", "batch", "remeasured"];
const ofAny = ["verdict", "verdict_basis", "event", "place"];

/** What the parts hold together, told without merging them. */
function expectedRows(parts: readonly Part[], own: string): Map<string, string[]> {
  const files = parts
    .toSorted((one, other) => one.moment - other.moment)
    .map(({ path }, index) => {
      const part = new Sqlite(path, { readonly: true });
      const abandoned = new Set(abandonedRuns(part));
      const runs = part.prepare("SELECT id, uid, status FROM run JOIN identity ON run_id = id").all() as {
        id: number;
        uid: string;
        status: string;
      }[];
      part.close();
      const held = runs.filter(({ id, status }) => status !== "running" || abandoned.has(id));
      // Opened for writing, a run that was given up is marked so.
      const copy = join(own, `expected-${index}.db`);
      copyFileSync(path, copy);
      const database = openDatabase(copy);
      const rows = rowsOf(database);
      database.close();
      return { rows, uids: new Set(held.map(({ uid }) => uid)) };
    });
  const uids = [...new Set(files.flatMap((file) => [...file.uids]))];
  const rowsFrom = (of: typeof files, table: string, uid: string): string[] => [
    ...new Set(of.flatMap(({ rows }) => rows.get(table)?.filter((row) => row.includes(uid)) ?? [])),
  ];
  const holding = (uid: string): typeof files => files.filter((file) => file.uids.has(uid));
  return new Map([
    ...ofTheLast.map((table): [string, string[]] => [
      table,
      uids.flatMap((uid) => rowsFrom(holding(uid).slice(-1), table, uid)).toSorted(),
    ]),
    ...ofAny.map((table): [string, string[]] => [
      table,
      uids.flatMap((uid) => rowsFrom(holding(uid), table, uid)).toSorted(),
    ]),
  ]);
}

function findings(database: Database): unknown[] {
  return [
    ...storedRunIds(database).flatMap((id) => checkSeals(database, id, () => undefined).findings),
    ...checkBesideRuns(database).findings,
    ...brokenReferences(database),
  ];
}

const often = { numRuns: 30 };

/** Of a part, what a target that holds it is compared with; beside these, everything that its run's own seal covers. */
const compared = [
  "turn",
  "verdict",
  "verdict_basis",
  "batch",
  "rollout",
  "run",
  "identity",
  "session",
  "text",
  "remeasured",
];

/** Changes one value of one row. @returns what; null: there is no such row */
function changeOne(path: string, which: number, column: number): string | null {
  const database = new Sqlite(path);
  try {
    database.pragma("foreign_keys = OFF");
    const table = compared[which % compared.length] as string;
    const rows = database.prepare(`SELECT * FROM ${table}`).all() as Row[];
    const row = rows[which % Math.max(rows.length, 1)];
    if (row === undefined) return null;
    const names = Object.keys(row).filter(
      (name) => !keys.has(name) && !(name === "seal" && table === "rollout"),
    );
    const name = names[column % names.length] as string;
    const value = row[name];
    const changed = typeof value === "string" ? `${value}x` : typeof value === "number" ? value + 1 : null;
    if (changed === null) return null;
    const where = Object.entries(row).filter(([key]) => keys.has(key));
    const same = where.map(([key]) => `${key} IS @${key}`).join(" AND ");
    database
      .prepare(`UPDATE ${table} SET ${name} = @changed WHERE ${same}`)
      .run({ ...Object.fromEntries(where), changed });
    return `${name} of ${table}`;
  } finally {
    database.close();
  }
}

/** Which row of its table one is. */
const keys = new Set([
  "id",
  "run_id",
  "rollout",
  "turn",
  "attempt",
  "turn_id",
  "parser_version",
  "batch",
  "sha256",
]);

describe("a merge", () => {
  it("has the same rows in whatever order parts come and however often, those of the parts, with seals that hold", () => {
    const property = fc.property(world, (one) => {
      const { own, parts, others, clear } = made(one);
      const [target, other] = [merged(parts), merged(others)];
      expect(findings(target)).toEqual([]);
      expect(findings(other)).toEqual([]);
      const rows = rowsOf(target);
      expect(rowsOf(other)).toEqual(rows);
      for (const [table, expected] of expectedRows(parts, own))
        expect([table, rows.get(table)]).toEqual([table, expected]);
      for (const database of [target, other]) database.close();
      clear();
    });
    fc.assert(property, often);
  });

  it("changes nothing when it is done again, nor behind a run that was removed from the file since", () => {
    const property = fc.property(world, fc.nat(), (one, which) => {
      const { parts, clear } = made(one);
      const target = merged(parts);
      const again = (): void => {
        const before = target.serialize();
        for (const { path } of parts) {
          const { refused, added, continued } = mergeInto(target, path);
          expect([refused, added, continued]).toEqual([null, [], []]);
        }
        expect(target.serialize().equals(before)).toBe(true);
      };
      again();
      const runs = storedRunIds(target);
      const removed = runs[which % Math.max(runs.length, 1)];
      if (removed !== undefined) removeRuns(target, [removed], new Set());
      again();
      expect(findings(target)).toEqual([]);
      target.close();
      clear();
    });
    fc.assert(property, often);
  });

  it("of merged files has what a merge of their parts has", () => {
    const property = fc.property(world, fc.nat(6), (one, cut) => {
      const { own, parts, clear } = made(one);
      const halves = [parts.slice(0, cut), parts.slice(cut)].map((half, index) => {
        const database = merged(half);
        const path = join(own, `half-${index}.db`);
        database.prepare("VACUUM INTO ?").run(path);
        database.close();
        return { path, moment: 0 };
      });
      const [whole, ...targets] = [parts, halves, halves.toReversed()].map(merged);
      for (const target of targets) {
        expect(findings(target)).toEqual([]);
        expect(rowsOf(target)).toEqual(rowsOf(whole as Database));
        target.close();
      }
      whole?.close();
      clear();
    });
    fc.assert(property, often);
  });

  it("refuses a part in which anything was changed that the file has otherwise, and writes nothing of it", () => {
    const changes = new Set<string>();
    const property = fc.property(world, fc.nat(), fc.nat(), (one, which, column) => {
      const { own, parts, clear } = made(one);
      const target = merged(parts);
      const path = join(own, "changed.db");
      copyFileSync((parts.at(-1) as Part).path, path);
      const before = target.serialize();
      // A run that goes on is left out, whatever its rows.
      fc.pre(mergeInto(target, path).leftOut.length === 0 && storedRunIds(target).length > 0);
      const changed = changeOne(path, which, column);
      fc.pre(changed !== null);
      const { refused } = mergeInto(target, path);
      expect([changed, refused]).toEqual([changed, expect.any(String)]);
      expect(target.serialize().equals(before)).toBe(true);
      changes.add(changed);
      target.close();
      clear();
    });
    fc.assert(property, often);
    expect(changes.size).toBeGreaterThan(5);
  });
});

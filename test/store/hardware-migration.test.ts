import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import type { Machine } from "../../src/hardware/machine.ts";
import { recordMachine } from "../../src/store/append.ts";
import { openDatabase } from "../../src/store/database.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";
import { getRun } from "../../src/store/queries.ts";
import { hardware } from "../../src/store/hardware-migration.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-hardware-"));
afterAll(() => rmSync(folder, { recursive: true }));

const machine: Machine = {
  cpuModel: "cpu",
  physicalCores: 2,
  logicalCores: 2,
  memoryBytes: 8e9,
  os: "linux 6",
  arch: "x64",
  gpus: [],
  facts: null,
};

/** What a machine of this kind is told of besides. */
function facts(governor: string): NonNullable<Machine["facts"]> {
  return {
    features: null,
    performanceCores: null,
    efficiencyCores: null,
    allowedCores: 2,
    quotaCores: null,
    memoryLimitBytes: null,
    isVirtual: null,
    governor,
    gpuDriver: null,
  };
}

/** A file as it was before the step, with two runs on one machine. */
function oldFile(): string {
  const path = join(folder, "old.db");
  const database = new Sqlite(path);
  database.pragma("foreign_keys = ON");
  for (const step of migrations.slice(0, migrations.indexOf(hardware))) {
    database.unsafeMode(true);
    database.exec(step);
  }
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${migrations.indexOf(hardware)}`);
  database.exec(`INSERT INTO machine (id, cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus)
    VALUES (7, 'cpu', 2, 2, 8000000000, 'linux 6', 'x64', '[]')`);
  const columns = database.pragma("table_info(run)") as {
    name: string;
    type: string;
    notnull: number;
    dflt_value: unknown;
  }[];
  const needed = columns.filter(
    ({ name, notnull, dflt_value }) => name !== "id" && notnull === 1 && dflt_value === null,
  );
  const values = needed.map(({ name, type }) => {
    if (name === "machine_id") return "7";
    if (name === "settings" || name === "versions") return "'{}'";
    return type === "INTEGER" || type === "REAL" ? "1" : "'complete'";
  });
  for (let run = 0; run < 2; run++)
    database.exec(
      `INSERT INTO run (${needed.map(({ name }) => name).join(", ")}) VALUES (${values.join(", ")})`,
    );
  database.close();
  return path;
}

describe("a file of an earlier version", () => {
  it("keeps its runs and their machine, and takes the same machine in another state", () => {
    const database = openDatabase(oldFile());
    expect(database.pragma("foreign_key_check")).toEqual([]);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(getRun(database, 1)?.machine).toMatchObject(machine);
    expect(getRun(database, 2)?.machine).toMatchObject(machine);
    const [saving, fast] = ["powersave", "performance"].map((governor) =>
      recordMachine(database, { ...machine, facts: facts(governor) }),
    );
    expect(new Set([7, saving, fast]).size).toBe(3);
    expect(recordMachine(database, { ...machine, facts: facts("powersave") })).toBe(saving);
    expect(recordMachine(database, machine)).toBe(7);
    expect(() => database.exec("DELETE FROM machine WHERE id = 7")).toThrow(/FOREIGN KEY/);
    database.close();
  });
});

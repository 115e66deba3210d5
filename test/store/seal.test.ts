import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import type { Conditions } from "../../src/hardware/facts.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { recordEnd } from "../../src/store/end-run.ts";
import { getRun } from "../../src/store/queries.ts";
import { storedBatches, storedRollouts, storedRun, storedTurns } from "../../src/store/stored-rows.ts";
import { openReadOnly } from "../../src/store/database.ts";
import { isCurrent } from "../../src/store/migrate.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";
import { batchRow, emptyDatabase, newRun, turnRow } from "./builders.ts";

const conditions: Conditions = {
  loadAtStart: 0.5,
  cpuCelsiusAtStart: null,
  cpuCelsiusAtEnd: null,
  gpuCelsiusAtStart: null,
  gpuCelsiusAtEnd: null,
  cpuJoules: 12.5,
  gpuJoules: null,
  pulseBeforeMs: 16,
  pulseAfterMs: 17,
  pulseFastestMs: 16,
  isHeldBack: false,
};

function recorded() {
  const database = emptyDatabase();
  const runId = newRun(database);
  const recorder = new Recorder(database, runId);
  recorder.startRollout({ rollout: 0, dictionary: [{ key: "about", value: 1 }], startedAt: "x" });
  recorder.turn(
    turnRow(0, 1, true, { text: "a lone \ud800, a nul \0, \u00e4", ttftMs: 0.1 + 0.2, reasoning: "r" }),
  );
  recorder.turn(turnRow(0, 2, true, { shownBefore: -7 }));
  recorder.batches([0, 1, 2].map((index) => batchRow(index)));
  recorder.endRollout({ rollout: 0, end: "complete", detail: "d", endedAt: "y" });
  recorder.finishRun({ status: "complete", error: null, wallMs: 5, peakRssBytes: null });
  // Nobody else has the file, so it is written at once.
  void recordEnd(
    database,
    { runId, session: null },
    { conditions, crash: null },
    { onLocked: () => undefined, isGivenUp: () => true },
  );
  return { database, runId };
}

type Database = ReturnType<typeof emptyDatabase>;

/** Names of the tables whose seal is broken. */
function broken(database: Database, runId: number): string[] {
  const seals = [
    ["run", storedRun(database, runId)?.seal],
    ...storedRollouts(database, runId).map(({ seal }) => ["rollout", seal] as const),
    ...storedTurns(database, runId, 0).map(({ seal }) => ["turn", seal] as const),
    ...[...storedBatches(database, runId)].flatMap(({ seal }) =>
      seal === null ? [] : [["batch", seal] as const],
    ),
  ] as const;
  return seals.flatMap(([table, seal]) => (seal?.stored === seal?.actual ? [] : [table]));
}

describe("seals", () => {
  it("hold on rows as they were written", () => {
    const { database, runId } = recorded();
    expect(broken(database, runId)).toEqual([]);
    const unsealed = database.prepare(
      "SELECT (SELECT count(*) FROM turn WHERE seal IS NULL) + (SELECT count(*) FROM rollout WHERE seal IS NULL)",
    );
    expect(unsealed.pluck().get()).toBe(0);
  });

  it("hold with what the machine was like, which is read as it was written", () => {
    const { database, runId } = recorded();
    expect(getRun(database, runId)?.conditions).toEqual(conditions);
  });

  it("break with a change of any column", () => {
    for (const table of ["run", "rollout", "turn", "batch"]) {
      const { database, runId } = recorded();
      database.pragma("foreign_keys = OFF");
      database.pragma("ignore_check_constraints = ON");
      const columns = database.prepare("SELECT name, type FROM pragma_table_info(?)").all(table) as {
        name: string;
        type: string;
      }[];
      // These say which row it is.
      const keys = ["id", "run_id", "seal", table === "turn" ? "rollout" : table];
      for (const { name, type } of columns.filter((column) => !keys.includes(column.name))) {
        const more = type === "TEXT" ? `coalesce(${name}, '') || ' '` : `coalesce(${name}, 0) + 1`;
        database.exec("SAVEPOINT one");
        // Far from the others, since a turn's number is unique.
        database.exec(`UPDATE ${table} SET ${name} = ${name === "turn" ? "900 + turn" : more}`);
        expect(new Set(broken(database, runId)), `${table}.${name}`).toContain(table);
        database.exec("ROLLBACK TO one; RELEASE one");
      }
      expect(broken(database, runId)).toEqual([]);
    }
  });

  it("do not break when a later version adds a column", () => {
    const { database, runId } = recorded();
    for (const table of ["run", "rollout", "turn", "batch", "model", "machine"])
      database.exec(`ALTER TABLE ${table} ADD COLUMN later TEXT`);
    expect(broken(database, runId)).toEqual([]);
  });

  it("miss a turn that is gone", () => {
    const { database, runId } = recorded();
    database.exec("DELETE FROM verdict WHERE turn_id = 2; DELETE FROM turn WHERE id = 2");
    expect(broken(database, runId)).toEqual(["rollout"]);
  });
});

describe("a file with an older schema", () => {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is brought up to date when it is opened for reading", () => {
    const path = join(folder, "old.db");
    const old = new Sqlite(path);
    old.exec(migrations[0] ?? "");
    old.pragma(`application_id = ${applicationId}`);
    old.pragma("user_version = 1");
    old.close();
    const database = openReadOnly(path);
    expect(isCurrent(database)).toBe(true);
    expect(database.readonly).toBe(true);
    database.close();
  });
});

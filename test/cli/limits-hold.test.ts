import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const longhaul = (...args: readonly string[]) => commandLine(args, join(folder, "none.db"));

async function run(db: string, spec: string, ...flags: readonly string[]): Promise<string> {
  const path = join(folder, `${db}.db`);
  const args = ["run", "--engine", `scripted:${spec}`, "--quiet", "--rollouts", "32", "--turns", "30"];
  const { code, stderr } = await longhaul(...args, "--db", path, ...flags);
  expect([code, stderr]).toEqual([0, ""]);
  return path;
}

function change(path: string, sql: string): void {
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
}

const judged = (db: string, limits: string, ...more: readonly string[]) =>
  longhaul("compare", "--db", db, "--fail-under", limits, ...more);

describe("shares of turns where rollouts end at their first error", () => {
  let db = "";
  beforeAll(async () => {
    db = await run("survivors", "p=0.9,seed=1", "--name", "short", "--until", "first-error");
    await run("survivors", "p=0.9,seed=1", "--name", "whole");
  });

  it("are marked in every table, beside rows that have all turns", async () => {
    for (const flags of [[], ["--metric", "accuracy"], ["--markdown"]]) {
      const { stdout } = await longhaul("compare", "--db", db, ...flags);
      expect(stdout).toMatch(/short .*\d+ % of survivors/);
      expect(stdout).not.toMatch(/whole .*survivors/);
      expect(stdout).toContain(
        "short: rollouts ended at their first error: turn accuracy is of survivors only",
      );
    }
    const { stdout } = await longhaul("compare", "--db", db, "--csv");
    const [names = [], ...rows] = stdout
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    const of = names.indexOf("turn_accuracy_of");
    expect(Object.fromEntries(rows.map((row) => [row[0], row[of]]))).toEqual({
      short: "survivors",
      whole: "all",
    });
  });

  it("are marked on the page", async () => {
    const page = join(folder, "page.html");
    await longhaul("report", "--db", db, "-o", page);
    const { readFileSync } = await import("node:fs");
    const [, json = "{}"] =
      /<script type="application\/json"[^>]*>([^]*?)<\/script>/.exec(readFileSync(page, "utf8")) ?? [];
    const { comparison } = JSON.parse(json) as {
      comparison: { groups: { label: string; turnAccuracyOf: string }[] };
    };
    const of = comparison.groups.map(({ label, turnAccuracyOf }) => [label, turnAccuracyOf]);
    expect(Object.fromEntries(of)).toEqual({ short: "survivors", whole: "all" });
  });

  it.each(["accuracy=0.5", "turn2.low=0.5", "h50=2,accuracy.low=0.1"])("are no limit: %s", async (limits) => {
    const { code, stderr, stdout } = await judged(db, limits);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--fail-under (accuracy|turn2)\S*: rollouts of short ended at their first error/);
    expect(stderr).toContain("run with --until end");
    expect(stdout).toBe("");
  });

  it("leave horizons to be judged", async () => {
    expect((await judged(db, "h50=2")).code).toBe(0);
  });
});

describe("the gate", () => {
  it("does not pass a model on its older runs where the newest failed", async () => {
    const db = await run("failed", "p=1", "--name", "m");
    await run("failed", "p=1", "--name", "m");
    expect((await judged(db, "h50=20")).code).toBe(0);
    change(db, "UPDATE run SET status = 'failed', error = 'out of memory' WHERE id = 2");
    change(db, "DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 2)");
    change(db, "DELETE FROM turn WHERE run_id = 2");
    const { code, stderr } = await judged(db, "h50=20");
    expect(code).toBe(3);
    expect(stderr).toContain("--fail-under: m: the newest run, 2, failed: out of memory.");
    // The older run, by its number, is what was asked for.
    expect((await longhaul("compare", "1", "--db", db, "--fail-under", "h50=20")).code).toBe(0);
  });

  it.each([
    ["engine faults", "UPDATE rollout SET end = 'engine_error', detail = 'lost' WHERE rollout > 0"],
    [
      "a stop of the whole run",
      "UPDATE rollout SET end = 'interrupted' WHERE rollout > 0; UPDATE run SET status = 'interrupted'",
    ],
  ])("does not pass one rollout of 32, the others lost after turn 1 by %s", async (what, sql) => {
    const db = await run(what.replaceAll(" ", "-"), "p=1", "--turns", "60");
    change(
      db,
      `DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE rollout > 0 AND turn > 1);
       DELETE FROM turn WHERE rollout > 0 AND turn > 1; ${sql}`,
    );
    expect((await judged(db, "h50=60")).code).toBe(3);
    expect((await judged(db, "h50.low=3")).code).toBe(3);
  });
});

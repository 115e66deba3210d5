import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const longhaul = (...args: readonly string[]) => commandLine(args, join(folder, "none.db"));

function query(db: string, sql: string): Record<string, unknown>[] {
  const database = new Sqlite(db, { readonly: true });
  const rows = database.prepare(sql).all() as Record<string, unknown>[];
  database.close();
  return rows;
}

/** A run of a simulated model in a file of its own. */
async function file(name: string, spec: string, ...flags: readonly string[]): Promise<string> {
  const db = join(folder, `${name}.db`);
  const size = ["--rollouts", "40", "--turns", "20", "--quiet", "--name", name, "--db", db];
  const { code, stderr } = await longhaul("run", "--engine", `scripted:${spec}`, ...size, ...flags);
  expect([code, stderr]).toEqual([0, ""]);
  return db;
}

async function compared(db: string, ...flags: readonly string[]) {
  const { code, stdout, stderr } = await longhaul("compare", "--db", db, "--json", ...flags);
  expect([code, stderr]).toEqual([0, ""]);
  return compareSchema.parse(JSON.parse(stdout));
}

async function csv(db: string): Promise<Record<string, string>> {
  const { stdout } = await longhaul("compare", "--db", db, "--csv");
  const [names = "", values = ""] = stdout.trim().split("\r\n");
  const cells = values.split(",");
  return Object.fromEntries(names.split(",").map((name, index) => [name, cells[index] ?? ""]));
}

describe("turns that were asked by themselves", () => {
  let later = "";
  let first = "";
  beforeAll(async () => {
    later = await file("later", "p=0.9,seed=2", "--history", "healed", "--probe", "10,20");
    first = await file("first", "p=0.9,seed=2", "--history", "healed", "--probe", "1,2,20");
  }, 60_000);

  it("are not taken for the first two", async () => {
    const [late] = (await compared(later, "--metric", "horizon")).groups;
    expect(late?.predictedHorizon).toBeNull();
    expect((await csv(later))["turn2_accuracy"]).toBe("");
    const [early] = (await compared(first, "--metric", "horizon")).groups;
    expect(early?.predictedHorizon?.turns).toBeGreaterThan(2);
    const second = early?.turnAccuracy.find(({ turn }) => turn === 2)?.accuracy;
    expect(Number((await csv(first))["turn2_accuracy"])).toBe(second);
  });

  it("count rollouts, and draw no curve in the file's views", async () => {
    const [group] = (await compared(later)).groups;
    expect(group?.rollouts.counted).toBe(40);
    expect((await csv(later))["rollouts"]).toBe("40");
    expect(query(later, "SELECT * FROM task_accuracy")).toEqual([]);
    expect(query(later, "SELECT turn, n FROM turn_accuracy ORDER BY turn")).toEqual([
      { turn: 10, n: 40 },
      { turn: 20, n: 40 },
    ]);
    const { stdout } = await longhaul("compare", "--db", later);
    expect(stdout).not.toMatch(/H50|H90/);
  });

  it("say nothing of an error that came before them", async () => {
    const [group] = (await compared(later, "--metric", "self-conditioning")).groups;
    expect(group?.conditioning?.beforeFirstError.n).toBe(0);
    expect(group?.conditioning?.afterFirstError.n).toBe(0);
    expect(group?.conditioning?.noneShown).toEqual(group?.overallTurnAccuracy);
  });
});

describe("what goes with errors shown", () => {
  const only = (rows: readonly Record<string, unknown>[]) => rows[0];
  const counted = (where: string) =>
    `SELECT count(*) AS n, sum(turn_correct) AS correct FROM turns WHERE ${where}`;

  it.each(["own", "stripped", "recap", "heal:3", "window:2", "injected:rate=0.3", "healed", "fresh"])(
    "is told by what a %s history showed",
    async (history) => {
      const db = await file(history.replace(/\W/g, "-"), "p=0.8,seed=1", "--history", history);
      const [group] = (await compared(db, "--metric", "self-conditioning")).groups;
      const { errorsShown, noneShown, beforeFirstError, afterFirstError } = group?.conditioning ?? {};
      const shown = only(query(db, counted("history_wrong > 0")));
      expect(errorsShown?.n).toBe(shown?.["n"]);
      expect(errorsShown?.correct).toBe(shown?.["correct"] ?? 0);
      const none = only(query(db, counted("history_wrong = 0 AND history_answers > 0")));
      expect(noneShown?.n).toBe(none?.["n"]);
      const isKept = ["own", "stripped", "recap"].includes(history);
      expect(beforeFirstError?.n).toBe(isKept ? 800 - (afterFirstError?.n ?? 0) : 0);
      // All answers are shown: after the first error there is one before every turn.
      if (isKept) expect(afterFirstError).toEqual(errorsShown);
      else expect(afterFirstError?.n).toBe(0);
    },
  );

  it("is read from the turns before where older files do not say what was shown", async () => {
    const db = await file("old", "p=0.8,seed=1");
    const known = (await compared(db, "--metric", "self-conditioning")).groups[0]?.conditioning;
    const database = new Sqlite(db);
    database.exec("UPDATE turn SET history_answers = NULL, history_wrong = NULL, history_breaks = NULL");
    database.close();
    expect((await compared(db, "--metric", "self-conditioning")).groups[0]?.conditioning).toEqual(known);
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const told = /none of the first 16 answers can be read.*--format integer/;

async function run(name: string, engine: string, ...flags: string[]) {
  const db = join(folder, `${name}.db`);
  const ran = await longhaul(
    "run",
    "--engine",
    engine,
    "--rollouts",
    "16",
    "--turns",
    "30",
    "--db",
    db,
    ...flags,
  );
  return { ...ran, db };
}

describe("a run whose answers cannot be read", () => {
  it("is told so at once, and goes on", async () => {
    const { stderr, code, db } = await run("goes-on", "scripted:form=1");
    expect(code).toBe(0);
    expect(stderr).toMatch(told);
    expect(await query(db, "SELECT count(*) AS n FROM turn")).toEqual([{ n: 480 }]);
  });

  it("ends where that is asked for, and counts as done", async () => {
    const { stderr, code, db } = await run("ends", "scripted:form=1", "--stop-at-floor");
    expect(code).toBe(0);
    expect(stderr).toMatch(told);
    expect(
      await query(db, "SELECT status, (SELECT count(DISTINCT turn) FROM turn) AS turns FROM run"),
    ).toEqual([{ status: "complete", turns: 1 }]);
    expect(await query(db, "SELECT DISTINCT end FROM rollout")).toEqual([{ end: "floor" }]);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  });

  it("holds without the rollouts that were not begun", async () => {
    const { db } = await run("few", "scripted:form=1", "--stop-at-floor", "--parallel", "1");
    expect((await query(db, "SELECT count(*) AS n FROM rollout"))[0]?.["n"]).toBeLessThan(16);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
  });

  it.each(["scripted:p=0.99", "scripted:form=0.5", "scripted:form=1 with a grammar"])(
    "is no other run: %s",
    async (engine) => {
      const [spec = "", grammar] = engine.split(" with ");
      const flags = grammar === undefined ? [] : ["--format", "integer"];
      const { stderr, db } = await run(engine, spec, "--stop-at-floor", ...flags);
      expect(stderr).not.toContain("can be read");
      expect(await query(db, "SELECT count(*) AS n FROM turn")).toEqual([{ n: 480 }]);
    },
  );
});

describe("a burn-in", () => {
  it("shows right turns first, is verified, and stands in no row beside others", async () => {
    const { db, code, stdout } = await run("burn-in", "scripted:p=0.9", "--burn-in", "3");
    expect(code).toBe(0);
    expect(stdout).toMatch(/burn-in 3/);
    expect(await query(db, "SELECT min(turn) AS first, max(turn) AS last FROM turn")).toEqual([
      { first: 1, last: 30 },
    ]);
    const verified = await longhaul("verify", "--db", db);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    await longhaul("run", "--engine", "scripted:p=0.9", "--rollouts", "16", "--turns", "30", "--db", db);
    const { stderr } = await longhaul("compare", "1", "2", "--db", db);
    expect(stderr).toContain("these runs differ in burnIn (0, 3)");
    const prompt = await longhaul("show", "1", "--rollout", "0", "--prompt", "--turn", "1", "--db", db);
    expect(prompt.stdout.match(/^assistant:$/gm)).toHaveLength(4 + 1 + 3);
  });

  it("is refused where a history leaves turns out", async () => {
    const { stderr, code } = await run(
      "refused",
      "scripted:p=0.9",
      "--burn-in",
      "3",
      "--history",
      "window:5",
    );
    expect(code).toBe(2);
    expect(stderr).toContain("--burn-in 3 with --history window:5");
  });
});

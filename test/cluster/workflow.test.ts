import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Finished, finished, start, temporaryFolder } from "../cli/longhaul.ts";
import { killHalfWay, query } from "./shares.ts";
import { noSnakemake, workflow } from "./snakemake.ts";

const folder = temporaryFolder();
const suite = join(folder, "s.yaml");
writeFileSync(suite, "name: s\nexperiments: [{ use: horizon, rollouts: 8, turns: 20 }]\n");

function inFolder(...names: readonly string[]): string {
  return join(folder, ...names);
}

function played(out: string, config: Readonly<Record<string, string | number>>): Promise<Finished> {
  const given = { suite, models: "scripted:p=0.9", out: inFolder(out), shares: 2, ...config };
  return finished(workflow(folder, given, "--quiet", "progress", "rules"));
}

afterEach(() => vi.unstubAllEnvs());

describe.skipIf(noSnakemake !== null)("the workflow of bench/cluster", { timeout: 200_000 }, () => {
  it("merges nothing where a share was refused, and says where a trial failed", async () => {
    expect(await played("marks", {})).toMatchObject({ code: 0 });
    const document = JSON.parse(readFileSync(inFolder("marks/suite.json"), "utf8")) as { suite: string };
    expect(document.suite).toBe("s");
    expect(readFileSync(inFolder("marks/report.html"), "utf8")).toContain("<html");
    const mark = inFolder("marks/share-2-of-2.end");
    expect(readFileSync(mark, "utf8")).toBe("0\n");
    writeFileSync(mark, "2\n");
    const refused = await played("marks", {});
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/refused .*: \S+share-2-of-2\.end\n/),
    });
    expect(existsSync(inFolder("marks/all.db"))).toBe(false);
    writeFileSync(mark, "1\n");
    const told = await played("marks", {});
    expect(told).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/some trial failed.*: \S+share-2-of-2\.end\n/),
    });
    expect(query(inFolder("marks/all.db"), "SELECT count(*) AS n FROM turn")).toEqual([{ n: 160 }]);
  });

  it.each([
    ["a model that is none", "use: horizon", "scripted:p=0.9 none.gguf", "none.gguf"],
    ["a level that each share would look for", "use: horizon, level: auto", "scripted:p=0.9", "level: auto"],
  ])("queues nothing with %s", async (_, experiment, models, told) => {
    const bad = inFolder("bad.yaml");
    writeFileSync(bad, `name: bad\nexperiments: [{ ${experiment} }]\n`);
    writeFileSync(inFolder("none.gguf"), "no model");
    const { code, stderr } = await played("bad", { suite: bad, models });
    expect([code, stderr]).toEqual([1, expect.stringContaining(told)]);
    expect(existsSync(inFolder("bad/share-1-of-2.log"))).toBe(false);
  });

  it("goes on with a share that was killed on another machine, on a disk that both see", async () => {
    vi.stubEnv("LONGHAUL_JOURNAL", "rollback");
    const db = inFolder("far", "share-1-of-1.db");
    mkdirSync(inFolder("far"));
    const models = "scripted:p=0.9,delay-ms=100";
    const end = finished(start(["suite", "run", suite, models, "--db", db, "--quiet"]));
    const before = await killHalfWay(db, 16);
    await end;
    const database = new Sqlite(db);
    database
      .prepare("UPDATE lease SET host = 'node7', boot = 'another', namespace = 'pid:[1]', until_ms = ?")
      .run(new Date().getTime() + 8_000);
    database.close();
    expect(await played("far", { models, shares: 1 })).toMatchObject({ code: 0 });
    expect(readFileSync(inFolder("far/share-1-of-1.end"), "utf8")).toBe("0\n");
    expect(before.length).toBeLessThan(160);
    expect(query(db, "SELECT status, (SELECT count(*) FROM session) AS sessions FROM run")).toEqual([
      { status: "complete", sessions: 1 },
    ]);
  });
});

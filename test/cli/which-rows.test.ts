import { cpSync, mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { longhaul } from "./in-process.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const seeds = join(folder, "seeds.db");
const smoked = join(folder, "smoked.db");
const again = join(folder, "again.db");

async function run(db: string, spec: string, name: string, ...flags: readonly string[]): Promise<void> {
  const about = ["--engine", `scripted:${spec}`, "--name", name, "--quiet", "--db", db];
  expect((await longhaul("run", ...about, ...flags)).code).toBe(0);
}

async function compare(...args: readonly string[]) {
  const { code, stdout, stderr } = await longhaul("compare", ...args, "--json");
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return compareSchema.parse(JSON.parse(stdout));
}

/** The file as it is after something happened to it. @param name of the copy */
function changed(db: string, name: string, sql: string): string {
  const path = join(folder, `${name}.db`);
  cpSync(db, path);
  const database = new Sqlite(path);
  database.exec(sql);
  database.close();
  return path;
}

function half({ groups }: Awaited<ReturnType<typeof compare>>) {
  return groups.map(({ label, runs, rollouts, horizons }) => [
    label,
    runs,
    rollouts.counted,
    horizons[0]?.turns,
  ]);
}

/** Run 3 has no turn left. */
const emptied = `DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 3);
  DELETE FROM turn WHERE run_id = 3; DELETE FROM rollout WHERE run_id = 3;`;

beforeAll(async () => {
  const eight = ["--rollouts", "8", "--turns", "20"];
  await run(seeds, "p=0.97,seed=3", "A", "--rollouts", "16", "--turns", "10");
  await run(seeds, "p=0.98", "B", "--rollouts", "16", "--turns", "80");
  await run(seeds, "p=0.97,seed=3", "A", "--seed", "2", "--rollouts", "16", "--turns", "80");
  await run(smoked, "p=0.97,seed=3", "M", "--rollouts", "32", "--turns", "60");
  await run(smoked, "p=0.97,seed=3", "M", "--rollouts", "2", "--turns", "3");
  await run(again, "p=0.97,seed=3", "M", ...eight);
  await run(again, "p=0.9,seed=3", "W", ...eight);
  await run(again, "p=0.97,seed=3", "M", ...eight);
}, 60_000);

describe("the rows under a comparison", () => {
  it("are those of all seeds, as far as each was asked, in whatever order they are named", async () => {
    const orders = [
      ["1", "3", "2"],
      ["3", "1", "2"],
      ["2", "3", "1"],
    ];
    const [first, ...others] = await Promise.all(orders.map((order) => compare(...order, "--db", seeds)));
    expect(first?.pairs[0]?.turns).toBe(80);
    for (const other of others) expect(other).toEqual(first);
    const texts = await Promise.all([
      longhaul("compare", "A", "B", "--db", seeds),
      longhaul("compare", "B", "A", "--db", seeds),
    ]);
    expect(texts[0]?.stdout).toBe(texts[1]?.stdout);
  });

  it("are the same in whatever order files are given, also where these have one name", async () => {
    const paths = ["x", "y"].map((name) => {
      mkdirSync(join(folder, name));
      return join(folder, name, "r.db");
    }) as [string, string];
    cpSync(seeds, paths[0]);
    cpSync(again, paths[1]);
    const args = ["compare", "A", "W", "--across"];
    const [one, other] = await Promise.all([
      longhaul(...args, "--db", paths[0], "--db", paths[1]),
      longhaul(...args, "--db", paths[1], "--db", paths[0]),
    ]);
    expect(one.stdout).toBe(other.stdout);
    expect((await compare("A", "--db", paths[0], "--db", paths[1])).groups[0]?.runs).toEqual([
      "x/r:3",
      "x/r:1",
    ]);
  });

  it("are not replaced by a smaller run of later, which is told", async () => {
    const found = await compare("--db", smoked);
    expect(half(found)).toEqual([["M", ["1"], 32, expect.any(Number)]]);
    expect(found.notes.join()).toContain("left out as repetitions: run 2 (2 x 3, complete).");
    expect((await longhaul("compare", "--db", smoked, "--fail-under", "h50=15")).code).toBe(0);
  });

  it("are not replaced by a run that was stopped before its first turn, or that goes on", async () => {
    const whole = half(await compare("--db", again));
    const stopped = changed(
      again,
      "stopped",
      `${emptied} UPDATE run SET status = 'interrupted' WHERE id = 3`,
    );
    expect(half(await compare("--db", stopped)).map(([label, , ...figures]) => [label, ...figures])).toEqual(
      whole.map(([label, , ...figures]) => [label, ...figures]),
    );
    const goesOn = changed(
      again,
      "goes-on",
      `UPDATE run SET status = 'running', pid = ${process.pid}, process_start = NULL WHERE id = 3;
        DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 3 AND turn > 2);
        DELETE FROM turn WHERE run_id = 3 AND turn > 2; UPDATE rollout SET end = NULL WHERE run_id = 3`,
    );
    expect(half(await compare("--db", goesOn)).find(([label]) => label === "M")).toEqual([
      "M",
      ["1"],
      8,
      null,
    ]);
  });

  it("stay apart where the user names repetitions by their numbers, and keep the baseline", async () => {
    const found = await compare("1", "3", "--baseline", "1", "--db", again);
    expect(found.baseline).toBe("M (run 1)");
    expect(found.groups.map(({ label }) => label)).toEqual(["M (run 1)", "M (run 3)"]);
    expect(found.pairs).toHaveLength(1);
    expect(found.pairs[0]).toMatchObject({ pairedRollouts: 8 });
    // By their name they are one model, of which each instance counts once.
    expect((await compare("--baseline", "M", "--db", again)).baseline).toBe("M");
  });

  it("are those of a model that is named by a path, its own before another's of the same name", async () => {
    const db = join(folder, "paths.db");
    const shipped = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
    const paths = ["one", "other", "moved"].map((name) => join(folder, name, "m.gguf")) as [
      string,
      string,
      string,
    ];
    for (const path of paths) cpSync(shipped, path);
    const short = ["--rollouts", "2", "--turns", "2", "--threads", "1", "--quiet", "--db", db];
    for (const path of paths.slice(0, 2)) expect((await longhaul("run", path, ...short)).code).toBe(0);
    const runsOf = async (path: string): Promise<string[]> =>
      (await compare(path, "--db", db)).groups.flatMap(({ runs }) => runs);
    expect(await runsOf(paths[0])).toEqual(["1"]);
    expect(await runsOf(relative(process.cwd(), paths[1]))).toEqual(["2"]);
    expect((await runsOf(paths[2])).toSorted()).toEqual(
      await runsOf("m.gguf").then((runs) => runs.toSorted()),
    );
    const { code, stderr } = await longhaul("compare", join(folder, "nowhere/m.gguf"), "--db", db);
    expect(stderr).toMatch(/nowhere\/m\.gguf: no such run or model/);
    expect(code).toBe(2);
  });

  it("tell that a model's newest run failed", async () => {
    const failed = changed(
      again,
      "failed",
      `${emptied} UPDATE run SET status = 'failed', error = 'no memory' WHERE id = 3`,
    );
    expect((await compare("--db", failed)).notes.join()).toContain(
      "the newest run of M, run 3, failed (no memory): its figures are of older runs.",
    );
  });

  it("know a data set by its contents and settings that decide nothing from those that do", async () => {
    const db = join(folder, "sets.db");
    const file = join(folder, "d.json");
    expect((await longhaul("dataset", "export", "--rollouts", "8", "--turns", "20", "-o", file)).code).toBe(
      0,
    );
    const copy = join(folder, "copy.json");
    cpSync(file, copy);
    await run(db, "p=0.95,seed=3", "S", "--dataset", file);
    await run(db, "p=0.95,seed=3", "S", "--dataset", copy, "--rollouts", "2", "--turns", "3");
    await run(db, "p=0.95,seed=3", "S", "--dataset", copy, "--seed", "2");
    await run(db, "p=0.95,seed=3", "S", "--dataset", file, "--top-p", "0.9");
    const { groups, notes } = await compare("--db", db);
    expect(groups.map(({ runs, rollouts }) => [runs, rollouts.planned, rollouts.counted])).toEqual([
      [["4"], 8, 8],
    ]);
    expect(notes.join()).toContain(
      "left out as repetitions: run 1 (8 x 20, complete), run 2 (2 x 3, complete) and run 3 (8 x 20, complete).",
    );
    const named = await compare("1", "3", "--db", db);
    expect(named.pairs[0]?.pairedRollouts).toBe(8);
  });

  it("judge a model by its newest run under the same setting, and no other", async () => {
    const kv = (type: string): string => `UPDATE run SET kv_type_k = '${type}', kv_type_v = '${type}',
      settings = json_set(settings, '$.kvTypeK', '${type}', '$.kvTypeV', '${type}')`;
    const other = changed(
      again,
      "another-kv",
      `${emptied} ${kv("f16")} WHERE id = 1; ${kv("q8_0")} WHERE id = 3;
        UPDATE run SET status = 'failed', error = 'no memory' WHERE id = 3`,
    );
    expect((await compare("M", "--db", other)).groups.find(({ runs }) => runs[0] === "1")?.failed).toBeNull();
    const same = changed(again, "same-kv", `${emptied} UPDATE run SET status = 'failed' WHERE id = 3`);
    expect((await compare("--db", same)).groups.find(({ runs }) => runs[0] === "1")?.failed?.id).toBe("3");
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import type { PageDocument } from "../../src/report/page/page-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const longhaul = (...args: readonly string[]) => commandLine(args, join(folder, "none.db"));

async function run(name: string, spec: string, ...flags: readonly string[]): Promise<string> {
  const db = join(folder, `${name}.db`);
  const args = ["run", "--engine", `scripted:${spec}`, "--quiet", "--db", db, ...flags];
  const { code, stderr } = await longhaul(...args);
  expect([code, stderr]).toEqual([0, ""]);
  return db;
}

async function pageOf(db: string): Promise<PageDocument> {
  const path = `${db}.html`;
  await longhaul("report", "--db", db, "-o", path);
  const [, json = "{}"] =
    /<script type="application\/json"[^>]*>([^]*?)<\/script>/.exec(readFileSync(path, "utf8")) ?? [];
  return JSON.parse(json) as PageDocument;
}

/** What is said of turn 6, answered by its value on the total of turn 3, or by that total itself. */
async function slipOf(
  history: string,
  answer: "total" | "total of turn 3" | "total of turn 5",
): Promise<string> {
  const db = await run(
    `${history}-${answer}`.replaceAll(/\W/g, "-"),
    "p=1",
    "--rollouts",
    "1",
    "--turns",
    "6",
    "--history",
    history,
  );
  const database = new Sqlite(db);
  const at = answer === "total of turn 5" ? 5 : 3;
  const truth = `(SELECT truth FROM turn WHERE turn = ${at})`;
  const said = answer === "total" ? `${truth} + (SELECT value FROM turn WHERE turn = 6)` : truth;
  database.exec(
    `UPDATE verdict SET class = 'wrong_number', turn_correct = 0, answer = ${said} WHERE turn_id = (SELECT id FROM turn WHERE turn = 6)`,
  );
  database.close();
  const { stdout } = await longhaul("show", "1", "--rollout", "0", "--db", db, "--json");
  return (JSON.parse(stdout) as { slip: string | null }[]).at(-1)?.slip ?? "";
}

describe("what a wrong number is explained from", () => {
  it.each(["own", "stripped", "recap", "healed", "heal:2", "window:3", "window:8"])(
    "is an older total that a %s history showed",
    async (history) => expect(await slipOf(history, "total")).toContain("fits an older total"),
  );

  it.each(["window:1", "window:2", "fresh"])("is no total that a %s history left out", async (history) => {
    expect(await slipOf(history, "total")).not.toContain("older total");
  });

  it.each(["own", "window:1", "fresh"])("is the last number that a %s history showed", async (history) => {
    expect(await slipOf(history, "total of turn 5")).toContain("fits the last number again");
  });

  it("is no planted number's right answer: that was never shown", async () => {
    const history = "injected:rate=1,error=noise";
    expect(await slipOf(history, "total")).not.toContain("older total");
    expect(await slipOf(history, "total of turn 5")).not.toContain("last number again");
  });
});

it("says everywhere of how many wrong numbers the shares are, where not all were looked at", async () => {
  const db = await run("many", "p=0.2", "--rollouts", "60", "--turns", "60");
  for (const flags of [[], ["--markdown"]]) {
    const { stdout } = await longhaul("compare", "--metric", "slips", "--db", db, ...flags);
    expect(stdout).toMatch(/Causes are those of the first 2,000 of 2,\d+ wrong numbers\./);
  }
  const { slipLines } = await pageOf(db);
  expect(slipLines.join("\n")).toMatch(/Causes are those of the first 2,000 of 2,\d+ wrong numbers\./);
});

describe("turns by depth on the page", () => {
  let page: PageDocument;
  beforeAll(async () => {
    // Two seeds under one speed setting, a smaller run under another one.
    const deep = ["--turns", "600", "--rollouts", "4", "--parallel", "4"];
    const db = await run("deep", "p=0.99", ...deep, "--seed", "1", "--name", "m");
    await run("deep", "p=0.99", ...deep, "--seed", "2", "--name", "m");
    await run(
      "deep",
      "p=0.99",
      "--turns",
      "20",
      "--rollouts",
      "2",
      "--parallel",
      "2",
      "--seed",
      "3",
      "--name",
      "m",
    );
    page = await pageOf(db);
  });

  it("come in stretches, at most 60 of them", () => {
    const depths = page.details[0]?.depths ?? [];
    expect(depths).toHaveLength(60);
    expect(depths.map(({ firstTurn, lastTurn }) => lastTurn - firstTurn + 1)).toEqual(Array(60).fill(10));
  });

  it("are those of all runs under the speed setting that played most, by its name", () => {
    const [detail] = page.details;
    expect(detail?.depthsOf).toBe("m · parallel 4");
    const database = new Sqlite(join(folder, "deep.db"), { readonly: true });
    const mean = database
      .prepare("SELECT avg(ttft_ms) FROM turn WHERE run_id IN (1, 2) AND turn <= 10")
      .pluck();
    expect(detail?.depths[0]?.ttftMs).toBeCloseTo(mean.get() as number, 9);
    database.close();
  });
});

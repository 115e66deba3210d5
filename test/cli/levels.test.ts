import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import { documentSchema } from "../../src/figures/run-schema.ts";
import type { SuiteDocument } from "../../src/report/suite/suite-schema.ts";
import { levels } from "../../src/tasks/levels.ts";
import { longhaul } from "./in-process.ts";
import { query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const able = "scripted:p-retrieval=1,p-addition=0.98,p=0.1,value-loss=1.8";
const small = ["--rollouts", "8", "--turns", "6"];

function run(name: string, engine: string, ...flags: string[]) {
  return longhaul("run", "--engine", engine, ...small, ...flags, "--db", join(folder, `${name}.db`));
}

describe("longhaul levels", () => {
  it("lists what --level takes", async () => {
    const { stdout, code } = await longhaul("levels");
    expect(code).toBe(0);
    const names = stdout
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[1]);
    expect(names.filter(Boolean)).toEqual(levels.map(({ name }) => name));
    const json = JSON.parse((await longhaul("levels", "--json")).stdout) as { levels: unknown };
    expect(json.levels).toEqual(levels);
  });
});

describe("a run on a level", () => {
  it("asks what the level says, and its row and claims name it", async () => {
    const { stdout, code } = await run("named", able, "--level", "addition-99");
    expect(code).toBe(0);
    expect(stdout).toContain("level addition-99, addition: 8 rollouts");
    expect(stdout).toContain("All of this is on level addition-99.");
    const [row] = await query(
      join(folder, "named.db"),
      "SELECT task, value_max, keys_per_turn, settings ->> '$.level' AS level FROM run",
    );
    expect(row).toEqual({ task: "addition", value_max: 99, keys_per_turn: 1, level: "addition-99" });
    const compared = await longhaul("compare", "--db", join(folder, "named.db"));
    expect(compared.stdout).toContain("All of this is on level addition-99.");
    expect((await longhaul("verify", "--db", join(folder, "named.db"))).code).toBe(0);
  });

  it("is compared with one that was asked the same by its settings", async () => {
    await run("same", "scripted:p=0.9", "--level", "dict-sum-99-of-20");
    await run("same", "scripted:p=0.5");
    const compared = await longhaul("compare", "--db", join(folder, "same.db"));
    expect(compared.stdout).toContain("All of this is on level dict-sum-99-of-20.");
    expect(compared.stderr).toBe("");
  });

  it("is one row with one that was asked the same by its settings", async () => {
    await run("row", "scripted:p=0.9", "--level", "dict-sum-99-of-20");
    await run("row", "scripted:p=0.9", "--seed", "2");
    const db = join(folder, "row.db");
    const { groups } = JSON.parse(
      (await longhaul("compare", "--json", "--db", db)).stdout,
    ) as CompareDocument;
    expect(groups.map(({ label, runs }) => [label, runs])).toEqual([["scripted:p=0.9", ["1", "2"]]]);
    await run("row", "scripted:p=0.9");
    const byNumber = await longhaul("compare", "1", "3", "--db", db);
    expect(byNumber.stdout).toContain("scripted:p=0.9 (run 1)");
    expect(byNumber.stdout).not.toContain("on dict-sum-99-of-20");
  });

  it.each([
    [["--task", "addition"], "--task: --level auto decides it."],
    [["--keys-per-turn", "1"], "--keys-per-turn: --level auto decides it."],
    [["--print-prompt"], "--level auto: which level it is shows when models are asked."],
  ])("that is to be found is refused with %j", async (flags, words) => {
    const { stderr, code } = await run("refused", able, "--level", "auto", ...flags);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(existsSync(join(folder, "refused.db"))).toBe(false);
  });
});

describe("a run on the level that fits", () => {
  it("finds it, says so, and stores what was asked", async () => {
    const { stdout, stderr, code } = await run("auto", able, "--level", "auto", "--json");
    expect(code).toBe(0);
    expect(stderr).toContain(
      "level addition-99: the hardest of 6 asked that fits the model (right in 80 to 99 %)",
    );
    const document = documentSchema.parse(JSON.parse(stdout));
    const [made] = document.runs;
    expect(made?.settings).toMatchObject({ level: "addition-99", task: "addition", valueMax: 99 });
    expect(made?.levelSearch).toMatchObject({ asked: "auto", level: "addition-99", outcome: "fits" });
    const shown = await longhaul("show", "1", "--verbose", "--db", join(folder, "auto.db"));
    expect(shown.stdout.replace(/\s+/g, " ")).toMatch(/retrieval-9-of-5 \d+ of \d+, .*the search took/);
    expect((await longhaul("verify", "--db", join(folder, "auto.db"))).code).toBe(0);
  });

  it("is planned without a search, and says what it is planned for", async () => {
    const { stdout, code } = await run("planned", able, "--level", "auto", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(/level +auto/);
    expect(stdout).toContain("this plan is made for dict-sum-99-of-20");
    expect(existsSync(join(folder, "planned.db"))).toBe(false);
  });
});

describe("the last line of a run", () => {
  it("at the floor of the task is one that finds its level, and that can be typed", async () => {
    const { stdout } = await run("floor", able, "--shots", "2", "--name", "a b");
    const line =
      /At the floor of the task; on a level that fits it, if one does: \S+(?: \S+\.js)? (run .*)$/m.exec(
        stdout,
      );
    expect(line?.[1]).toContain("--level auto");
    expect(line?.[1]).toContain("--shots 2");
    const words = (line?.[1] ?? "").split(" ").map((word) => word.replaceAll("'", ""));
    const again = await longhaul(...words);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain("level addition-99");
    expect(again.stdout).not.toContain("At the floor of the task");
  });

  it("without a slip is the next harder level", async () => {
    const { stdout } = await run("perfect", "scripted:p=1");
    expect(stdout).toMatch(/Never a slip; on the next harder level: .* --level dict-sum-99-of-100 .*--db/);
    const hardest = await run("hardest", "scripted:p=1", "--level", "dict-sum-10-keys");
    expect(hardest.stdout).not.toContain("Never a slip");
  });

  it("is none of these otherwise", async () => {
    for (const engine of ["scripted:p=0.9", "scripted:format=1"]) {
      const { stdout } = await run(`other-${engine.length}`, engine);
      expect(stdout).not.toMatch(/At the floor of the task|Never a slip/);
    }
  });
});

describe("a suite on the level that fits", () => {
  const file = join(folder, "leveled.yaml");
  writeFileSync(
    file,
    "name: leveled\ndefaults: { level: auto, rollouts: 8, turns: 6 }\nexperiments:\n  - use: horizon\n  - use: degradation\n",
  );
  const models = [able, "scripted:p=0.97,p-addition=1"];
  const suite = (db: string, ...flags: string[]) =>
    longhaul("suite", "run", file, ...models, ...flags, "--db", join(folder, db));

  it("looks for it once for all experiments and models, and not again when it goes on", async () => {
    const first = await suite("suite.db");
    expect(first.code).toBe(0);
    expect(first.stderr.match(/level addition-99: the hardest/g)).toHaveLength(1);
    expect(first.stdout).toContain("on level addition-99");
    expect(first.stdout.replace(/\s+/g, " ")).toMatch(
      /^level addition-99: the hardest of \d+ asked on which every model is right in 80 % or more; .*; the search took [\d.]+ m?s\. horizon /,
    );
    const rows = await query(
      join(folder, "suite.db"),
      "SELECT DISTINCT task, value_max, settings ->> '$.level' AS level FROM run",
    );
    expect(rows).toEqual([{ task: "addition", value_max: 99, level: "addition-99" }]);
    const events = await query(
      join(folder, "suite.db"),
      "SELECT DISTINCT data FROM event WHERE kind = 'level'",
    );
    expect(events).toHaveLength(1);
    const again = await suite("suite.db", "--resume");
    expect(again.stderr).not.toContain("asked that fits");
    expect(again.stderr).toContain("0 trials carried out");
  });

  it("says in documents how it was found, once for all that stand on it", async () => {
    const db = join(folder, "suite.db");
    const compared = await longhaul("compare", "--json", "--db", db);
    const { levelSearches } = JSON.parse(compared.stdout) as SuiteDocument;
    expect(levelSearches).toHaveLength(1);
    expect(levelSearches[0]).toMatchObject({ level: "addition-99", experiments: ["horizon", "degradation"] });
    const told = "level addition-99: the hardest of";
    const markdown = await longhaul("compare", "--markdown", "--db", db);
    expect(markdown.stdout.startsWith(told)).toBe(true);
    const page = join(folder, "suite.html");
    await longhaul("report", "--db", db, "-o", page);
    expect(readFileSync(page, "utf8")).toContain('"levelSearches":[{"asked":"auto","level":"addition-99"');
  });

  it("is planned for the usual one", async () => {
    const planned = await suite("plan.db", "--dry-run");
    expect(planned.code).toBe(0);
    expect(planned.stdout.replace(/\s+/g, " ")).toContain("this plan is made for dict-sum-99-of-20");
  });

  it("is refused before anything runs where an experiment varies what the level decides", async () => {
    const capacity = join(folder, "capacity.yaml");
    writeFileSync(
      capacity,
      "name: capacity\ndefaults: { level: auto, rollouts: 4 }\nexperiments:\n  - use: horizon\n  - use: capacity\n",
    );
    const db = join(folder, "capacity.db");
    const ran = await longhaul("suite", "run", capacity, ...models, "--db", db);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("the experiment varies what level: auto decides. Give it level: none.");
    expect(existsSync(db)).toBe(false);
  });
});

import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const mixed = join(folder, "mixed.db");
const suiteFile = join(folder, "small.yaml");
const size = ["--rollouts", "20", "--turns", "8", "--quiet"];

/** Two models on the same instances; the first run as a version wrote it that had parser 1 alone. */
beforeAll(async () => {
  await longhaul("run", "--engine", "scripted:p=0.9,format=0.1", ...size, "--db", mixed);
  await longhaul("run", "--engine", "scripted:p=0.98", ...size, "--db", mixed);
  asOfParser1(mixed, 1);
  const database = new Sqlite(mixed);
  // Parser 1 read no number there.
  database.exec(`UPDATE turn SET text = replace(text, '<answer>', '<answer>='), seal = NULL
    WHERE run_id = 1 AND rollout = 3 AND turn = 8`);
  database.exec(`DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 1)`);
  database.close();
  await longhaul("rescore", "1", "--parser", "1", "--db", mixed);
  writeFileSync(
    suiteFile,
    "name: small\nmodels: ['scripted:p=0.9']\ndefaults: {rollouts: 6, turns: 5}\nexperiments: [{use: format}]\n",
  );
}, 60_000);

/** Rows as a version wrote them before there was parser 2, and before there were seals. */
function asOfParser1(db: string, run: number): void {
  const database = new Sqlite(db);
  database.exec(
    `UPDATE verdict SET parser_version = 1 WHERE turn_id IN (SELECT id FROM turn WHERE run_id = ${run})`,
  );
  database.exec(
    `UPDATE run SET versions = json_set(versions, '$.parser', '1'), chat = NULL, seal = NULL WHERE id = ${run}`,
  );
  database.exec(`UPDATE rollout SET seal = NULL WHERE run_id = ${run}`);
  database.close();
}

function copied(name: string): string {
  const copy = join(folder, name);
  copyFileSync(mixed, copy);
  return copy;
}

/** The line that a message ends with, without the program's name. */
function lineIn(text: string): string[] {
  const [, line = ""] = /longhaul (rescore .*)$/m.exec(text.trim()) ?? [];
  return line.split(" ");
}

describe("runs that were judged by different parsers", () => {
  it.each([
    ["compare", ["1", "2"]],
    ["compare", ["1", "2", "--across"]],
    ["report", ["1", "2", "-o", join(folder, "page.html")]],
    ["report", ["1", "2", "--markdown"]],
  ])("are refused side by side: %s %j", async (command, args) => {
    const { code, stdout, stderr } = await longhaul(command, ...args, "--db", mixed);
    expect(stderr).toContain("answers were not read alike: run 1 by parser 1, others by parser 2.");
    expect(stderr.trim()).toMatch(new RegExp(`longhaul rescore 1 --parser 2 --db ${mixed}$`));
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("stand there once the line that is named was typed, which shows what it changes", async () => {
    const db = copied("mended.db");
    const before = await longhaul("verify", "--db", db);
    expect([before.code, before.stdout]).toEqual([0, expect.any(String)]);
    const { stderr } = await longhaul("compare", "1", "2", "--db", db);
    const dry = await longhaul(...lineIn(stderr), "--dry-run");
    expect(dry.stdout).toMatch(
      /run 1 .*160 verdicts would be added; changed: 1 classes, 1 answers, 1 right or not/,
    );
    expect(dry.stdout).toMatch(/1 -> 2 +not_a_number -> right +none -> -?\d+ .*<answer>=/);
    expect((await longhaul(...lineIn(stderr))).code).toBe(0);
    const compared = await longhaul("compare", "1", "2", "--db", db, "--json");
    expect([compared.code, compared.stderr]).toEqual([0, ""]);
    const { groups } = JSON.parse(compared.stdout) as { groups: { settings: { parserVersion: number } }[] };
    expect(groups.map(({ settings }) => settings.parserVersion)).toEqual([2, 2]);
    // What was recorded is held against the parser of that time.
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
    expect(await query(db, "SELECT count(*) AS n FROM verdict")).toEqual([{ n: 480 }]);
  });

  it("are left out with that line where nobody named them", async () => {
    const { code, stdout } = await longhaul("compare", "--db", mixed, "--json");
    const { groups, notes } = JSON.parse(stdout) as { groups: unknown[]; notes: string[] };
    expect([code, groups.length]).toEqual([0, 1]);
    expect(notes[0]).toBe(
      `1 run left out: judged by another parser. To have all judged alike: longhaul rescore 1 --parser 2 --db ${mixed}`,
    );
    expect(notes.join(" ")).not.toContain("of other settings");
    const { stdout: page } = await longhaul("report", "--markdown", "--db", mixed);
    expect(page.replace(/\s+/g, " ")).toContain("1 run left out: judged by another parser.");
  });

  it("are refused in several files, each with its own line", async () => {
    const [one, other] = [copied("one file.db"), copied("other.db")];
    const { code, stderr } = await longhaul(
      "compare",
      "one file:1",
      "other:1",
      "other:2",
      "--db",
      one,
      "--db",
      other,
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      `longhaul rescore 1 --parser 2 --db '${one}' && longhaul rescore 1 --parser 2 --db ${other}`,
    );
    const alone = await longhaul("compare", "one file:1", "other:1", "--db", one, "--db", other);
    expect(alone.code).toBe(0);
  });

  it("are refused in a suite, before anything more of it is carried out", async () => {
    const db = join(folder, "suite.db");
    await longhaul("suite", "run", suiteFile, "--db", db, "--quiet");
    asOfParser1(db, 1);
    const { code, stderr } = await longhaul("compare", "--suite", "small", "--db", db);
    expect(code).toBe(2);
    expect(stderr).toMatch(/compare --suite small: answers were not read alike: run 1 by parser 1/);
    const more = await longhaul("suite", "run", suiteFile, "--db", db, "--quiet");
    expect([more.code, more.stdout]).toEqual([2, ""]);
    expect(more.stderr).toContain(`suite run small: answers were not read alike: run 1 by parser 1`);
    expect(await query(db, "SELECT count(*) AS n FROM run")).toEqual([{ n: 2 }]);
    await longhaul(...lineIn(stderr));
    expect((await longhaul("compare", "--suite", "small", "--db", db)).code).toBe(0);
  });

  it("count for nothing where they have no answer", async () => {
    const db = copied("empty.db");
    const database = new Sqlite(db);
    database.exec("DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE run_id = 1)");
    database.exec("DELETE FROM turn WHERE run_id = 1");
    database.close();
    expect((await longhaul("compare", "1", "2", "--db", db)).stderr).not.toContain("read alike");
  });
});

describe("a run whose history was stripped, by an earlier version", () => {
  it("can be read, verified, judged again and compared with one of today", async () => {
    const db = join(folder, "stripped.db");
    const think = [
      "--engine",
      "scripted:p=0.9,think=30",
      "--thinking",
      "on",
      "--history",
      "stripped",
      ...size,
    ];
    await longhaul("run", ...think, "--db", db);
    asOfParser1(db, 1);
    const database = new Sqlite(db);
    database.exec(`UPDATE run SET settings = json_set(json_remove(settings, '$.keepReasoning', '$.reasoningEffort',
      '$.chatTemplateKwargs'), '$.history', 'stripped')`);
    database.exec("UPDATE turn SET policy = 'stripped', seal = NULL");
    database.close();
    const verified = await longhaul("verify", "--db", db);
    expect([verified.code, verified.stdout]).toEqual([0, expect.any(String)]);
    expect((await longhaul("rescore", "--db", db)).stdout).toContain("changed 0 of 160 verdicts");
    await longhaul("run", ...think, "--seed", "2", "--db", db);
    expect(await query(db, "SELECT DISTINCT run_id, policy FROM turn")).toEqual([
      { run_id: 1, policy: "stripped" },
      { run_id: 2, policy: "own" },
    ]);
    const { code, stdout } = await longhaul("compare", "--db", db, "--json");
    expect(code).toBe(0);
    const { groups } = JSON.parse(stdout) as { groups: { runs: unknown[]; settings: object }[] };
    expect(groups).toHaveLength(1);
    expect(groups[0]?.settings).toMatchObject({ history: "own", keepReasoning: "none" });
  });
});

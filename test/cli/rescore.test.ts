import { cpSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "rescored.db");
const verdicts = "SELECT * FROM verdict ORDER BY turn_id, parser_version";

beforeAll(async () => {
  const size = ["--rollouts", "8", "--turns", "15", "--db", db, "--quiet"];
  await longhaul("run", "--engine", "scripted:p=0.9,format=0.3", ...size);
  await longhaul("run", "--engine", "scripted:p=0.9,format=0.3", "--task", "retrieval", ...size);
});

describe("longhaul rescore", () => {
  it("has nothing to add and nothing to change at the same version", async () => {
    const before = await query(db, verdicts);
    const { code, stdout } = await longhaul("rescore", "--db", db);
    expect(code).toBe(0);
    expect(stdout).toContain("Parser 2 changed 0 of 240 verdicts.");
    expect(await query(db, verdicts)).toEqual(before);
  });

  it("gives back every stored verdict bit for bit, from the texts alone", async () => {
    const before = await query(db, verdicts);
    expect(new Set(before.map((row) => row["class"])).size).toBeGreaterThan(4);
    const copy = join(folder, "emptied.db");
    cpSync(db, copy);
    const database = new Sqlite(copy);
    database.exec("DELETE FROM verdict");
    database.close();
    const dry = await longhaul("rescore", "--db", copy, "--dry-run");
    expect(dry.stdout).toContain("120 verdicts would be added");
    expect(dry.stdout).toContain("Nothing was written.");
    expect(await query(copy, verdicts)).toEqual([]);
    const { code, stdout } = await longhaul("rescore", "--db", copy, "--json", "--parser", "2");
    expect(code).toBe(0);
    const { runs } = JSON.parse(stdout) as { runs: Record<string, unknown>[] };
    expect(runs).toHaveLength(2);
    for (const run of runs) expect(run).toMatchObject({ turns: 120, added: 120, contradicted: 0 });
    expect(await query(copy, verdicts)).toEqual(before);
    expect((await longhaul("verify", "--db", copy)).code).toBe(0);
  });

  it("shows a stored verdict that contradicts its own parser, and leaves it there", async () => {
    const copy = join(folder, "contradicted.db");
    cpSync(db, copy);
    const database = new Sqlite(copy);
    database.exec("UPDATE verdict SET answer = 4711 WHERE turn_id = 9");
    database.close();
    const { code, stdout } = await longhaul("rescore", "1", "--db", copy);
    expect(code).toBe(0);
    expect(stdout).toMatch(/4711 -> -?\d+|4711 -> none/);
    expect(stdout).toContain("1 stored verdicts of this version are not what it gives");
    expect(await query(copy, "SELECT answer FROM verdict WHERE turn_id = 9")).toEqual([{ answer: 4711 }]);
  });

  const mistakes: [string, string[], RegExp][] = [
    ["an unknown parser", ["--parser", "99", "--db", db], /--parser 99: no such version\. There is: 1, 2/],
    ["an unknown run", ["7", "--db", db], /rescore 7: no such run/],
    ["a missing file", ["--db", join(folder, "none.db")], /no such file/],
  ];
  for (const [name, args, message] of mistakes) {
    it(`ends with 2 and one message on ${name}`, async () => {
      const { code, stderr, stdout } = await longhaul("rescore", ...args);
      expect(stderr).toMatch(message);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });
  }
});

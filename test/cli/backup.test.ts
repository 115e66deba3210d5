import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "x.db");
const slow = [
  "run",
  "--engine",
  "scripted:p=0.9,delay-ms=50",
  "--rollouts",
  "16",
  "--turns",
  "60",
  "--quiet",
];

describe("longhaul backup", () => {
  it("copies a file as it was at one moment while a run goes on, and not over another file", async () => {
    const end = finished(start([...slow, "--db", db]));
    await until(db, "SELECT 1 FROM turns LIMIT 1");
    chmodSync(db, 0o600);
    const [pages, compact] = [join(folder, "pages.db"), join(folder, "compact.db")];
    const first = await longhaul("backup", pages, "--db", db, "--json");
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(JSON.parse(first.stdout)).toMatchObject({ file: pages, runs: 1, bytes: statSync(pages).size });
    const second = await longhaul("backup", compact, "--db", db, "--compact");
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining(`${compact} holds 1 run, `)]);
    expect(statSync(compact).mode & 0o777).toBe(0o600);
    const kept = readFileSync(compact);
    const again = await longhaul("backup", compact, "--db", db);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("is there already")]);
    expect(readFileSync(compact).equals(kept)).toBe(true);
    expect((await longhaul("backup", compact, "--db", db, "--force")).code).toBe(0);
    expect(readFileSync(compact).equals(kept)).toBe(false);
    expect((await end).code).toBe(0);
    for (const copy of [pages, compact]) {
      const holds = await longhaul("verify", "--file", "--db", copy);
      expect([holds.code, holds.stdout]).toEqual([0, expect.stringContaining("seal holds: 1 run")]);
      // Nothing is kept beside it, and reading leaves nothing there.
      expect(
        readdirSync(folder).filter((name) => name.startsWith(copy.slice(folder.length + 1))),
      ).toHaveLength(1);
    }
    const [{ n }] = (await query(pages, "SELECT count(*) AS n FROM turns")) as [{ n: number }];
    expect(n).toBeGreaterThan(0);
    expect(n).toBeLessThan(16 * 60);
  });

  it("has a name of its own where none is given", async () => {
    const { code, stdout } = await longhaul("backup", "--db", db);
    const made = readdirSync(folder).filter((name) => /^x\.db\.backup-\d{8}-\d{6}$/.test(name));
    expect([code, made.length]).toEqual([0, 1]);
    expect(stdout).toContain(made[0]);
  });

  it("is refused where no whole file can be", async () => {
    writeFileSync(join(folder, "file"), "");
    for (const [place, why] of [
      [db, "that is the database itself"],
      [`${db}-wal`, "that is the database itself"],
      [folder, "that is a folder"],
      [join(folder, "none", "x.db"), "there is no folder"],
      ["/dev/null", "is no place for a whole file"],
    ] as const) {
      const { code, stderr } = await longhaul("backup", place, "--db", db, "--force");
      expect([code, stderr]).toEqual([2, expect.stringContaining(`backup ${place}: ${why}`)]);
    }
    const none = join(folder, "not-there.db");
    expect((await longhaul("backup", join(folder, "y.db"), "--db", none)).code).toBe(2);
    expect(existsSync(join(folder, "y.db"))).toBe(false);
  });
});

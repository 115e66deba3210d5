import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../../src/store/database.ts";
import { makeFile } from "../../bench/scale/made-file.ts";
import { createBefore } from "../../bench/scale/older-file.ts";
import { commandLine } from "../register/command-line.ts";
import { type Finished, finished, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const file = (name: string): string => join(folder, name);
/** In this process, where the program is warm after the first. */
const longhaul = (...args: readonly string[]): Promise<Finished> => commandLine(args, file("none.db"));

function rows(db: string, sql: string): unknown[] {
  const database = new Sqlite(db, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}

async function soon(isThere: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1000 && !isThere(); attempt++)
    await new Promise((done) => setTimeout(done, 20));
}

const run = [
  "run",
  "--engine",
  "scripted:p=0.8",
  "--rollouts",
  "3",
  "--turns",
  "6",
  "--parallel",
  "3",
  "--quiet",
];
const answers = `SELECT rollout, turn, attempt, keys, expected, text, class, answer, task_correct FROM turns WHERE run_id = `;

async function merge(target: string, ...parts: readonly string[]) {
  const { code, stdout, stderr } = await longhaul("merge", ...parts, "-o", target, "--json");
  return { code, stderr, ...(code === 2 ? {} : (JSON.parse(stdout) as Merged)) };
}

interface Merged {
  readonly runs: number;
  readonly turns: number;
  readonly parts: readonly {
    readonly added: number[];
    readonly known: number[];
    readonly continued: number[];
  }[];
}

/** What both checks say of a file. */
async function verified(db: string): Promise<unknown[]> {
  const judged = await longhaul("verify", "--db", db);
  const pages = await longhaul("verify", "--file", "--db", db);
  return [
    judged.code,
    pages.code,
    judged.code === 0 ? "" : judged.stdout,
    pages.code === 0 ? "" : pages.stdout,
  ];
}

const holds = [0, 0, "", ""];

describe("longhaul merge", () => {
  it("makes one file of two parts of a suite, which are only read, and finds nothing new a second time", async () => {
    const suite = file("s.yaml");
    writeFileSync(
      suite,
      `name: s\nexperiments:\n  - { use: horizon, rollouts: 2, turns: 4 }\n  - { use: horizon, name: again, rollouts: 2, turns: 4 }\n`,
    );
    const [one, other, all] = [file("one.db"), file("other.db"), file("all.db")];
    await longhaul("suite", "run", suite, "scripted:p=0.8", "--db", one, "--quiet");
    await longhaul("suite", "run", suite, "scripted:p=0.9", "--db", other, "--quiet");
    await longhaul(...run, "--history", "injected:rate=0.5,error=replay,run=1", "--db", other);
    const bytes = [one, other].map((part) => readFileSync(part));
    const first = await longhaul("merge", one, other, "-o", all);
    expect([first.code, first.stderr]).toEqual([0, ""]);
    expect(first.stdout).toMatch(
      /one\.db: \d+ runs? new\n.*other\.db: \d+ runs? new\n.*all\.db holds \d+ runs/,
    );
    const again = await merge(all, other, one, other);
    expect(again.parts?.flatMap(({ added, continued }) => [...added, ...continued])).toEqual([]);
    expect(
      [one, other].map((part) => readFileSync(part)).map((now, at) => now.equals(bytes[at] ?? now)),
    ).toEqual([true, true]);
    expect(await verified(all)).toEqual(holds);
    const places = "SELECT suite, experiment, arm, trial FROM places ORDER BY 1, 2, 3, 4";
    const parts = [...rows(one, places), ...rows(other, places)];
    const inAll = rows(all, places);
    expect(inAll).toHaveLength(parts.length);
    expect(inAll).toEqual(expect.arrayContaining(parts));
    for (const args of [["compare"], ["show", "1"], ["ls"], ["report", "-o", file("page.html")]]) {
      const told = await longhaul(...args, "--db", all);
      expect([args, told.code === 2 ? told.stderr : ""]).toEqual([args, ""]);
    }
    const copy = await longhaul("backup", file("copy.db"), "--db", all);
    expect(copy.code).toBe(0);
    // What was removed does not come back.
    expect((await longhaul("rm", "1", "--yes", "--db", all)).code).toBe(0);
    const after = await longhaul("merge", one, "-o", all);
    expect([after.code, after.stdout]).toEqual([0, expect.stringContaining("and is not brought back")]);
    expect(await verified(all)).toEqual(holds);
  });

  it("goes on with an interrupted run of a part, to the rows of an unbroken one", async () => {
    const slow = [...run, "--turns", "20", "--engine", "scripted:p=0.8,delay-ms=150"];
    const [whole, broken, all] = [file("whole.db"), file("broken.db"), file("resumed.db")];
    await longhaul(...slow, "--db", whole);
    const child = start([...slow, "--db", broken]);
    const end = finished(child);
    await soon(
      () => existsSync(broken) && rows(broken, "SELECT 1 FROM sqlite_master WHERE name = 'turn'").length > 0,
    );
    await soon(() => rows(broken, "SELECT 1 FROM turn LIMIT 1").length > 0);
    const during = await longhaul("merge", broken, "-o", file("during.db"));
    expect(during.stdout).toContain("goes on and is left out");
    child.kill("SIGKILL");
    await end;
    await longhaul(...run, "--seed", "7", "--db", all);
    expect(await merge(all, broken)).toMatchObject({ code: 0, runs: 2, parts: [{ added: [2] }] });
    expect(rows(all, "SELECT status FROM runs WHERE id = 2")).toEqual([{ status: "interrupted" }]);
    const resumed = await longhaul("resume", "2", "--db", all, "--quiet");
    expect([resumed.code, resumed.stderr]).toEqual([0, ""]);
    expect(rows(all, `${answers} 2 ORDER BY 1, 2`)).toEqual(rows(whole, `${answers} 1 ORDER BY 1, 2`));
    expect(await verified(all)).toEqual(holds);
    // The part is as it was; what went on here goes back, too.
    expect(await merge(all, broken)).toMatchObject({ code: 0, parts: [{ known: [2] }] });
    expect(await merge(broken, all)).toMatchObject({ code: 0, parts: [{ continued: [1] }] });
    expect(await verified(broken)).toEqual(holds);
  });

  it("takes a file of an older version and one in a folder that nobody may write", async () => {
    const [old, all, locked] = [file("old.db"), file("of-old.db"), file("locked")];
    makeFile(old, 500, (path) => createBefore(path, 1));
    const version = (path: string): unknown =>
      new Sqlite(path, { readonly: true }).pragma("user_version", { simple: true });
    const before = version(old);
    mkdirSync(locked);
    const part = join(locked, "part.db");
    await longhaul(...run, "--db", part);
    chmodSync(part, 0o444);
    chmodSync(locked, 0o555);
    expect(await merge(all, old, part)).toMatchObject({ code: 0, runs: 11 });
    expect(await merge(all, part, old)).toMatchObject({ code: 0, runs: 11 });
    expect(version(old)).toBe(before);
    // One that cannot be read where it lies, whoever asks.
    const env = { LONGHAUL_JOURNAL: "rollback" };
    const copied = await finished(start(["merge", part, "-o", file("of-copy.db")], env));
    expect(copied).toMatchObject({ code: 0, stdout: expect.stringContaining("part.db: 1 run new") });
    expect(copied.stderr).toContain("is left alone, and a copy in");
    chmodSync(locked, 0o755);
    const { stdout } = await longhaul("verify", "--file", "--db", all);
    expect(stdout).toContain("every page, reference and seal holds: 11 runs");
  });

  it("refuses a part that contradicts with exit code 1, and merges the others", async () => {
    const [part, changed, all] = [file("part.db"), file("changed.db"), file("refusing.db")];
    await longhaul(...run, "--db", part);
    openDatabase(part).close();
    copyFileSync(part, changed);
    const database = new Sqlite(changed);
    database.exec("UPDATE turn SET text = 'changed' WHERE turn = 3 AND rollout = 1");
    database.close();
    await longhaul(...run, "--seed", "5", "--db", file("third.db"));
    const foreign = file("foreign.db");
    new Sqlite(foreign).exec("CREATE TABLE a (b)");
    const { code, stderr, runs } = await merge(all, part, changed, foreign, file("third.db"));
    expect([code, runs]).toEqual([1, 2]);
    expect(stderr).toMatch(
      /changed\.db: run 1 .* is run 1 of .*refusing\.db, but contradicts it: text of turn 3 of rollout 1 is "changed" in/,
    );
    expect(stderr).toMatch(/foreign\.db: not a Longhaul file/);
    expect(await verified(all)).toEqual(holds);
  });

  it("is refused before anything is written where it cannot be meant", async () => {
    const part = file("part.db");
    for (const [args, told] of [
      [["merge", part], "required option '-o, --output <file>' not specified"],
      [["merge", "-o", file("new.db")], "missing required argument 'parts'"],
      [["merge", part, file("none.db"), "-o", file("new.db")], "none.db: no such file"],
      [["merge", folder, "-o", file("new.db")], "is no file"],
      [["merge", part, "-o", part], "is the file that the parts come into"],
      [["merge", part, "-o", folder], "that is a folder"],
      [["merge", part, "-o", join(folder, "none", "new.db")], "there is no folder"],
      [["merge", part, "-o", "/dev/null"], "is no place for a database"],
    ] as const) {
      const { code, stderr } = await longhaul(...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(told)]);
    }
    expect(existsSync(file("new.db"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("new.db"))).toEqual([]);
  });
});

import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "x.db");
const run = ["run", "--engine", "scripted:p=0.9", "--rollouts", "2", "--turns", "4", "--quiet"];
const rowsOf = (path: string): number => readFileSync(path, "utf8").trim().split("\n").length;

beforeAll(async () => {
  expect((await longhaul(...run, "--db", db)).code).toBe(0);
});

function inShell(command: string): string {
  return execFileSync("bash", ["-c", `longhaul() { '${process.execPath}' '${main}' "$@"; }; ${command}`], {
    encoding: "utf8",
  });
}

describe("a place to write to", () => {
  it("is refused before a run, by its flag and with the reason", async () => {
    const fresh = join(folder, "fresh.db");
    for (const [place, reason] of [
      [join(folder, "none", "page.html"), "there is no folder"],
      [folder, "that is a folder"],
      [fresh, "that is the database itself"],
    ] as const) {
      const { code, stdout, stderr } = await longhaul(...run, "--db", fresh, "--report", place);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`--report ${place}: ${reason}`);
    }
    expect(existsSync(fresh)).toBe(false);
  });

  it("may not be the database by another name", async () => {
    const other = join(folder, "other-name.db");
    symlinkSync(db, other);
    const { code, stderr } = await longhaul("export", "--db", db, "-o", other);
    expect([code, stderr]).toEqual([2, expect.stringContaining("that is the database itself")]);
    const beside = await longhaul("export", "--db", db, "-o", `${db}-wal`);
    expect([beside.code, beside.stderr]).toEqual([2, expect.stringContaining("that is the database itself")]);
  });

  it("keeps who may read it, and leaves files beside it alone", async () => {
    const [page, other] = [join(folder, "kept.csv"), join(folder, "kept.csv.part")];
    writeFileSync(page, "old", { mode: 0o600 });
    writeFileSync(other, "mine");
    expect((await longhaul("export", "--db", db, "-o", page)).code).toBe(0);
    expect([statSync(page).mode & 0o777, rowsOf(page)]).toEqual([0o600, 9]);
    expect(readFileSync(other, "utf8")).toBe("mine");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual(["kept.csv.part"]);
  });

  it("is written through a link, which stays, also where nothing was yet", async () => {
    mkdirSync(join(folder, "real"));
    writeFileSync(join(folder, "real", "old.csv"), "old");
    for (const name of ["old.csv", "new.csv"]) {
      const link = join(folder, `to-${name}`);
      symlinkSync(join("real", name), link);
      expect((await longhaul("export", "--db", db, "-o", link)).code).toBe(0);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
      expect(rowsOf(join(folder, "real", name))).toBe(9);
    }
  });

  it("is stdout as -, of which a page is none", async () => {
    const shown = await longhaul("export", "--db", db, "-o", "-");
    expect([shown.code, shown.stdout.trim().split("\n").length]).toEqual([0, 9]);
    for (const page of [
      ["report", "-o", "-"],
      [...run, "--report", "-"],
    ]) {
      const { code, stderr } = await longhaul(...page, "--db", db);
      expect([code, stderr]).toEqual([2, expect.stringContaining("a page needs a file")]);
    }
    expect(existsSync("-")).toBe(false);
  });

  it("is no folder, nor is a database", async () => {
    const { code, stderr } = await longhaul("ls", "--db", folder);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--db ${folder}: that is a folder`)]);
  });

  it("may be a pipe or a device", async () => {
    expect(inShell(`longhaul export --db '${db}' -o >(wc -l) | cat`).trim()).toBe("9");
    // Linux alone has it.
    if (!existsSync("/dev/full")) return;
    const full = await longhaul("export", "--db", db, "-o", "/dev/full");
    expect([full.code, full.stderr]).toEqual([
      2,
      expect.stringContaining("--output /dev/full: cannot be written"),
    ]);
    expect(lstatSync("/dev/full").isCharacterDevice()).toBe(true);
  });
});

describe("output that nobody takes", () => {
  it.skipIf(!existsSync("/dev/full"))("is one line where the disk is full", () => {
    const told = inShell(`longhaul ls --db '${db}' 2>&1 >/dev/full || echo "code $?"`);
    expect(told).toMatch(/^longhaul: the output could not be written: .*ENOSPC.*\ncode 1\n$/);
  });

  it("does not end a run of which nobody hears", async () => {
    const unheard = join(folder, "unheard.db");
    inShell(
      `longhaul ${run.filter((word) => word !== "--quiet").join(" ")} --db '${unheard}' 2> >(true) >/dev/null`,
    );
    const { stdout } = await longhaul("sql", "SELECT status FROM runs", "--db", unheard, "--json");
    expect(JSON.parse(stdout)).toEqual([{ status: "complete" }]);
  });

  it("hides no result where a page cannot be written at the end", async () => {
    const place = join(folder, "goes");
    mkdirSync(place);
    const shown = join(folder, "shown.db");
    const report = join(place, "page.html");
    const asked = run.join(" ").replace("p=0.9", "p=0.9,delay-ms=200");
    // The folder goes while the run is on.
    const told = inShell(
      `(until [ -e '${shown}' ]; do sleep 0.05; done; rmdir '${place}') & longhaul ${asked} --json --db '${shown}' --report '${report}' 2>'${folder}/told'; echo "code $?"; wait`,
    );
    expect(told).toContain('"schemaVersion"');
    expect(told).toContain("code 1");
    expect(readFileSync(join(folder, "told"), "utf8")).toContain(`--report ${report}: cannot be written`);
  });
});

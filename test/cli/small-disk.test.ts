import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { applicationId, migrations } from "../../src/store/migrations.ts";
import { main, temporaryFolder } from "./longhaul.ts";
import { canMount, onSmallDisk } from "./small-disk.ts";

const folder = temporaryFolder();
const program = `${process.execPath} ${main}`;
const model = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
/** Takes all of it but so much. */
const fill = (leftMegabytes: number): string =>
  `head -c $(( ($(stat -f -c '%a * %S' .) - ${leftMegabytes * 1_000_000}) )) /dev/zero > fill`;

function place(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

describe.skipIf(!canMount)("a disk", () => {
  it.each([
    ["simulated", `--engine scripted:p=0.9,delay-ms=20 --rollouts 64 --turns 400`],
    ["real", `${model} --rollouts 8 --turns 200`],
  ])("with little room left stops a run cleanly, to be resumed: %s", async (name, asked) => {
    const { code, stdout, stderr } = await onSmallDisk(
      place(name),
      230,
      `{ ${program} run ${asked} --db x.db --quiet >out 2>err & run=$!
until [ -s x.db-wal ]; do sleep 0.2; done; sleep 1.5
        ${fill(150)}; wait $run; echo code $?; cat err
        ${program} ls --json --db x.db; ${program} verify --file --db x.db; rm fill
        ${program} resume --last --max-time 1s --db x.db --quiet >/dev/null 2>&1; echo resumed $?
        ${program} verify --file --db x.db; }`,
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/code 75\n/);
    expect(stdout).toMatch(/interrupted: stopped: 1[0-9]{2} MB free on the disk of x\.db/);
    expect(stdout).toContain('"status": "interrupted"');
    expect(stdout).toMatch(/resumed (75|0)\n/);
    expect(stdout.match(/every page, reference and seal holds: 1 run/g)).toHaveLength(2);
  });

  it("that may not hold what was asked for is told before it begins, and one that is too full ends it there", async () => {
    const { stdout } = await onSmallDisk(
      place("forecast"),
      205,
      `{ ${program} run --engine scripted:p=0.9 --rollouts 500 --turns 100 --max-time 1s --db x.db 2>&1 >/dev/null | head -1
        ${fill(100)}; ${program} run --engine scripted:p=0.9 --rollouts 1 --turns 1 --db x.db 2>&1; echo code $?; }`,
    );
    expect(stdout).toMatch(
      /^longhaul: x\.db: its disk has 2\d\d MB free, .*; what was asked for takes about \d\d MB, so it may have to stop/,
    );
    expect(stdout).toMatch(
      /--db x\.db: its disk has 9\d MB free, and a run stops where less than 200 MB are left\. Free some.*\ncode 2\n$/,
    );
  });

  it("that is full loses nothing that was committed, and is named", async () => {
    const { stdout } = await onSmallDisk(
      place("full"),
      220,
      `{ ${program} run --engine scripted:p=0.9 --rollouts 2 --turns 3 --db x.db --quiet >/dev/null
        ${fill(0)}; ${program} rm 1 --yes --db x.db 2>&1; echo code $?; ${program} verify --file --db x.db
        ${program} backup y.db --db x.db 2>&1; ls; rm fill; ${program} rm 1 --yes --db x.db; }`,
    );
    expect(stdout).toMatch(
      /longhaul: (the database|--db x\.db): its disk is full; what was finished before is in it/,
    );
    expect(stdout).toMatch(/code [12]\n/);
    expect(stdout).toContain("every page, reference and seal holds: 1 run, 6 turns");
    expect(stdout).toMatch(/backup \S+y\.db: its disk has no room \(0 MB free, 1 MB needed\)/);
    expect(stdout).not.toMatch(/^y\.db/m);
    expect(stdout).not.toContain("    at ");
    expect(stdout).toContain("run 1 is removed with its 6 turns");
  });

  it("without room for a copy is told before one is made", async () => {
    const old = join(folder, "old.db");
    const database = new Sqlite(old);
    database.unsafeMode(true);
    database.pragma("journal_mode = WAL");
    for (const step of migrations.slice(0, 6)) database.exec(step);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma("user_version = 6");
    database.exec(
      `INSERT INTO machine (cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus)
        VALUES (hex(randomblob(500000)), 1, 1, 1, 'a', 'b', '[]')`,
    );
    database.close();
    const { stdout } = await onSmallDisk(
      place("copies"),
      5,
      `{ cp ${old} x.db; TMPDIR=$PWD ${program} ls --db ${old} 2>&1; echo code $?
        ${program} rescore --db x.db 2>&1; echo code $?; cmp x.db ${old} && echo unchanged; ls; }`,
    );
    expect(stdout).toMatch(
      /has an older schema, so that it has to be read from a copy, for which .* has no room \(\d MB free, \d MB needed\)\. Name a larger folder with TMPDIR\.\ncode 2/,
    );
    expect(stdout).toMatch(
      /x\.db: has an older schema, and no copy can be made before it is brought up to date: its disk has no room \(\d MB free, \d MB needed\)/,
    );
    expect(stdout).toMatch(/unchanged\nx\.db\n$/);
  });
});

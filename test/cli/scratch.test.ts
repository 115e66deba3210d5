import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { finished, longhaul, toldRows, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const run = ["run", "--engine", "scripted:p=0.8", "--rollouts", "3", "--turns", "5", "--quiet"];
const slow = run.map((part) => part.replace("p=0.8", "p=0.8,delay-ms=700"));
/** Ends only when it is stopped. */
const endless = [...slow, "--turns", "400"];

/** A file's place and the machine's own. */
function places(name: string): { db: string; far: string; own: string } {
  const [far, own] = [join(folder, name, "far"), join(folder, name, "own")];
  for (const place of [far, own]) mkdirSync(place, { recursive: true });
  return { db: join(far, "x.db"), far, own };
}

/** The file that stands for another while runs go on. */
function scratchFile(own: string): string {
  return join(own, readdirSync(own).find((name) => name.endsWith("-x.db")) ?? "none");
}

/** Resolves when a run has a turn there. */
async function playing(pathOf: () => string, runId: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    await new Promise((done) => setTimeout(done, 100));
    const path = pathOf();
    if (!existsSync(path)) continue;
    const database = new Sqlite(path, { readonly: true });
    try {
      if (database.prepare("SELECT 1 FROM turn WHERE run_id = ?").get(runId) !== undefined) return;
    } catch {
      // Its tables are not there yet.
    } finally {
      database.close();
    }
  }
  throw new Error(`run ${runId} does not play`);
}

async function runs(db: string): Promise<unknown[]> {
  const rows = await toldRows(db, "SELECT id, status FROM runs ORDER BY id");
  return rows.map(({ id, status }) => `${String(id)} ${String(status)}`);
}

const suite = resolve(import.meta.dirname, "../../bench/suites/quick.yaml");

describe("--scratch", () => {
  it("writes to the machine's own disk and brings the whole file to its place at the end", async () => {
    const { db, far, own } = places("whole");
    const end = finished(start([...slow, "--scratch", own, "--db", db]));
    await new Promise((done) => setTimeout(done, 2_000));
    expect([readdirSync(far), readdirSync(own).length > 0]).toEqual([[], true]);
    expect(await end).toMatchObject({ code: 0, stderr: "" });
    expect([readdirSync(far), readdirSync(own)]).toEqual([["x.db"], []]);
    const { code, stdout } = await longhaul(...run, "--scratch", own, "--db", db);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Every finished turn is in ${db}: run 2`)]);
    expect(await runs(db)).toEqual(["1 complete", "2 complete"]);
    expect((await longhaul("verify", "--file", "--db", db)).code).toBe(0);
    expect(readdirSync(own)).toEqual([]);
  });

  it("brings back what a stopped run has, and goes on with what a killed one left", async () => {
    const { db, own } = places("stopped");
    const stopped = start([...endless, "--scratch", own, "--db", db]);
    const end = finished(stopped);
    await playing(() => scratchFile(own), 1);
    stopped.kill("SIGTERM");
    expect((await end).code).toBe(75);
    expect(await runs(db)).toEqual(["1 interrupted"]);
    const killed = start([...endless, "--scratch", own, "--db", db]);
    const gone = finished(killed);
    await playing(() => scratchFile(own), 2);
    killed.kill("SIGKILL");
    await gone;
    expect(await runs(db)).toEqual(["1 interrupted"]);
    const next = await longhaul(...run, "--scratch", own, "--db", db);
    expect(next.code).toBe(0);
    expect(next.stderr).toContain("was left there by a process that was stopped; it goes on with that");
    expect(await runs(db)).toEqual(["1 interrupted", "2 interrupted", "3 complete"]);
    expect(readdirSync(own)).toEqual([]);
  });

  it("loses neither of two files where another process wrote meanwhile", async () => {
    const { db, far, own } = places("both");
    expect((await longhaul(...run, "--db", db)).code).toBe(0);
    const going = start([...endless, "--scratch", own, "--db", db]);
    const end = finished(going);
    await playing(() => scratchFile(own), 2);
    expect((await longhaul(...run, "--db", db)).code).toBe(0);
    going.kill("SIGTERM");
    const { code, stderr } = await end;
    expect(code).toBe(2);
    const kept = readdirSync(far).find((name) => name.startsWith("x.db.scratch-")) ?? "none";
    expect(stderr).toContain(`was written by another process meanwhile, so what was measured here is in`);
    expect(stderr).toContain(kept);
    expect(await runs(db)).toEqual(["1 complete", "2 complete"]);
    expect(await runs(join(far, kept))).toEqual(["1 complete", "2 interrupted"]);
    expect(readdirSync(own)).toEqual([]);
  });

  it("is refused where another process writes to the file, and where there is no such folder", async () => {
    const { db, own } = places("refused");
    const going = start([...endless, "--db", db]);
    const end = finished(going);
    await playing(() => db, 1);
    const second = await longhaul(...run, "--scratch", own, "--db", db);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("run 1 goes on in it")]);
    going.kill("SIGTERM");
    expect((await end).code).toBe(75);
    expect(readdirSync(own)).toEqual([]);
    const none = await longhaul(...run, "--scratch", join(own, "none"), "--db", db);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("there is no such folder")]);
    // Nor does the time that it had keep it: it ends at once.
    const timed = ["suite", "run", suite, "scripted", "--max-time", "1h", "--scratch", join(own, "none")];
    expect((await longhaul(...timed, "--db", db)).code).toBe(2);
  });

  it("keeps what was left for a file that has changed since", async () => {
    const { db, own } = places("changed");
    const killed = start([...endless, "--scratch", own, "--db", db]);
    const gone = finished(killed);
    await playing(() => scratchFile(own), 1);
    killed.kill("SIGKILL");
    await gone;
    const left = scratchFile(own);
    expect((await longhaul(...run, "--db", db)).code).toBe(0);
    const { code, stderr } = await longhaul(...run, "--scratch", own, "--db", db);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`${left} holds runs that never came back to`),
    ]);
    expect(await runs(left)).toEqual(["1 interrupted"]);
  });
});

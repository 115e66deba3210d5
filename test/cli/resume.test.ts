import { copyFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { takeOver } from "../../src/store/sessions.ts";
import { finished, longhaul, query, start, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const late = "models/longhaul-ref-late.gguf";
const early = "models/longhaul-ref-early.gguf";

/** Everything of a run's turns but their times. */
const answers = `SELECT rollout, turn, attempt, sample, keys, expected, text, token_ids, stop, prompt_tokens, reused_tokens,
  prefilled_tokens, decoded_tokens, conversations, answer_form, again_reason, class, answer, task_correct
  FROM turns ORDER BY 1, 2, 3`;
const ends = "SELECT rollout, dictionary, end FROM rollout ORDER BY 1";

function rowsOf(db: string): unknown[] {
  const database = new Sqlite(db, { readonly: true });
  const rows = [answers, ends].map((sql) => database.prepare(sql).all());
  database.close();
  return rows;
}

/** Kills a run by a signal once it has so many turns, and waits until nobody writes. */
async function killed(
  args: readonly string[],
  db: string,
  turns: number,
  signal: NodeJS.Signals,
): Promise<number | null> {
  const child = start([...args, "--db", db, "--quiet"]);
  const end = finished(child);
  await soon(() => turnsIn(db) >= turns);
  child.kill(signal);
  return (await end).code;
}

/** Turns in a file; 0 while it is not there. */
function turnsIn(db: string): number {
  try {
    const database = new Sqlite(db, { readonly: true });
    const turns = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
    database.close();
    return turns;
  } catch {
    return 0;
  }
}

async function soon(isThere: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 3000; attempt++) {
    if (isThere()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error("it did not come");
}

const simulated = [
  "run",
  "--engine",
  "scripted:p=0.9,delay-ms=60",
  "--rollouts",
  "6",
  "--turns",
  "12",
  "--parallel",
  "3",
];

describe("resume", () => {
  it("goes on with a killed run so that its rows are those of an unbroken one", async () => {
    const [whole, broken] = [join(folder, "whole.db"), join(folder, "broken.db")];
    await longhaul(...simulated, "--db", whole, "--quiet");
    await killed(simulated, broken, 9, "SIGKILL");
    const { code, stdout } = await longhaul("resume", "1", "--db", broken, "--quiet");
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(rowsOf(broken)).toEqual(rowsOf(whole));
    expect(await query(broken, "SELECT status, error FROM runs")).toEqual([
      { status: "complete", error: null },
    ]);
    expect((await longhaul("verify", "--db", broken)).code).toBe(0);
    // Nothing was asked twice.
    expect(await query(broken, "SELECT DISTINCT session FROM turn ORDER BY 1")).toEqual([
      { session: null },
      { session: 1 },
    ]);
  });

  it.each([
    [["--votes", "ahead:2:5", "--temperature", "0.7"]],
    [["--until", "first-error", "--parallel", "2"]],
    [["--history", "window:3", "--parallel", "2"]],
    [["--probe", "3,6,9", "--history", "healed"]],
  ])("does so again and again, with %j", async (more) => {
    const name = more.join("").replaceAll(/\W/g, "");
    const [whole, broken] = [join(folder, `${name}.db`), join(folder, `${name}-broken.db`)];
    const args = [
      "run",
      "--engine",
      "scripted:p=0.8,delay-ms=40",
      "--rollouts",
      "5",
      "--turns",
      "10",
      ...more,
    ];
    await longhaul(...args, "--db", whole, "--quiet");
    const turns = turnsIn(whole);
    await killed(args, broken, Math.max(1, Math.floor(turns / 4)), "SIGKILL");
    await killed(["resume", "--last"], broken, Math.floor(turns / 2), "SIGTERM");
    await longhaul("resume", "--last", "--db", broken, "--quiet");
    expect(rowsOf(broken)).toEqual(rowsOf(whole));
    expect((await longhaul("verify", "--db", broken)).code).toBe(0);
  });

  it("feeds a model its own tokens again, whose batches count in no rate", async () => {
    const [whole, broken] = [join(folder, "gguf-whole.db"), join(folder, "gguf-broken.db")];
    const args = ["run", late, "--rollouts", "5", "--turns", "30", "--parallel", "3", "--threads", "1"];
    await longhaul(...args, "--db", whole, "--quiet");
    await killed(args, broken, 31, "SIGKILL");
    await longhaul("resume", "1", "--db", broken, "--quiet");
    expect(rowsOf(broken)).toEqual(rowsOf(whole));
    expect((await longhaul("verify", "--db", broken)).code).toBe(0);
    const [rebuilt] = await query(broken, "SELECT count(*) AS n FROM batch WHERE phase = 'rebuild'");
    expect(rebuilt?.["n"]).toBeGreaterThan(0);
    const fast = join(folder, "gguf-fast.db");
    await killed(args, fast, 31, "SIGKILL");
    await longhaul("resume", "1", "--fast-rebuild", "--db", fast, "--quiet");
    expect(await query(fast, "SELECT rebuilt FROM session")).toEqual([{ rebuilt: "fast" }]);
    // On a model this small another way to evaluate changes no answer.
    expect(rowsOf(fast)).toEqual(rowsOf(whole));
  }, 60_000);

  it("stops for a signal and for its time with code 75 and the line that goes on", async () => {
    const db = join(folder, "stops.db");
    const child = start([...simulated, "--db", db]);
    const end = finished(child);
    await soon(() => turnsIn(db) > 0);
    child.kill("SIGHUP");
    const { code, stderr } = await end;
    expect(code).toBe(75);
    expect(stderr).toMatch(/To go on where it stopped: .* resume 1 --db/);
    const timed = await longhaul("resume", "1", "--max-time", "1s", "--db", db, "--quiet");
    expect([0, 75]).toContain(timed.code);
    const slow = ["run", "--engine", "scripted:delay-ms=200", "--rollouts", "2", "--turns", "90"];
    const stopped = await longhaul(...slow, "--max-time", "1s", "--db", join(folder, "time.db"), "--quiet");
    expect(stopped.code).toBe(75);
    expect((await longhaul(...slow, "--max-time", "soon", "--db", db)).stderr).toContain("--max-time soon");
  });

  it("lists what can go on, and refuses what cannot", async () => {
    const db = join(folder, "list.db");
    await killed(simulated, db, 4, "SIGTERM");
    const { stdout } = await longhaul("resume", "--db", db);
    expect(stdout).toMatch(/run 1 .* of 72 turns .*interrupted/);
    const { runs } = JSON.parse((await longhaul("resume", "--json", "--db", db)).stdout) as {
      runs: unknown[];
    };
    expect(runs).toMatchObject([{ id: 1, status: "interrupted", turnsPlanned: 72 }]);
    await longhaul("resume", "--last", "--db", db, "--quiet");
    const again = await longhaul("resume", "1", "--db", db);
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain("this run is complete");
    expect((await longhaul("resume", "--db", db)).stdout).toContain("nothing to resume");
  });

  it("refuses another file under the model's name, leaves the run as it was, and takes one that was moved", async () => {
    const db = join(folder, "moved.db");
    const [file, elsewhere] = [join(folder, "m.gguf"), join(folder, "elsewhere.gguf")];
    copyFileSync(late, file);
    const args = ["run", file, "--rollouts", "2", "--turns", "60", "--parallel", "2", "--threads", "1"];
    await killed(args, db, 8, "SIGTERM");
    const before = await query(db, "SELECT status, error, seal FROM run");
    renameSync(file, elsewhere);
    const gone = await longhaul("resume", "1", "--db", db, "--quiet");
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.stderr).toContain(`resume 1: its model ${file} is not there any more. Say where it is now`);
    copyFileSync(early, file);
    const refused = await longhaul("resume", "1", "--db", db, "--quiet");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/the model's file: was [0-9a-f]{64}, is [0-9a-f]{64}/);
    expect(await query(db, "SELECT status, error, seal FROM run")).toEqual(before);
    const found = await longhaul("resume", "1", "--model", elsewhere, "--db", db, "--quiet");
    expect(found.code).toBe(0);
    expect(turnsIn(db)).toBe(120);
  }, 60_000);

  it("writes nothing more where another process went on, says who, and exits with 75", async () => {
    const db = join(folder, "lost.db");
    const child = start([...simulated, "--db", db, "--quiet"]);
    const end = finished(child);
    await soon(() => turnsIn(db) >= 6);
    const database = new Sqlite(db);
    database.pragma("busy_timeout = 5000");
    database.prepare("UPDATE run SET status = 'interrupted', error = 'taken for gone'").run();
    const machineId = database.prepare("SELECT machine_id FROM run").pluck().get() as number;
    const session = { machineId, versions: {}, rebuilt: "exact", differences: [] } as const;
    expect(takeOver(database, 1, session)).toBe(1);
    const turns = turnsIn(db);
    const { code, stderr } = await end;
    expect(stderr).toMatch(/run 1 is another process's now \(process \d+ on /);
    expect(code).toBe(75);
    expect(turnsIn(db)).toBe(turns);
    expect(database.prepare("SELECT status FROM run").pluck().get()).toBe("running");
    database.close();
  });

  it("keeps what broke as it was, and says it once", async () => {
    const [whole, broken] = [join(folder, "cuts.db"), join(folder, "cuts-broken.db")];
    const spec = "scripted:p=0.9,cut-error=0.2,delay-ms=40";
    const args = ["run", "--engine", spec, "--rollouts", "30", "--turns", "5", "--parallel", "2"];
    await longhaul(...args, "--db", whole, "--quiet");
    await killed(args, broken, Math.floor(turnsIn(whole) / 2), "SIGTERM");
    await longhaul("resume", "1", "--db", broken, "--quiet");
    expect(rowsOf(broken)).toEqual(rowsOf(whole));
    const warnings = await query(
      broken,
      "SELECT data, count(*) AS n FROM event WHERE kind = 'warning' GROUP BY data",
    );
    expect(warnings.filter(({ n }) => n !== 1)).toEqual([]);
  });

  it("refuses changed rows", async () => {
    const db = join(folder, "changed.db");
    await killed(simulated, db, 9, "SIGTERM");
    const database = new Sqlite(db);
    database.prepare("UPDATE turn SET text = 'another' WHERE rollout = 0 AND turn = 1").run();
    const before = database.prepare("SELECT status, error FROM run").get();
    const { code, stderr } = await longhaul("resume", "1", "--db", db, "--quiet");
    expect(code).toBe(1);
    expect(stderr).toContain("turn 1 of rollout 0: its row is not as it was written");
    expect(database.prepare("SELECT status, error FROM run").get()).toEqual(before);
    database.close();
  });

  it("refuses a run whose row was changed, goes on with the others, and with that one if it is forced", async () => {
    const db = join(folder, "row.db");
    await killed(simulated, db, 3, "SIGTERM");
    await killed(simulated, db, 7, "SIGTERM");
    const database = new Sqlite(db);
    database.prepare("UPDATE run SET settings = json_set(settings, '$.temperature', 0.5) WHERE id = 1").run();
    const { code, stderr } = await longhaul("resume", "1", "2", "--db", db, "--quiet");
    expect(code).toBe(1);
    expect(stderr).toMatch(/resume 1: seal of the run's row.*: was .*, is .*--force/);
    expect(await query(db, "SELECT status FROM runs ORDER BY id")).toEqual([
      { status: "interrupted" },
      { status: "complete" },
    ]);
    expect((await longhaul("verify", "1", "--db", db)).stdout).toContain("run-seal");
    expect((await longhaul("resume", "1", "--force", "--db", db, "--quiet")).code).toBe(0);
    expect((await longhaul("show", "1", "--db", db)).stdout).toContain(
      "went on otherwise: seal of the run's row",
    );
    database.close();
  });
});

describe("resume of a run whose errors another one shows again", () => {
  it("is refused, since the other one's rows would no longer hold", async () => {
    const db = join(folder, "replayed.db");
    await killed(
      [...simulated.slice(0, 2), "scripted:p=0.5,delay-ms=60", ...simulated.slice(3)],
      db,
      12,
      "SIGTERM",
    );
    const replay = ["--history", "injected:rate=0.5,error=replay,run=1"];
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9",
      "--rollouts",
      "4",
      "--turns",
      "8",
      ...replay,
      "--db",
      db,
    );
    const refused = await longhaul("resume", "1", "--db", db, "--quiet");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("resume 1: run 2 shows its errors again");
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
    await longhaul("rm", "2", "--yes", "--db", db);
    expect((await longhaul("resume", "1", "--db", db, "--quiet")).code).toBe(0);
  });
});

describe("suite run --resume", () => {
  it("goes on at the turn with a trial that stopped", async () => {
    const db = join(folder, "suite.db");
    const suite = join(folder, "suite.yaml");
    writeFileSync(
      suite,
      "name: s\nmodels: ['scripted:p=0.9,delay-ms=100']\ndefaults: {turns: 10, rollouts: 6, parallel: 2}\nexperiments:\n  - use: horizon\n",
    );
    await killed(["suite", "run", suite], db, 5, "SIGTERM");
    const { code } = await longhaul("suite", "run", suite, "--resume", "--db", db, "--quiet");
    expect(code).toBe(0);
    expect(await query(db, "SELECT count(*) AS n FROM run")).toEqual([{ n: 1 }]);
    expect(await query(db, "SELECT count(*) AS n FROM turn")).toEqual([{ n: 60 }]);
    expect((await longhaul("verify", "--db", db)).code).toBe(0);
  }, 30_000);
});

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portableSettings } from "../../src/runs/before-run.ts";
import { recordPlace, recordText } from "../../src/store/append.ts";
import { type Database, openDatabase } from "../../src/store/database.ts";
import { brokenReferences, checkBesideRuns, checkSeals } from "../../src/store/file-check.ts";
import { runNumber } from "../../src/store/identity.ts";
import { type MergedPart, mergePart } from "../../src/store/merge.ts";
import { Recorder } from "../../src/store/recorder.ts";
import { removeRuns } from "../../src/store/removed.ts";
import { sealRun } from "../../src/store/seal.ts";
import { speedTestSeal } from "../../src/store/speed-tests.ts";
import { storedRunIds } from "../../src/store/stored-rows.ts";
import { ownErrorsOf } from "../../src/store/verdicts.ts";
import { newRun, turnRow } from "./builders.ts";
import { modelAt } from "./merge-world.ts";
import { goesOn, play } from "./played-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-merge-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string): string => join(folder, `${name}.db`);

/** Changes a copy of a file. */
function grown(from: string, to: string, change: (database: Database) => void): string {
  copyFileSync(file(from), file(to));
  return made(to, change);
}

function made(name: string, change: (database: Database) => void): string {
  const database = openDatabase(file(name));
  // Else what was written is beside the file, where a copy does not take it from.
  database.pragma("journal_mode = DELETE");
  change(database);
  database.close();
  return file(name);
}

/** As it would be once its process is gone. */
function giveUp(name: string): void {
  const database = new Sqlite(file(name));
  database.exec("UPDATE run SET pid = 999999999; UPDATE lease SET until_ms = 0");
  sealRun(database, 1);
  database.close();
}

/** Three stages of a run that went on, beside others; the second file begins with another run, so that numbers differ. */
beforeAll(() => {
  made("early", (database) => {
    const promptHash = recordText(database, "the wording");
    const modelId = modelAt(database, "/m.gguf");
    const runId = newRun(database, {}, { name: "grows", promptHash, modelId });
    recordPlace(database, runId, { suite: "s", experiment: "e", arm: "a", trial: 0, asked: {} });
    const midway = (): void => {
      database.prepare("VACUUM INTO ?").run(file("begun"));
      giveUp("begun");
    };
    play(database, runId, { turns: [1, 2], end: false, midway });
  });
  grown("early", "later", (database) => goesOn(database, 1, [3], false));
  grown("later", "whole", (database) => goesOn(database, 1, [4, 5], true));
  grown("early", "otherwise", (database) => goesOn(database, 1, [3, 4], true));
  made("others", (database) => {
    play(database, newRun(database, {}, { name: "second" }), { turns: [1, 2, 3], end: true });
    play(database, newRun(database, {}, { name: "third" }), { turns: [1, 2], end: true });
  });
  made("replays", (database) => {
    play(database, newRun(database), { turns: [1, 2, 3], end: true });
    // As versions named it that had no other name.
    const history = "injected:rate=0.5,error=replay,run=1";
    play(database, newRun(database, { history }, { name: "replays" }), { turns: [1, 2], end: true });
  });
  grown("replays", "removed", (database) => removeRuns(database, [1], new Set([1])));
  const target = openDatabase(file("both"));
  for (const name of ["others", "later"]) merge(target, name);
  target.close();
  grown("whole", "tampered", (database) =>
    database.exec("UPDATE turn SET text = 'changed' WHERE turn = 2 AND rollout = 1"),
  );
});

const parts = ["begun", "early", "later", "whole", "others", "both"] as const;

function merge(target: Database, name: string): MergedPart {
  return mergePart(target, file(name), {
    named: "all.db",
    portable: portableSettings,
    onTurns: () => undefined,
  });
}

function merged(names: readonly string[]): Database {
  const target = openDatabase(":memory:");
  for (const name of names) merge(target, name);
  return target;
}

const unlike = ["id", "run_id", "turn_id", "machine_id", "model_id", "pid", "process_start"];

/** Everything that a file holds of a run, but for numbers that are this file's own. */
function everythingOf(database: Database, uid: string): unknown {
  const id = runNumber(database, uid);
  const rows = (sql: string): unknown[] =>
    (database.prepare(sql).all({ id }) as Record<string, unknown>[]).map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(
          ([name]) => !unlike.includes(name) && !(name === "seal" && / run |session|identity/.test(sql)),
        ),
      ),
    );
  return [
    rows("SELECT * FROM run WHERE id = @id"),
    rows("SELECT run_id, uid, trial_uid, replaces FROM identity WHERE run_id = @id"),
    rows("SELECT * FROM session WHERE run_id = @id ORDER BY session"),
    rows("SELECT * FROM rollout WHERE run_id = @id ORDER BY rollout"),
    rows("SELECT * FROM turn WHERE run_id = @id ORDER BY rollout, turn, attempt"),
    rows(
      "SELECT v.* FROM verdict v JOIN turn t ON t.id = turn_id WHERE t.run_id = @id ORDER BY rollout, turn, attempt",
    ),
    rows("SELECT * FROM batch WHERE run_id = @id ORDER BY batch"),
    rows("SELECT * FROM event WHERE run_id = @id ORDER BY at, data"),
    rows("SELECT * FROM place WHERE run_id = @id"),
    rows("SELECT text.* FROM text JOIN run ON prompt_hash = sha256 WHERE id = @id"),
    rows("SELECT model.sha256 FROM model JOIN run ON model_id = model.id WHERE run.id = @id"),
  ];
}

function findings(database: Database): unknown[] {
  return [
    ...storedRunIds(database).flatMap((id) => checkSeals(database, id, () => undefined).findings),
    ...checkBesideRuns(database).findings,
    ...brokenReferences(database),
  ];
}

/** How the rollouts of a run ended, and how many turns each has. */
function rolloutsOf(database: Database, uid = ""): unknown[] {
  return database
    .prepare(
      `SELECT end, (SELECT count(*) FROM turn WHERE turn.run_id = rollout.run_id AND turn.rollout = rollout.rollout)
        FROM rollout WHERE run_id = ?`,
    )
    .raw()
    .all(runNumber(database, uid));
}

function uids(database: Database): string[] {
  return database.prepare("SELECT uid FROM identity ORDER BY uid").pluck().all() as string[];
}

describe("merged files", () => {
  it("hold each run once and as far as any part has it, whatever the order and the repetitions", () => {
    const sources = parts.map((name) => new Sqlite(file(name), { readonly: true }));
    const [, early, later, whole, others] = sources;
    const uidsOf = (source: Database | undefined): string[] => (source === undefined ? [] : uids(source));
    const property = fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 6 }), (names) => {
      const target = merged(names);
      expect(findings(target)).toEqual([]);
      const has = (...some: readonly string[]): boolean => names.some((name) => some.includes(name));
      const furthest = has("whole") ? whole : has("later", "both") ? later : has("early") ? early : undefined;
      const isBegun = furthest === undefined && has("begun");
      const beside = has("others", "both") ? others : undefined;
      expect(uids(target)).toEqual([...uidsOf(isBegun ? early : furthest), ...uidsOf(beside)].toSorted());
      if (isBegun) expect(rolloutsOf(target, uidsOf(early)[0])).toEqual([["interrupted", 2]]);
      for (const source of [furthest, beside])
        for (const uid of uidsOf(source))
          if (source !== undefined) expect(everythingOf(target, uid)).toEqual(everythingOf(source, uid));
      target.close();
    });
    fc.assert(property, { numRuns: 60 });
    for (const source of sources) source.close();
  });

  it("are refused where a row contradicts, with the difference, and nothing of the file is written", () => {
    for (const [first, second] of [
      ["whole", "tampered"],
      ["tampered", "whole"],
    ] as const) {
      const target = merged([first, "others"]);
      const before = target.serialize();
      const { refused, added } = merge(target, second);
      expect(refused).toMatch(
        /: run 1 \(grows, u[0-9a-f]{31}\) is run 1 of all\.db, but contradicts it: text of turn 2 of rollout 1 is ".*" in .*\.db, and ".*" in all\.db\. Nothing of this file was merged/,
      );
      expect(refused).toContain('"changed"');
      expect(added).toEqual([]);
      expect(target.serialize().equals(before)).toBe(true);
      target.close();
    }
  });

  it("are refused where a run went on twice, each time otherwise", () => {
    for (const pair of [
      ["later", "otherwise"],
      ["otherwise", "whole"],
    ] as const) {
      const target = merged([pair[0]]);
      expect(merge(target, pair[1]).refused).toMatch(/contradicts it: .*session 1/);
      target.close();
    }
  });

  it("are refused where a run that went on lacks a turn that it had", () => {
    grown("whole", "lacking", (database) =>
      database.exec("DELETE FROM verdict WHERE turn_id = 2; DELETE FROM turn WHERE id = 2"),
    );
    for (const [first, second] of [
      ["early", "lacking"],
      ["lacking", "early"],
    ] as const) {
      const target = merged([first]);
      expect(merge(target, second).refused).toMatch(
        /; but turn 2 of rollout 0 is in .* alone, so neither is/,
      );
      target.close();
    }
  });

  it("are refused where the end that a rollout had before it went on was changed", () => {
    grown("early", "ended-later", (database) =>
      database.exec("UPDATE rollout SET ended_at = 'never' WHERE rollout = 1"),
    );
    for (const [first, second] of [
      ["later", "ended-later"],
      ["whole", "ended-later"],
    ] as const) {
      const target = merged([first]);
      expect(merge(target, second).refused).toMatch(/run 1 \(grows\): rollout 1 is not as it was written/);
      target.close();
    }
  });

  it.each([
    ["a verdict", "UPDATE verdict SET answer = 77 WHERE turn_id = 1", /answer of the verdict of turn 1 of/],
    ["a batch", "UPDATE batch SET decode_tokens = 9 WHERE batch = 1", /decode_tokens of batch 1 is 9 in/],
    ["a dictionary", "UPDATE rollout SET dictionary = '[1]' WHERE rollout = 1", /dictionary of rollout 1 is/],
    [
      "a rollout's end",
      "UPDATE rollout SET end = 'timeout' WHERE rollout = 1",
      /end of rollout 1 is "timeout"/,
    ],
    ["a run's row", "UPDATE run SET seed = 3", /run 1 \(grows\): its row, or what that names, is not as/],
    ["a model", "UPDATE model SET bytes = 3", /its row, or what that names, is not as it was written/],
    ["a session", "UPDATE session SET at = 'x' WHERE session = 1", /: session 1 is not as it was written/],
    ["a name", "UPDATE identity SET trial_uid = 'x'", /what it is called is not as it was written/],
    ["a wording", "UPDATE text SET content = 'x'", /is another than the target's/],
  ])("are refused with %s that was changed", (what, sql, told) => {
    const name = `changed ${what}`.replaceAll(/\W/g, "-");
    grown("whole", name, (database) => database.exec(sql));
    const target = merged(["whole"]);
    expect(merge(target, name).refused).toMatch(told);
    target.close();
  });

  it("find the errors that a history shows again, also of a run that was removed", () => {
    const source = new Sqlite(file("replays"), { readonly: true });
    const errors = ownErrorsOf(source, 1);
    expect(errors.length).toBeGreaterThan(0);
    for (const names of [["replays"], ["removed"], ["removed", "replays"], ["replays", "removed"]]) {
      const target = merged(["others", ...names, ...names]);
      const run = target.prepare("SELECT id, settings FROM run WHERE name = 'replays'").get() as {
        id: number;
        settings: string;
      };
      const { history } = JSON.parse(run.settings) as { history: string };
      const [, named = ""] = /run=(u[0-9a-f]{31})$/.exec(history) ?? [];
      expect(ownErrorsOf(target, named)).toEqual(errors);
      expect(findings(target)).toEqual([]);
      // Removed from a part: it is brought all the same where another part has it.
      expect(uids(target)).toHaveLength(names.includes("replays") ? 4 : 3);
      target.close();
    }
    source.close();
  });

  it("know a run that names what it replays by its number, in the file that it is from", () => {
    const own = openDatabase(grown("replays", "own", () => undefined));
    const before = own.serialize();
    for (const name of ["replays", "own-again"]) {
      if (name === "own-again") own.prepare("VACUUM INTO ?").run(file(name));
      expect(merge(own, name)).toMatchObject({ refused: null, added: [], known: [1, 2], continued: [] });
    }
    expect(own.serialize().equals(before)).toBe(true);
    own.close();
    // And one that was merged, by the name that it got there.
    const target = merged(["others", "replays"]);
    target.prepare("VACUUM INTO ?").run(file("all-of-both"));
    const back = openDatabase(file("own"));
    expect(merge(back, "all-of-both").refused).toBeNull();
    back.close();
    target.close();
  });

  it("do not bring back what was removed from the target", () => {
    const target = merged(["replays"]);
    removeRuns(target, [1], new Set([1]));
    const { leftOut, known } = merge(target, "replays");
    expect(leftOut).toEqual([{ run: 1, name: "test", why: "removed" }]);
    expect(known).toEqual([2]);
    expect(uids(target)).toHaveLength(1);
    expect(findings(target)).toEqual([]);
  });

  it("leave out a run that goes on, and take it as it was left once it is given up", () => {
    made("goes-on", (database) => {
      const recorder = new Recorder(database, newRun(database));
      recorder.startRollout({ rollout: 0, dictionary: [], startedAt: "x" });
      recorder.turn(turnRow(0, 1, true));
      recorder.flush();
    });
    const target = merged(["others", "goes-on"]);
    expect(uids(target)).toHaveLength(2);
    expect(merge(target, "goes-on").leftOut).toEqual([{ run: 1, name: "test", why: "running" }]);
    grown("goes-on", "given-up", () => undefined);
    giveUp("given-up");
    expect(merge(target, "given-up").added).toEqual([3]);
    expect(merge(target, "given-up").known).toEqual([3]);
    expect(target.prepare("SELECT status FROM run WHERE id = 3").pluck().get()).toBe("interrupted");
    expect(target.prepare("SELECT end FROM rollout WHERE run_id = 3").pluck().get()).toBe("interrupted");
    expect(findings(target)).toEqual([]);
  });

  it("can go on: rows that follow are sealed as those before them", () => {
    const target = merged(["others", "early"]);
    goesOn(target, 3, [3, 4, 5], true);
    expect(findings(target)).toEqual([]);
    expect(merge(target, "early").known).toEqual([3]);
    expect(merge(target, "whole").refused).toMatch(/session 1/);
    // And come back to where the run began.
    const back = file("back");
    rmSync(back, { force: true });
    target.prepare("VACUUM INTO ?").run(back);
    const first = openDatabase(grown("early", "first", () => undefined));
    expect(merge(first, "back").continued).toEqual([1]);
    const uid = target.prepare("SELECT uid FROM identity WHERE run_id = 3").pluck().get() as string;
    expect(everythingOf(first, uid)).toEqual(everythingOf(target, uid));
    expect(findings(first)).toEqual([]);
    first.close();
  });

  it("have verdicts of every parser that either has", () => {
    const verdict = `INSERT INTO verdict SELECT turn_id, 2, class, answer, first_answer, turn_correct, index_correct, task_correct,
      after_missing FROM verdict`;
    grown("later", "rescored", (database) => database.exec(verdict));
    for (const names of [
      ["rescored", "whole"],
      ["whole", "rescored"],
    ]) {
      const target = merged(names);
      const counted = target.prepare("SELECT parser_version, count(*) FROM verdict GROUP BY 1").raw().all();
      expect(counted).toEqual([
        [1, 10],
        [2, 6],
      ]);
    }
  });

  it("have equal events as often as the file that has most of them, and a place since the earliest", () => {
    const asked = (at: string) =>
      `INSERT INTO place VALUES (1, 's', 'e', 'other', 0, '{"at":"${at}"}', '${at}')`;
    const event = "INSERT INTO event (run_id, at, kind, data) VALUES (1, 'x', 'warning', '{}')";
    grown("early", "twice", (database) => database.exec(`${event}; ${event}; ${asked("2026-01-02")}`));
    grown("early", "once", (database) => database.exec(`${event}; ${asked("2026-01-01")}`));
    for (const names of [
      ["twice", "once", "twice"],
      ["once", "twice", "once"],
    ]) {
      const target = merged(names);
      expect(target.prepare("SELECT count(*) FROM event WHERE at = 'x'").pluck().get()).toBe(2);
      const place = target.prepare("SELECT asked, at FROM place WHERE arm = 'other'").raw().all();
      expect(place).toEqual([['{"at":"2026-01-01"}', "2026-01-01"]]);
      target.close();
    }
  });

  it("have tests of speed and what chose the conversations once", () => {
    const tuned = `INSERT INTO tuned (at, model_sha256, machine_id, build, asked, found)
      VALUES ('2026-01-01T00:00:00.000Z', 's', 1, 'b', '{}', '{}')`;
    const speed = { at: "x", machine_id: 1, model_id: 1, test: "pp8", settings: "{}", versions: "{}" };
    grown("early", "speed", (database) => {
      database.exec(tuned);
      const row = { ...speed, samples: "{}", facts: "{}" };
      const seal = speedTestSeal(database, row);
      database
        .prepare(
          "INSERT INTO speed_test VALUES (NULL, @at, @machine_id, @model_id, @test, @settings, @versions, @samples, @facts, @seal)",
        )
        .run({ ...row, seal });
    });
    const target = merged(["others", "speed", "speed"]);
    expect(target.prepare("SELECT count(*) FROM tuned").pluck().get()).toBe(1);
    expect(target.prepare("SELECT count(*) FROM speed_test").pluck().get()).toBe(1);
    expect(findings(target)).toEqual([]);
    grown("speed", "faster", (database) => database.exec("UPDATE speed_test SET samples = '[]'"));
    expect(merge(target, "faster").refused).toMatch(/speed test 1 is not as it was written/);
  });

  it("know a run of a version that gave no names by when and how it began", () => {
    const unnamed = (from: string, to: string): string =>
      grown(from, to, (database) => {
        database.exec(`UPDATE identity SET seal = NULL, uid = 'u-${to}', trial_uid = 'u-${to}'`);
        for (const table of ["run", "rollout", "turn", "batch", "session"])
          database.exec(`UPDATE ${table} SET seal = NULL`);
      });
    unnamed("early", "unnamed-early");
    unnamed("whole", "unnamed-whole");
    for (const names of [
      ["unnamed-early", "unnamed-whole"],
      ["unnamed-whole", "unnamed-early"],
    ]) {
      const target = merged([...names, ...names]);
      expect(uids(target)).toEqual([`u-${names[0]}`]);
      expect(target.prepare("SELECT count(*) FROM turn").pluck().get()).toBe(10);
      expect(target.prepare("SELECT status, seal FROM run").raw().get()).toEqual(["complete", null]);
      target.close();
    }
  });
});

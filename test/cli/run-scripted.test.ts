import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finished, longhaul, query, start, temporaryFolder, until } from "./longhaul.ts";

const folder = temporaryFolder();

describe("longhaul run on the scripted engine", () => {
  it("records every turn with its verdict and prints a summary", async () => {
    const db = join(folder, "basic.db");
    const run = await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9,seed=7",
      "--rollouts",
      "10",
      "--turns",
      "12",
      "--db",
      db,
    );
    expect(run.code).toBe(0);
    expect(run.stdout).not.toBe("");
    const [counts] = await query(db, "SELECT count(*) AS n, sum(turn_correct) AS right FROM turns");
    expect(counts?.["n"]).toBe(120);
    const wrong = await query(
      db,
      "SELECT count(*) AS n FROM turns WHERE turn_correct <> (answer = expected)",
    );
    expect(wrong[0]?.["n"]).toBe(0);
    const tokens = await query(
      db,
      "SELECT count(*) AS n FROM turns WHERE prompt_tokens <> reused_tokens + prefilled_tokens",
    );
    expect(tokens[0]?.["n"]).toBe(0);
    expect(await query(db, "SELECT status, engine FROM runs")).toEqual([
      { status: "complete", engine: "scripted" },
    ]);
  });

  it("gives the same rows for the same seeds", async () => {
    const rows = async (name: string) => {
      const db = join(folder, name);
      await longhaul(
        "run",
        "--engine",
        "scripted:p=0.95,format=0.1",
        "--rollouts",
        "6",
        "--turns",
        "9",
        "--db",
        db,
      );
      return query(db, "SELECT rollout, turn, keys, text, class FROM turns ORDER BY rollout, turn");
    };
    const first = await rows("one.db");
    expect(first).toHaveLength(54);
    expect(await rows("two.db")).toEqual(first);
  });

  it("finds p and its horizon again: 0.99 a step means H50 = 69", async () => {
    const db = join(folder, "known.db");
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.99",
      "--rollouts",
      "400",
      "--turns",
      "100",
      "--db",
      db,
      "--quiet",
    );
    const [turns] = await query(db, "SELECT 1.0 * sum(correct) / sum(n) AS accuracy FROM turn_accuracy");
    // Five standard errors of 40,000 Bernoulli draws.
    expect(Math.abs(Number(turns?.["accuracy"]) - 0.99)).toBeLessThan(5 * Math.sqrt((0.99 * 0.01) / 40_000));
    const [survivors] = await query(db, "SELECT accuracy FROM task_accuracy WHERE turn = 69");
    expect(Math.abs(Number(survivors?.["accuracy"]) - 0.99 ** 69)).toBeLessThan(5 * Math.sqrt(0.25 / 400));
  });

  it("raises the slips with the errors in sight when told to", async () => {
    const db = join(folder, "conditioning.db");
    await longhaul(
      "run",
      "--engine",
      "scripted:p=0.9,conditioning=4",
      "--rollouts",
      "100",
      "--turns",
      "40",
      "--db",
      db,
      "--quiet",
    );
    const rows = await query(
      db,
      `SELECT t.task_correct OR t.turn = s.first_error AS clean, avg(t.turn_correct) AS accuracy
        FROM turns t JOIN rollout_survival s USING (run_id, rollout) GROUP BY 1 ORDER BY 1`,
    );
    expect(Number(rows[0]?.["accuracy"])).toBeLessThan(Number(rows[1]?.["accuracy"]));
  });

  it("censors a rollout whose context is full and does not count it against the model", async () => {
    const db = join(folder, "full.db");
    const run = await longhaul(
      "run",
      "--engine",
      "scripted:p=1,context=400",
      "--rollouts",
      "3",
      "--turns",
      "60",
      "--db",
      db,
    );
    expect(run.code).toBe(0);
    const ends = await query(db, "SELECT class, n FROM outcomes ORDER BY class");
    expect(ends.find(({ class: name }) => name === "context_full")?.["n"]).toBe(3);
    expect(ends.map(({ class: name }) => name)).toEqual(["context_full", "right"]);
  });

  it("ends a rollout whose engine fails, and no other", async () => {
    const db = join(folder, "cuts.db");
    const script = "scripted:p=1,cut-error=0.05";
    const run = await longhaul("run", "--engine", script, "--rollouts", "40", "--turns", "20", "--db", db);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("as the script says (cut-error)");
    const ends = await query(
      db,
      "SELECT r.end, count(turn) AS turns FROM rollout r LEFT JOIN turns t USING (run_id, rollout) GROUP BY rollout",
    );
    const cut = ends.filter(({ end }) => end === "engine_error");
    expect(cut.length).toBeGreaterThan(10);
    expect(cut.length).toBeLessThan(40);
    expect(ends.filter(({ end, turns }) => end === "complete" && turns === 20)).toHaveLength(40 - cut.length);
    const [wrong] = await query(db, "SELECT count(*) AS n FROM turns WHERE turn_correct = 0");
    expect(wrong?.["n"]).toBe(0);
  });

  it("errs elsewhere under another seed of the run, and in the same places under the same", async () => {
    const db = join(folder, "seeds.db");
    for (const seed of ["1", "2", "2"])
      await longhaul("run", "--engine", "scripted:p=0.9", "--seed", seed, "--db", db, "--quiet");
    const [one, two, again] = await query(
      db,
      "SELECT group_concat(rollout || ':' || first_error) AS errors FROM rollout_survival GROUP BY run_id",
    );
    expect(one?.["errors"]).not.toBe(two?.["errors"]);
    expect(again?.["errors"]).toBe(two?.["errors"]);
  });

  it("tells the tasks apart, each with a rate of its own", async () => {
    const db = join(folder, "tasks.db");
    for (const task of ["retrieval", "dict-sum"]) {
      const script = "scripted:p=1,p-retrieval=0.5";
      await longhaul("run", "--engine", script, "--task", task, "--turns", "20", "--db", db);
    }
    const rows = await query(db, "SELECT run_id, avg(turn_correct) AS right FROM turns GROUP BY run_id");
    expect(rows[0]?.["right"]).toBeLessThan(0.8);
    expect(rows[1]?.["right"]).toBe(1);
  });

  it("says of a task without a dictionary nothing of one that rollouts share", async () => {
    const db = join(folder, "addition.db");
    for (const task of ["addition", "dict-sum --shared-dictionary"]) {
      const flags = ["--rollouts", "10", "--turns", "6", "--db", db, "--task", ...task.split(" ")];
      const { stdout } = await longhaul("run", "--engine", "scripted:p=0.9", ...flags);
      expect(stdout.includes("all rollouts share"), stdout).toBe(task !== "addition");
    }
  });

  it("ends with 130 on Ctrl-C and keeps every finished turn", async () => {
    const db = join(folder, "interrupted.db");
    const child = start([
      "run",
      "--engine",
      "scripted:p=0.9,delay-ms=100",
      "--rollouts",
      "4",
      "--turns",
      "500",
      "--db",
      db,
    ]);
    const end = finished(child);
    await until(db, "SELECT 1 FROM turn");
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted: finishing the batch in flight. Ctrl-C again stops at once.");
    expect(await query(db, "SELECT status FROM runs")).toEqual([{ status: "interrupted" }]);
    expect(await query(db, "SELECT DISTINCT class FROM outcomes WHERE class = 'interrupted'")).toHaveLength(
      1,
    );
  });

  it("survives kill -9: the file opens, holds the turns, and show says interrupted", async () => {
    const db = join(folder, "killed.db");
    const child = start([
      "run",
      "--engine",
      "scripted:p=0.9,delay-ms=50",
      "--rollouts",
      "4",
      "--turns",
      "500",
      "--db",
      db,
    ]);
    const end = finished(child);
    await until(db, "SELECT 1 FROM turn WHERE turn >= 3");
    child.kill("SIGKILL");
    await end;
    const [turns] = await query(db, "SELECT count(*) AS n, max(turn) AS last FROM turns");
    expect(turns?.["n"]).toBe(4 * Number(turns?.["last"]));
    const shown = await longhaul("show", "1", "--db", db);
    expect(shown.stdout).toContain("interrupted");
    const listed = await longhaul("ls", "--db", db);
    expect(listed.stdout).toContain("interrupted");
  });
});

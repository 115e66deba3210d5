import { copyFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "scoring.db");

interface Shares {
  step: number | null;
  index: number | null;
  prefix: number | null;
}

interface Scoring {
  run: number;
  rollouts: number;
  leftOut: number;
  turns: { turn: number; n: number; ours: Shares; live: Shares; final: Shares }[];
}

async function score(run: number, file = db): Promise<Scoring> {
  const { stdout, stderr } = await longhaul(
    "show",
    String(run),
    "--scoring",
    "paper",
    "--json",
    "--db",
    file,
  );
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Scoring;
}

beforeAll(async () => {
  const run = ["run", "--db", db, "--quiet", "--rollouts", "40", "--turns", "10", "--engine"];
  await longhaul(...run, "scripted:p=0.9");
  await longhaul(...run, "scripted:p=0.95,format=0.2");
  await longhaul(...run, "scripted:p=1", "--task", "retrieval");
});

describe("longhaul show --scoring paper", () => {
  it("agrees with our figures where every turn has an answer", async () => {
    const { turns, rollouts } = await score(1);
    expect(rollouts).toBe(40);
    expect(turns).toHaveLength(10);
    for (const { ours, live, final } of turns) {
      expect(live).toEqual(final);
      for (const name of ["step", "index", "prefix"] as const)
        expect(live[name]).toBeCloseTo(ours[name] ?? NaN, 12);
    }
  });

  it("cuts out reasoning that the prompt opened, of which the text holds the end alone", async () => {
    const copy = join(folder, "opened.db");
    copyFileSync(db, copy);
    const database = new Sqlite(copy);
    const chat = {
      jinja: "llama.cpp",
      variables: {},
      system: "own",
      turnStarts: [],
      reasoning: {
        isOpened: true,
        start: "<think>",
        ends: ["</think>"],
        closing: "</think>",
        wrappers: [],
        foundBy: "prompt",
      },
      isThinking: true,
      history: "appends",
    };
    database.exec("UPDATE turn SET text = '5? <answer>5</answer></think>' || text");
    const unopened = await score(1, copy);
    database.prepare("UPDATE run SET chat = ?").run(JSON.stringify(chat));
    database.close();
    const { turns } = await score(1);
    expect((await score(1, copy)).turns).toEqual(turns);
    expect(unopened.turns).not.toEqual(turns);
  });

  it("shows turns after missing answers as wrong, where ours bridge them", async () => {
    const { turns } = await score(2);
    const [counts] = await query(
      db,
      "SELECT sum(turn_correct) AS n FROM turns WHERE run_id = 2 AND after_missing = 1 AND turn > 1",
    );
    const bridged = turns.reduce(
      (sum, { n, ours, final }) => sum + n * ((ours.step ?? 0) - (final.step ?? 0)),
      0,
    );
    expect(Number(counts?.["n"])).toBeGreaterThan(10);
    expect(Math.round(bridged)).toBe(counts?.["n"]);
    for (const { ours, live } of turns) expect(live.prefix).toBeCloseTo(ours.prefix ?? NaN, 12);
  });

  it("computes the example of the released code from stored texts", async () => {
    const file = join(folder, "example.db");
    const size = ["--rollouts", "1", "--turns", "4", "--db", file, "--quiet"];
    await longhaul("run", "--engine", "scripted:p=1", ...size);
    const database = new Sqlite(file);
    const update = database.prepare("UPDATE turn SET value = ?, truth = ?, text = ? WHERE turn = ?");
    update.run(5, 5, "<answer>5</answer>", 1);
    update.run(7, 12, "let me see", 2);
    update.run(-3, 9, "<think>8?</think><answer> +9 </answer><answer>1</answer>", 3);
    update.run(4, 13, "<answer>1_3</answer>", 4);
    database.close();
    const { turns } = await score(1, file);
    expect(turns.map(({ live }) => live.step)).toEqual([1, 0, 0, 1]);
    expect(turns.map(({ live }) => live.index)).toEqual(
      [1, 0, 1, 1].map((mark, turn) => (turn === 3 ? 1 : mark)),
    );
    expect(turns.map(({ live }) => live.prefix)).toEqual([1, 0, 0, 0]);
    expect(turns.map(({ final }) => final.step)).toEqual([1, 0, 0, 1]);
  });

  it("counts a rollout live up to where it came, and finally as wrong from there on", async () => {
    const file = join(folder, "short.db");
    await longhaul(
      "run",
      "--engine",
      "scripted:p=1",
      "--rollouts",
      "2",
      "--turns",
      "4",
      "--db",
      file,
      "--quiet",
    );
    const database = new Sqlite(file);
    const gone = "SELECT id FROM turn WHERE rollout = 1 AND turn > 2";
    database.exec(`DELETE FROM verdict WHERE turn_id IN (${gone}); DELETE FROM turn WHERE id IN (${gone})`);
    database.close();
    const { turns } = await score(1, file);
    expect(turns.map(({ n }) => n)).toEqual([2, 2, 1, 1]);
    expect(turns.map(({ live }) => live.step)).toEqual([1, 1, 1, 1]);
    expect(turns.map(({ final }) => final.step)).toEqual([1, 1, 0.5, 0.5]);
    expect(turns.map(({ ours }) => ours.prefix)).toEqual([1, 1, 1, 1]);
  });

  it("leaves out rollouts whose history is not the model's own, and says so", async () => {
    const copy = join(folder, "injected.db");
    const database = new Sqlite(db);
    await database.backup(copy);
    database.close();
    const changed = new Sqlite(copy);
    changed.exec("UPDATE turn SET injected = 1 WHERE run_id = 1 AND rollout = 3 AND turn = 2");
    changed.close();
    expect(await score(1, copy)).toMatchObject({ rollouts: 39, leftOut: 1 });
  });

  it("prints a table that names both evaluators", async () => {
    const { stdout, code } = await longhaul("show", "2", "--scoring", "paper", "--db", db);
    expect(code).toBe(0);
    expect(stdout).toMatch(/turn +n +step ours +step live +step final +index ours/);
    expect(stdout).toContain("40 rollouts, per cent.");
  });

  const mistakes: [string, string[], RegExp][] = [
    ["other rules", ["1", "--scoring", "kind"], /--scoring "kind": must be paper/],
    ["a rollout beside it", ["1", "--scoring", "paper", "--rollout", "0"], /without --rollout/],
    ["retrieval", ["3", "--scoring", "paper"], /know dict-sum only, and run 3 is retrieval/],
  ];
  for (const [name, args, message] of mistakes) {
    it(`ends with 2 and one message on ${name}`, async () => {
      const { code, stderr } = await longhaul("show", ...args, "--db", db);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    });
  }
});

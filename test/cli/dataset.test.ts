import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "dataset.db");
const paper = join(folder, "paper.json");
const own = join(folder, "own.json");
const words = join(folder, "words.txt");
const scripted = ["run", "--engine", "scripted:p=0.9", "--db", db, "--quiet"];
const size = ["--turns", "7", "--rollouts", "5", "--seed", "3"];

beforeAll(async () => {
  writeFileSync(words, Array.from({ length: 101 }, (_, n) => `w${String(n).padStart(3, "0")}\n`).join(""));
  const shared = ["--shared-dictionary", "--paper-format", "-o", paper];
  expect((await longhaul("dataset", "export", ...size, ...shared)).code).toBe(0);
  expect((await longhaul("dataset", "export", ...size, "--keys-per-turn", "2", "-o", own)).code).toBe(0);
});

describe("longhaul dataset", () => {
  it("writes what a seeded run plays: the same instances and wording from the file and from the seed", async () => {
    await longhaul(...scripted, ...size, "--shared-dictionary", "--name", "seed");
    await longhaul(...scripted, ...size, "--dataset", paper, "--name", "file");
    await longhaul(...scripted, ...size, "--keys-per-turn", "2", "--name", "seed-own");
    await longhaul(...scripted, ...size, "--dataset", own, "--name", "file-own");
    const rows = await query(
      db,
      "SELECT instance_hash, prompt_hash, keys_per_turn, dictionary_size FROM run ORDER BY id",
    );
    const [seed, file, seedOwn, fileOwn] = rows;
    expect(rows).toHaveLength(4);
    expect(file).toEqual(seed);
    expect(fileOwn).toEqual(seedOwn);
    expect(fileOwn?.["keys_per_turn"]).toBe(2);
    const asked = (name: string) =>
      query(
        db,
        `SELECT rollout, turn, keys, truth, text FROM turns JOIN run ON run.id = run_id
          WHERE name = '${name}' ORDER BY rollout, turn`,
      );
    expect(await asked("file")).toEqual(await asked("seed"));
  });

  it("leaves a run that verify can check without the file, and whose changes it finds", async () => {
    const { code, stdout } = await longhaul("verify", "--db", db);
    expect(stdout).not.toMatch(/expected/);
    expect(code).toBe(0);
    const [event] = await query(db, "SELECT data FROM event WHERE kind = 'dataset' ORDER BY id LIMIT 1");
    expect(JSON.parse(String(event?.["data"]))).toMatchObject({ file: "paper.json" });
    const copy = join(folder, "changed.db");
    const database = new Sqlite(db);
    await database.backup(copy);
    database.close();
    const changed = new Sqlite(copy);
    changed.exec(`UPDATE event SET data = json_set(data, '$.text', replace(json_extract(data, '$.text'), '"config"',
      '"c"')) WHERE kind = 'dataset'`);
    changed.exec(
      "DELETE FROM event WHERE kind = 'dataset' AND id = (SELECT max(id) FROM event WHERE kind = 'dataset')",
    );
    changed.close();
    const again = await longhaul("verify", "--db", copy);
    expect(again.stdout).toContain("were not recorded");
    expect(again.code).toBe(1);
  });

  it("plays less than asked for where the file holds less, and says so", async () => {
    const { code, stderr } = await longhaul(
      "run",
      "--engine",
      "scripted:p=1",
      "--db",
      join(folder, "cut.db"),
      "--dataset",
      paper,
      "--turns",
      "50",
      "--rollouts",
      "4",
    );
    expect(code).toBe(0);
    expect(stderr).toContain("plays 7 of the 50 turns asked for");
    expect(await query(join(folder, "cut.db"), "SELECT turns, rollouts FROM runs")).toEqual([
      { turns: 7, rollouts: 4 },
    ]);
  });

  it("draws the published set again from its words, cut to what is asked for", async () => {
    const { stdout, stderr, code } = await longhaul(
      ...[
        "dataset",
        "export",
        "--published",
        "--words",
        words,
        "--paper-format",
        "--turns",
        "5",
        "--rollouts",
        "2",
      ],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/not the published list: word 1 there is "about"/);
    const file = JSON.parse(stdout) as {
      config: unknown;
      dictionary: Record<string, number>;
      ground_truth_data: Record<string, unknown>[];
    };
    expect(Object.values(file.dictionary).slice(0, 6)).toEqual([-45, 46, 84, -19, -45, 68]);
    expect(file.ground_truth_data[0]).toEqual({
      input: ["w009", "w062", "w075", "w047", "w001"],
      output: [88, 57, -7, -39, 7],
      values: [88, -31, -64, -32, 46],
    });
    expect(file.ground_truth_data[1]?.["input"]).toEqual(["w040", "w091", "w051", "w069", "w010"]);
    expect(file.config).toMatchObject({ dict_size: 100, horizon_length: 5, num_samples: 2 });
  });

  it("says what a file holds, in text and as JSON", async () => {
    const text = await longhaul("dataset", "import", own);
    expect(text.stdout).toMatch(/rows +5 of 14 keys; 0 repeat another/);
    expect(text.stdout).toMatch(/keys per turn +2, so 7 turns/);
    expect(text.stdout).toMatch(/20 entries, one a row/);
    const { stdout } = await longhaul("dataset", "import", paper, "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      file: "paper.json",
      rows: 5,
      horizon: 7,
      keysPerTurn: null,
      sharedDictionary: true,
      duplicateRows: 0,
      dictionary: { entries: 20, mean: 0, duplicateValues: 0 },
    });
  });

  it("ends with 2 and the place in the file on a malformed one", async () => {
    const broken = join(folder, "broken.json");
    const text = readFileSync(paper, "utf8");
    writeFileSync(broken, text.replace(/"output":\[(-?\d+)/, '"output":[99999'));
    for (const args of [
      ["dataset", "import", broken],
      [...scripted, "--dataset", broken],
    ]) {
      const { code, stderr, stdout } = await longhaul(...args);
      expect(stderr).toMatch(
        /broken\.json: \$\.ground_truth_data\[0\]\.output\[0\] is 99999, the values give/,
      );
      expect(stdout).toBe("");
      expect(code).toBe(2);
    }
  });

  const none = join(folder, "none", "x.json");
  const mistakes: [string, string[], RegExp][] = [
    [
      "own dictionaries in the paper's format",
      ["dataset", "export", "--paper-format"],
      /Add --shared-dictionary/,
    ],
    [
      "retrieval in the paper's format",
      ["dataset", "export", "--paper-format", "--shared-dictionary", "--task", "retrieval"],
      /knows no retrieval/,
    ],
    ["the published set without words", ["dataset", "export", "--published"], /Name it with --words FILE/],
    [
      "words without the published set",
      ["dataset", "export", "--words", words],
      /goes with --published only/,
    ],
    [
      "a seed for the published set",
      ["dataset", "export", "--published", "--words", words, "--seed", "1"],
      /--seed/,
    ],
    [
      "a list of other length",
      ["dataset", "export", "--published", "--words", import.meta.filename],
      /101 different/,
    ],
    ["an impossible size", ["dataset", "export", "--turns", "0"], /--turns 0: must be a whole number/],
    [
      "a folder that is not there",
      ["dataset", "export", "-o", none],
      /--output .*x\.json: there is no folder/,
    ],
    ["a missing file", ["dataset", "import", none], /dataset import .*x\.json: cannot be read/],
    ["a file that is no JSON", ["dataset", "import", words], /words\.txt: not a JSON file/],
    [
      "a dictionary beside a file",
      [...scripted, "--dataset", paper, "--dictionary-size", "5"],
      /--dictionary-size/,
    ],
    [
      "other turns than the file's",
      [...scripted, "--dataset", own, "--keys-per-turn", "3"],
      /--keys-per-turn 3/,
    ],
    ["retrieval of several keys", [...scripted, "--dataset", own, "--task", "retrieval"], /--task retrieval/],
    [
      "more keys than a row has",
      [...scripted, "--dataset", paper, "--keys-per-turn", "8"],
      /rows have 7 keys/,
    ],
  ];
  for (const [name, args, message] of mistakes) {
    it(`ends with 2 and one message on ${name}`, async () => {
      const { code, stderr, stdout } = await longhaul(...args);
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });
  }
});

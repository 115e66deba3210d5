import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "export.db");
const awkward = 'said "5,\r\n6" | ';

beforeAll(async () => {
  const size = ["--rollouts", "4", "--turns", "6", "--db", db, "--quiet"];
  await longhaul("run", "--engine", "scripted:p=0.8,format=0.3", ...size, "--name", "first, one");
  await longhaul("run", "--engine", "scripted:p=0.8", ...size, "--name", "second");
  const database = new Sqlite(db);
  database.prepare("UPDATE turn SET text = ? WHERE id = 1").run(awkward);
  database.exec("UPDATE turn SET text = '' WHERE id = 2");
  database
    .prepare(
      `INSERT INTO model (id, name, path, sha256, bytes, architecture, metadata)
        VALUES (1, 'm', ?, 'f', 1, 'a', '{}')`,
    )
    .run(join(homedir(), "my models", "m.gguf"));
  database
    .prepare("UPDATE run SET model_id = 1, error = ? WHERE id = 2")
    .run(`cannot load ${join(homedir(), "x", "m.gguf")}: (/opt/lib/y.so) 5 tokens/s`);
  database.close();
});

describe("longhaul export", () => {
  it("writes turns as CSV that reads back to the rows of the view", async () => {
    const { stdout, code } = await longhaul("export", "1", "2", "--db", db);
    expect(code).toBe(0);
    const [names = [], ...rows] = parseCsv(stdout);
    const header = names.map(String);
    const stored = await query(db, `SELECT ${header.join(", ")} FROM turns ORDER BY run_id, rollout, turn`);
    expect(rows).toHaveLength(48);
    expect(
      stored.map((row) =>
        header.map((name) => (row[name] === null ? null : `${row[name] as string | number}`)),
      ),
    ).toEqual(rows);
    expect(rows.flat()).toContain(awkward);
    expect(header.slice(0, 3)).toEqual(["run_id", "rollout", "turn"]);
  });

  it("writes the same rows as JSON lines and as one JSON array, with lists as lists", async () => {
    const lines = await longhaul("export", "2", "--format", "jsonl", "--db", db);
    const array = await longhaul("export", "2", "--format", "json", "--db", db);
    const rows = lines.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(24);
    expect(JSON.parse(array.stdout)).toEqual(rows);
    expect(rows[0]).toMatchObject({ run_id: 2, rollout: 0, turn: 1, reasoning: null });
    expect(rows[0]?.["keys"]).toEqual([expect.any(String)]);
    expect(rows[0]?.["inter_token_ms"]).toEqual(expect.any(Array));
  });

  it("writes rollouts with their end and first error", async () => {
    const { stdout } = await longhaul("export", "--what", "rollouts", "--format", "json", "--db", db);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    const survival = await query(db, "SELECT run_id, rollout, last_turn, first_error FROM rollout_survival");
    expect(
      rows.map(({ run_id, rollout, turns_finished, first_error_turn }) => ({
        run_id,
        rollout,
        last_turn: turns_finished,
        first_error: first_error_turn,
      })),
    ).toEqual(survival);
    expect(rows[0]?.["dictionary"]).toHaveLength(20);
  });

  it("names files and no folder of the machine", async () => {
    for (const format of ["csv", "json", "markdown"]) {
      const { stdout } = await longhaul("export", "--what", "runs", "--format", format, "--db", db);
      expect(stdout).toContain("m.gguf");
      expect(stdout).not.toContain(homedir());
      expect(stdout).not.toMatch(/my models|opt/);
      expect(stdout).toContain("5 tokens/s");
    }
    const { stdout } = await longhaul("export", "2", "--what", "runs", "--format", "json", "--db", db);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        run_id: 2,
        model_file: "m.gguf",
        error: "cannot load m.gguf: (y.so) 5 tokens/s",
        settings: { turns: 6 },
      },
    ]);
  });

  it("writes a Markdown table that no text can break", async () => {
    const { stdout } = await longhaul("export", "1", "--format", "markdown", "--db", db);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(26);
    const bars = (line: string) => line.replaceAll("\\|", "").split("|").length;
    expect(new Set(lines.map(bars)).size).toBe(1);
    expect(stdout).not.toMatch(/[^\\]<answer>/);
  });

  it("writes to a file as a whole", async () => {
    const file = join(folder, "out.csv");
    const { stdout } = await longhaul("export", "1", "--db", db, "-o", file);
    expect(stdout).toBe("");
    expect(readFileSync(file, "utf8")).toBe((await longhaul("export", "1", "--db", db)).stdout);
  });

  const mistakes: [string, string[], RegExp][] = [
    ["an unknown run", ["9"], /export 9: no such run/],
    [
      "an unknown format",
      ["--format", "parquet"],
      /--format parquet: must be csv, jsonl, json, markdown or inspect/,
    ],
    ["an unknown kind", ["--what", "batches"], /--what batches: must be turns, rollouts or runs/],
    ["the database as its output", ["-o", db], /that is the database itself/],
  ];
  for (const [name, args, message] of mistakes) {
    it(`ends with 2 and one message on ${name}`, async () => {
      const { code, stderr, stdout } = await longhaul("export", ...args, "--db", db);
      expect(stderr).toMatch(message);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });
  }
});

/** RFC 4180; an empty field that is not quoted is null. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, cell = "", end] = match;
    const value = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell === "" ? null : cell;
    rows.at(-1)?.push(value);
    if (end === "\r\n") rows.push([]);
    if (field.lastIndex === text.length) return rows.slice(0, -1);
  }
  throw new Error("not RFC 4180");
}

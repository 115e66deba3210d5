import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "../register/command-line.ts";
import { finished, main, start, temporaryFolder } from "./longhaul.ts";

/** What a name or an answer may hold: screens cleared, titles set, text turned round, formulas, markup. */
const hostile = [
  "\u001b[2J\u001b]0;taken\u0007\u009b31m\u202egnp.exe",
  '=HYPERLINK("http://x.invalid","pay")',
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "-2+3",
  "@SUM(A1)",
  "\ta\r\nb|c,d\"e'`f`",
];
const folder = temporaryFolder();
const db = join(folder, "texts.db");
// Slashes are no part of a file's name.
const modelFile = join(folder, "=1\u001b[2J<img src=x onerror=alert(1)>.gguf");
const size = ["--rollouts", "2", "--turns", "2", "--db", db];
const said: string[] = [];

/** What a command prints, on both streams. */
async function told(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await commandLine(args, db);
  expect(stderr, args.join(" ")).not.toMatch(/^\s+at .*:\d+:\d+/m);
  expect(code, `${args.join(" ")}: ${stderr}`).toBeLessThan(2);
  said.push(stdout, stderr);
  return `${stdout}${stderr}`;
}

beforeAll(async () => {
  copyFileSync(resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf"), modelFile);
  for (const name of hostile.slice(0, 3))
    await told("run", "--engine", "scripted:p=0.5", ...size, "--name", name);
  await told("run", modelFile, "--threads", "1", ...size);
  writeFileSync(join(folder, "texts.yaml"), suiteText());
  await told("suite", "run", join(folder, "texts.yaml"), "--db", db);
  const database = new Sqlite(db);
  const answers = database.prepare("UPDATE turn SET text = ? WHERE id % 6 = ?");
  for (const [index, text] of hostile.entries()) answers.run(text, index);
  database.prepare("UPDATE run SET error = ? WHERE id = 2").run(hostile[0]);
  database.close();
}, 60_000);

function suiteText(): string {
  const [steers, formula, markup] = hostile.map((text) => JSON.stringify(text));
  return `name: ${steers}
models: ["scripted:p=0.5", "scripted:p=0.9"]
defaults: { turns: 2, rollouts: 2 }
settings: [{ name: ${formula} }, { name: ${markup}, seed: 2 }]
experiments: [{ use: horizon, name: ${steers} }, { use: degradation, name: ${formula} }]
`;
}

const all = ["1", "2", "3"];
const commands: string[][] = [
  ["ls"],
  ["ls", "--json"],
  ...all.map((run) => ["show", run]),
  ["show", "4"],
  ["show", "4", "--json"],
  ["show", "4", "--verbose"],
  ["show", "1", "--scoring", "paper"],
  ["show", "4", "--rollout", "0"],
  ["show", "4", "--rollout", "0", "--json"],
  ["show", "4", "--rollout", "0", "--prompt"],
  ["compare", ...all],
  ["compare", "4"],
  ...["headline", "accuracy", "outcomes", "speed", "slips"].map((metric) => [
    "compare",
    ...all,
    "--metric",
    metric,
  ]),
  ["compare", ...all, "--markdown"],
  ["compare", ...all, "--json"],
  ["compare", "--suite", hostile[0] ?? ""],
  ["compare", "--suite", "all", "--markdown"],
  ["compare", "--suite", "all", "--json"],
  ["report", ...all, "--markdown"],
  ["export", ...all, "--what", "turns", "--format", "markdown"],
  ["export", "--what", "runs", "--format", "markdown"],
  ["sql", "SELECT * FROM run"],
  ["sql", "SELECT * FROM turns", "--json"],
  ["verify"],
  ["verify", "--json"],
  ["rescore", "--dry-run"],
  ["resume"],
  ["suite", "plan", join(folder, "texts.yaml")],
];

describe("texts of strangers", () => {
  it.each(commands)("reach the terminal as text: %#", async (...args) => {
    const text = await told(...args);
    expect(text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  it("were printed without a control character while they were made", () => {
    expect(said.join("")).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
  });

  it.each([
    ["compare", ...all, "--csv"],
    ["compare", ...all, "--metric", "speed", "--csv"],
    ["compare", ...all, "--metric", "headline", "--csv"],
    ["compare", "--suite", "all", "--csv"],
    ["export", "--what", "turns"],
    ["export", "--what", "rollouts"],
    ["export", "--what", "runs"],
  ])("are no formulas in CSV, and numbers stay numbers: %#", async (...args) => {
    const { stdout, code } = await commandLine(args, db);
    expect(code).toBe(0);
    const cells = cellsOf(stdout);
    expect(cells.length).toBeGreaterThan(10);
    const begins = cells.filter(
      (cell) => /^[=+@\-\t\r]/.test(cell) && !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell),
    );
    expect(begins).toEqual([]);
  });

  it("come back from JSON as they were", async () => {
    const { stdout } = await commandLine(["ls", "--json"], db);
    const names = (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(hostile.slice(0, 3)));
    const turn = await commandLine(["sql", "SELECT text FROM turn WHERE id = 6", "--json"], db);
    expect(JSON.parse(turn.stdout)).toEqual([{ text: hostile[0] }]);
  });

  it("are no markup on the page", async () => {
    const page = join(folder, "page.html");
    await told("report", ...all, "-o", page, "--title", hostile[2] ?? "");
    const html = readFileSync(page, "utf8");
    expect(html).toContain("alert(1)");
    expect(html).not.toMatch(/<script>alert|<img src=x/);
  });

  it("in names of files and arguments are told as text", async () => {
    for (const args of [
      ["run", join(folder, "\u001b[2J.gguf")],
      ["dataset", "import", join(folder, "\u001b[2J.json")],
      ["suite", "plan", join(folder, "\u001b[2J.yaml")],
      ["compare", "\u001b[2J"],
      ["run", "--\u001b[2J"],
      ["ls", "--db", join(folder, "\u001b[2J.db")],
    ]) {
      const { stderr, code } = await commandLine(args, db);
      expect([args[0], code]).toEqual([args[0], 2]);
      expect(stderr).toContain("\\u001b[2J");
      expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
    }
  });
});

/** RFC 4180. */
function cellsOf(text: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?:,|\r?\n|$)/gy;
  return Array.from(text.matchAll(field), ([, quoted, plain = ""]) => quoted?.replaceAll('""', '"') ?? plain);
}

describe("a run that is called by a number", () => {
  it("hides no run of that number, and is asked for as name:1", async () => {
    const named = join(folder, "named.db");
    const run = ["run", ...size.slice(0, 4), "--engine"];
    await commandLine([...run, "scripted:p=0.5", "--name", "first"], named);
    await commandLine([...run, "scripted:p=0.9", "--name", "1"], named);
    const compared = async (...runs: string[]) => {
      const { stdout } = await commandLine(["compare", ...runs, "--json"], named);
      const { groups } = JSON.parse(stdout) as { groups: { runs: string[] }[] };
      return groups.flatMap(({ runs: ids }) => ids.map(String)).toSorted();
    };
    expect(await compared("1")).toEqual(["1"]);
    expect(await compared("name:1")).toEqual(["2"]);
    expect(await compared("1", "name:1")).toEqual(["1", "2"]);
    expect((await commandLine(["compare", "name:2"], named)).stderr).toContain("no such run or model");
  });
});

/** Whether there is a program that gives another one a terminal. */
const terminal = "script";
const hasTerminals = spawnSync(terminal, ["-qec", "true", "/dev/null"]).status === 0;

it.skipIf(!hasTerminals)("a dumb terminal is not drawn on (skipped where script is missing)", () => {
  const run = `${process.execPath} ${main} run --engine scripted:p=0.5 ${size.join(" ")} --watch`;
  const seen = (term: string): string =>
    spawnSync(terminal, ["-qec", run, "/dev/null"], {
      env: { ...process.env, TERM: term, NO_COLOR: "" },
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
    }).stdout;
  expect(seen("xterm")).toContain("\u001b");
  expect(seen("dumb")).toMatch(/^(?!.*\u001b).*H50/s);
});

it("nothing that is dumb gets colours, even where they are forced", async () => {
  const env = { TERM: "dumb", FORCE_COLOR: "1" };
  for (const args of [
    ["compare", ...all, "--db", db],
    ["run", "--engine", "scripted:p=0.5", ...size, "--watch"],
  ]) {
    const { stdout, stderr, code } = await finished(start(args, env));
    expect([code, stdout + stderr]).toEqual([0, expect.not.stringContaining("\u001b")]);
  }
});

import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { runProgram } from "../../src/cli/program.ts";
import { openDatabase } from "../../src/store/database.ts";
import { written } from "../model-folders/made-folders.ts";
import { longhaulAt, madeHome } from "./at-home.ts";

const home = madeHome();
const at = (name: string): string => join(home, name);
const db = ["--db", at("empty.db")];
const shipped = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
const quick = resolve(import.meta.dirname, "../../bench/suites/quick.yaml");

beforeAll(() => {
  for (const name of ["empty.db", "other.db"]) openDatabase(at(name)).close();
  mkdirSync(at("nothing"));
  written(at("notes.txt"), "no model");
  written(at("cut.gguf"), readFileSync(shipped).subarray(0, 5000));
  written(at("set.json"), "[]");
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What a command line prints, in this process. */
async function told(args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  const hear = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  vi.stubEnv("HOME", home);
  vi.spyOn(process.stdout, "write").mockImplementation(hear);
  vi.spyOn(process.stderr, "write").mockImplementation(hear);
  try {
    return { code: await runProgram(["node", "longhaul", ...args]), text: text.trimEnd() };
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
}

/** The words of a line as a shell reads them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

/** Whether the program has that command with those flags and arguments; nothing of it is done. @returns what is wrong */
async function refusalOf(words: readonly string[]): Promise<string | null> {
  const program = new Command("longhaul").exitOverride();
  for (const add of Object.values(commands)) await add(program);
  const all = [program, ...program.commands.flatMap((one) => [one, ...one.commands])];
  for (const one of all) {
    one.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
    if (one.commands.length === 0) one.action(() => undefined);
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return null;
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    return code === "commander.helpDisplayed" ? null : message;
  }
}

/** No machine has both. */
const gpuOfOthers = process.platform === "darwin" ? "cuda" : "metal";

const mistakes: readonly (readonly [what: string, args: readonly string[], command: string])[] = [
  ["a model that no one has", ["run", "nobody-has-it"], "models"],
  ["a path that leads to nothing", ["run", "./none.gguf"], "models"],
  ["a folder without models", ["run", at("nothing")], "models"],
  ["a file that is not GGUF", ["run", at("notes.txt")], "models"],
  ["speed without a model", ["speed"], "models"],
  [
    "a model that does not load",
    ["run", at("cut.gguf"), "--db", at("cut.db"), "--quiet"],
    `models --db ${at("cut.db")}`,
  ],
  ["a simulated model as a file", ["run", "scripted:p=0.9"], "run --engine scripted:p=0.9"],
  [
    "a simulated model beside a file",
    ["run", "x.gguf", "--engine", "scripted:p=0.9"],
    "run --engine scripted:p=0.9",
  ],
  [
    "an engine beside a suite",
    ["suite", "plan", quick, "--engine", "scripted:p=0.9"],
    `suite run ${quick} scripted:p=0.9`,
  ],
  [
    "a served model as suites name it",
    ["run", "openai:http://127.0.0.1:1/v1 m"],
    "run --engine openai:http://127.0.0.1:1/v1 m",
  ],
  [
    "a server without a model",
    ["run", "--engine", "openai:http://127.0.0.1:1/v1"],
    "models --server openai:http://127.0.0.1:1/v1",
  ],
  ["a suite as a model", ["run", quick], `suite run ${quick}`],
  ["a data set as a model", ["run", at("set.json")], `run --dataset ${at("set.json")}`],
  ["a database as a model", ["run", at("empty.db")], `ls --db ${at("empty.db")}`],
  ["a model as a suite", ["suite", "run", shipped], `run ${shipped}`],
  ["a suite that is not there", ["suite", "plan", "none.yaml"], "suite --help"],
  [
    "no trial of a suite is called so",
    ["suite", "plan", quick, "--trial", "x"],
    `suite plan ${quick} --json`,
  ],
  ["a run that is not there", ["show", "7", ...db], `ls ${db.join(" ")}`],
  ["a run that cannot be verified", ["verify", "7", ...db], `ls ${db.join(" ")}`],
  ["a run that cannot go on", ["resume", "7", ...db], `ls ${db.join(" ")}`],
  [
    "a database in the place of a run",
    ["verify", at("empty.db"), "--db", at("other.db")],
    `verify ${db.join(" ")}`,
  ],
  ["a row that is not there", ["compare", "nobody", ...db], `ls ${db.join(" ")}`],
  ["a suite that no run is of", ["compare", "--suite", "nope", ...db], `ls ${db.join(" ")}`],
  ["no run that answered", ["report", ...db], `run ${db.join(" ")}`],
  ["no database", ["ls", "--db", at("none.db")], `run --db ${at("none.db")}`],
  ["an unknown level", ["run", "--level", "hard"], "levels"],
  ["an unknown setting", ["run", "--turn", "3"], "run --help"],
  ["an unknown flag of a command within one", ["suite", "run", quick, "--fast"], "suite run --help"],
  ["an unknown command", ["fly"], "--help"],
];

describe("the last sentence of what is said of a mistake", () => {
  for (const [what, args, command] of mistakes)
    it(`is a command that the program has: ${what}`, async () => {
      const { code, text } = await told(args);
      expect(code, text).not.toBe(0);
      const line = text.split("\n").at(-1) ?? "";
      const typed = /: longhaul (.*)$/.exec(line)?.[1];
      expect(typed, text).toBe(command);
      expect(await refusalOf(wordsOf(typed ?? ""))).toBeNull();
    });

  it("is a command that the program has: a GPU that is not there", async () => {
    const { code, stderr } = await longhaulAt(home, ["run", shipped, "--gpu", gpuOfOthers]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/: node \S+ run --gpu off\n$/)]);
    expect(await refusalOf(["run", "--gpu", "off"])).toBeNull();
  });

  it("would not be, where the program has no such command, flag or argument", async () => {
    for (const words of [["fly"], ["ls", "--turns", "3"], ["ls", "7"]])
      expect(await refusalOf(words)).not.toBeNull();
  });
});

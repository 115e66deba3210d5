import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll } from "vitest";
import { commandLine } from "./command-line.ts";

/** A small universe with known truth: what is run in it, through the command line, and what is asked at the end. */
export interface World {
  /** Files that stand in its folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Command lines without "longhaul", one after the other in an empty folder with a database of its own; what the last one
   * prints counts. "{seed}" is the seed of the world, "{folder}" its folder.
   */
  readonly commands: readonly string[];
  /** A file that the last command writes to its folder: what it holds counts, too. */
  readonly reads?: string;
  /** Whether the last command line is typed on a terminal, in the world's folder, which is the user's home, too. */
  readonly isTerminal?: boolean;
  /** Whether the last command line is to be refused. */
  readonly isRefused?: boolean;
  /** SQL that changes the database behind the program's back, before the last command. */
  readonly tampering?: string;
}

/** A sentence of conclusion with the world in which it is true and said, and the one in which it must not be said. */
export interface Conclusion {
  /** File and function of src/report/sentences that builds it: "conclusions.furtherSentence". */
  readonly sentence: string;
  /** What it looks like in the output, line ends and indentation taken out. */
  readonly pattern: RegExp;
  readonly said: World;
  readonly unsaid: World;
  /** Seeds that both worlds are tried with; by default 1 and 2. */
  readonly seeds?: readonly number[];
}

const told = new Map<string, Promise<string>>();

/** What the world's last command prints on both streams, each run of white space as one blank. Every world is made once. */
export function outputOf(world: World, seed: number): Promise<string> {
  const key = JSON.stringify([world, seed]);
  const known = told.get(key) ?? play(world, seed);
  told.set(key, known);
  return known;
}

async function play(world: World, seed: number): Promise<string> {
  const { files = {}, commands, tampering, reads, isTerminal = false, isRefused = false } = world;
  const earlier = commands.slice(0, -1);
  const folder = copied(await stateAfter(files, earlier, seed));
  try {
    if (tampering !== undefined) tamper(join(folder, "w.db"), tampering);
    const as = { isRefused, home: isTerminal ? folder : null };
    let last = await carryOut(folder, files, commands.at(-1) ?? "", seed, as);
    if (reads !== undefined) last += `\n${readFileSync(join(folder, reads), "utf8")}`;
    return last.replace(/\s+/g, " ");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const states = new Map<string, Promise<string>>();

/** A folder as these commands leave it; worlds that begin alike begin from one. Whoever goes on takes a copy. */
function stateAfter(
  files: NonNullable<World["files"]>,
  commands: readonly string[],
  seed: number,
): Promise<string> {
  const key = JSON.stringify([files, commands, seed]);
  const known = states.get(key) ?? makeState(files, commands, seed);
  states.set(key, known);
  return known;
}

async function makeState(
  files: NonNullable<World["files"]>,
  commands: readonly string[],
  seed: number,
): Promise<string> {
  if (commands.length === 0) {
    const folder = mkdtempSync(join(tmpdir(), "longhaul-world-"));
    madeFolders.push(folder);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text.replaceAll("{seed}", String(seed)));
    }
    return folder;
  }
  const folder = copied(await stateAfter(files, commands.slice(0, -1), seed));
  madeFolders.push(folder);
  await carryOut(folder, files, commands.at(-1) ?? "", seed);
  return folder;
}

const madeFolders: string[] = [];
afterAll(() => {
  for (const folder of madeFolders) rmSync(folder, { recursive: true, force: true });
});

function copied(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "longhaul-world-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** @throws Error where the command line is refused, unless that was wanted: a world that is none says nothing */
async function carryOut(
  folder: string,
  files: NonNullable<World["files"]>,
  command: string,
  seed: number,
  as: { readonly isRefused: boolean; readonly home: string | null } = { isRefused: false, home: null },
): Promise<string> {
  const args = command
    .replaceAll("{seed}", String(seed))
    .replaceAll("{folder}", folder)
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => (part in files ? join(folder, part) : part));
  const { code, stdout, stderr } = await oneAtATime(() => commandLine(args, join(folder, "w.db"), as.home));
  if ((code === 2) !== as.isRefused) throw new Error(`${command}: ${stderr}`);
  return `${stdout}\n${stderr}`;
}

let last: Promise<unknown> = Promise.resolve();

/** They share the streams of this process. */
function oneAtATime<Result>(act: () => Promise<Result>): Promise<Result> {
  const mine = last.then(act);
  last = mine.catch(() => undefined);
  return mine;
}

/** What rows stand for goes with them or stays, as the SQL says. */
function tamper(path: string, sql: string): void {
  const database = new Sqlite(path);
  database.pragma("foreign_keys = OFF");
  database.exec(sql);
  database.close();
}

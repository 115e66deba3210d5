import type { Command } from "commander";
import { openScratch, type Scratch } from "../store/scratch.ts";
import { shellWord } from "../typed-line.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";

/** Adds `--scratch` to a command that measures. */
export function withScratch(command: Command): Command {
  return command.option(
    "--scratch <folder>",
    "write to this folder on the machine's own disk, and bring the file to --db at the end",
  );
}

/** How a run that was written there goes on, as it is typed behind the program's name. */
export function resumeWords(runId: number, flags: Flags): string {
  return `resume ${runId}${scratchWords(flags)}`;
}

/** The option as it was given. */
export function scratchWords(flags: Flags): string {
  const folder = new FlagReader(flags).optionalText("scratch");
  return folder === null ? "" : ` --scratch ${shellWord(folder)}`;
}

/** Where a command's runs are written to. */
export async function scratchOf(flags: Flags, dbPath: string): Promise<Scratch> {
  const folder = new FlagReader(flags).optionalText("scratch");
  return folder === null ? { path: dbPath, finish: () => Promise.resolve() } : openScratch(dbPath, folder);
}

/** Waits for what writes there, and brings it back however that ends. */
export async function broughtBack<Result>(scratch: Scratch, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } finally {
    await scratch.finish();
  }
}

import { commandLine } from "../register/command-line.ts";
import type { Finished } from "./longhaul.ts";

/**
 * Carries out a command line in this process, one at a time: less than a process of its own takes to start. For tests of what
 * is printed; those of processes (signals, several at once, the environment) start the program.
 */
export function longhaul(...args: readonly string[]): Promise<Finished> {
  return commandLine(args, process.env["LONGHAUL_DB"] ?? "longhaul.db");
}

import type { Command } from "commander";
import { usualDatabase } from "../typed-line.ts";

/** Adds `--db` to a command. */
export function withDatabaseOption(command: Command): Command {
  return command.option("--db <file>", "the SQLite file (default: $LONGHAUL_DB, or longhaul.db)");
}

/** The file that a command works on. */
export function dbPath(flags: Readonly<Record<string, unknown>>): string {
  const given = flags["db"];
  return typeof given === "string" && given !== "" ? given : usualDatabase();
}

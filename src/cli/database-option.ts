import type { Command } from "commander";

/** Adds `--db` to a command. */
export function withDatabaseOption(command: Command): Command {
  return command.option("--db <file>", "the SQLite file (default: $LONGHAUL_DB, or longhaul.db)");
}

/** The file that a command works on. */
export function dbPath(flags: Readonly<Record<string, unknown>>): string {
  const given = flags["db"];
  if (typeof given === "string" && given !== "") return given;
  const fromEnvironment = process.env["LONGHAUL_DB"];
  return fromEnvironment !== undefined && fromEnvironment !== "" ? fromEnvironment : "longhaul.db";
}

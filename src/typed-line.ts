import { basename, relative } from "node:path";

/**
 * A line that can be typed as it stands: the program as it was called, on the same database.
 *
 * @param words behind the program's name
 * @param path of the database; absent: the line needs none
 */
export function typedLine(words: string, path = usualDatabase()): string {
  const database = path === usualDatabase() ? "" : ` --db ${shellWord(path)}`;
  return `${selfName()} ${words}${database}`;
}

/** A text as one word of a command line that can be typed. */
export function shellWord(text: string): string {
  return /^[\w./:=,%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The database where none is named. */
export function usualDatabase(): string {
  return process.env["LONGHAUL_DB"] || "longhaul.db";
}

/** In a process of ours that nobody typed it is the command that is installed. */
function selfName(): string {
  const script = process.argv[1] ?? "";
  return basename(script) === "main.js" ? `node ${shellWord(relative(process.cwd(), script))}` : "longhaul";
}

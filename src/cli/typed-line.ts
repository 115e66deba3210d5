import { relative } from "node:path";
import { shellWord } from "../shell-word.ts";
import { dbPath } from "./database-option.ts";

/** A line that can be typed as it stands: the program as it was called, on the same database. @param words behind the program's name */
export function typedLine(words: string, path: string): string {
  const database = path === dbPath({}) ? "" : ` --db ${shellWord(path)}`;
  return `${selfName()} ${words}${database}`;
}

function selfName(): string {
  const script = process.argv[1] ?? "";
  return script.endsWith(".js") ? `node ${shellWord(relative(process.cwd(), script))}` : "longhaul";
}

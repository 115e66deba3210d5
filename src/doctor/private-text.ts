import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { visible } from "../visible-text.ts";

/** What went wrong as another program said it, in one line, without names of files, folders, people and hosts. Null: nothing. */
export function privateText(text: string | null): string | null {
  if (text === null || text.trim() === "") return null;
  const lines = text.trim().split("\n");
  // Behind what went wrong a stack may stand, and Node's version.
  const line = visible(lines.find((one) => /^longhaul: |error\b/i.test(one)) ?? lines.at(-1) ?? "");
  const placeless = ownFolders().reduce((left, folder) => left.replaceAll(folder, "..."), line);
  const nameless = ownNames().reduce((left, name) => withoutWord(left, name), placeless);
  return nameless.replaceAll(anyPath, "$1...");
}

/** A whole path of either kind of system, or what is left of one. */
const anyPath = /(^|[\s"'(=:])(?:\.\.\.|[A-Za-z]:)?[\\/][^\s:'",()]+/g;

/** Their names may hold blanks, where no pattern finds the end. The longest first, since one may be part of another. */
function ownFolders(): string[] {
  const folders = [homedir(), process.cwd(), tmpdir()].filter((folder) => folder.length > 1);
  return folders.toSorted((one, other) => other.length - one.length);
}

/** Of the host and the user; one who is in no list has none. */
function ownNames(): string[] {
  try {
    return [hostname(), userInfo().username];
  } catch {
    return [hostname()];
  }
}

/** Short names are parts of words. */
function withoutWord(text: string, name: string): string {
  const literal = name.replaceAll(/[^\w]/g, String.raw`\$&`);
  return name === "" ? text : text.replaceAll(new RegExp(`(?<!\\w)${literal}(?!\\w)`, "g"), "...");
}

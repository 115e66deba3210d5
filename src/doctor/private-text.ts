import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { visible } from "../visible-text.ts";

/** What another program said, in one line, without names of files, folders, people and hosts. Null: nothing. */
export function privateText(text: string | null): string | null {
  if (text === null || text.trim() === "") return null;
  const line = visible(text.trim().split("\n").at(-1) ?? "");
  const hidden = ownNames().reduce((left, name) => left.replaceAll(name, "..."), line);
  return hidden.replaceAll(anyPath, "$1...");
}

/** A whole path, of either kind of system. */
const anyPath = /(^|[\s"'(=:])(?:[A-Za-z]:)?[\\/][^\s:'",()]+/g;

/** The longest first, since one may be part of another. Names of two letters are parts of words. */
function ownNames(): string[] {
  const names = [homedir(), process.cwd(), tmpdir(), hostname(), userName()];
  return names.filter((name) => name.length > 2).toSorted((one, other) => other.length - one.length);
}

/** A user who is in no list has none. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "";
  }
}

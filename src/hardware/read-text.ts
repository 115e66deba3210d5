import { readdirSync, readFileSync } from "node:fs";

/** A small file of the system; null: it is not there, or not for this user. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The number that is all of such a file; null also where it is none. */
export function readNumber(path: string): number | null {
  const text = readText(path)?.trim() ?? "";
  return text === "" || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** Names in a folder of the system, in order; none where it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

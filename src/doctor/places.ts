import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { cacheFile } from "../gguf/cache.ts";
import { freeBytes, nearest } from "../store/room.ts";
import type { Place } from "./doctor-schema.ts";

/** The folders that a run writes to, tried; and where they are, which no document tells. */
export function placesHere(dbPath: string): {
  readonly places: readonly Place[];
  readonly paths: Readonly<Record<Place["name"], string>>;
} {
  const database = dirname(resolve(dbPath));
  const paths = { database, cache: dirname(cacheFile("any")), temporary: tmpdir() };
  return {
    places: [
      placeAt("database", database, existsSync(dbPath) ? refusalToChange(dbPath) : null),
      // It is made when something is kept there.
      placeAt("cache", nearest(paths.cache), null),
      placeAt("temporary", paths.temporary, null),
    ],
    paths,
  };
}

/** @param refusal of a file in it */
function placeAt(name: Place["name"], folder: string, refusal: string | null): Place {
  const code = refusal ?? refusalToWrite(folder);
  return { name, isWritable: code === null, code, freeBytes: freeBytes(folder) };
}

/** What the system says to a new file, which is removed at once: modes alone do not tell. Null: it may be written. */
function refusalToWrite(folder: string): string | null {
  const path = join(folder, `.longhaul-doctor-${randomUUID()}`);
  try {
    closeSync(openSync(path, "wx"));
    rmSync(path);
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

/** The same of a file that is there, which stays as it is. */
function refusalToChange(path: string): string | null {
  try {
    closeSync(openSync(path, "r+"));
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}

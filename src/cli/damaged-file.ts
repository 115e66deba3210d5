import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { openReadOnly } from "../store/database.ts";
import { damageIn } from "../store/file-check.ts";
import { dbPath } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { typedLine } from "../typed-line.ts";

/**
 * What is wrong with a file that a command worked on, after it failed in a way that nobody foresaw; null: nothing, so it is
 * a mistake of the program's.
 */
export function damageBehind(flags: Flags): UsageError | null {
  const files = Array.isArray(flags["db"]) ? (flags["db"] as string[]) : [dbPath(flags)];
  for (const path of files.filter((file) => existsSync(file))) {
    const damage = damageAt(path);
    if (damage !== null)
      return new UsageError(
        `--db ${path}: the file is damaged: ${damage}. Use a copy from before. All that is wrong: ${typedLine("verify --file", path)}`,
      );
  }
  return null;
}

function damageAt(path: string): string | null {
  const database = openReadOnly(path);
  try {
    return damageIn(database);
  } finally {
    database.close();
  }
}

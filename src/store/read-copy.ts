import { chmodSync, copyFileSync, existsSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { makeTemporaryFolder } from "../hardware/temporary-folder.ts";
import { connect } from "./connect.ts";
import { noteOfFile } from "./file-notes.ts";
import { assertOurs, migrate } from "./migrate.ts";
import { assertFree, fileBytes, filesOf } from "./room.ts";

/**
 * Opens a private copy for reading: of a file that cannot be read where it lies (SQLite wants to write beside it), or that
 * has an older schema, which reading must not change. It is told that this is one. The copy's folder is gone before this
 * returns, where the system lets it, so that no kill can leave it behind.
 *
 * @param because why not the file itself, as the rest of a sentence
 * @param isMigrated whether an older schema is brought up to date in it
 * @param onThere told where it is while it has a name
 * @throws UsageError where there is no room for it, or the file was written all the while
 */
export function openCopy(
  path: string,
  because: string,
  { isMigrated, onThere }: { readonly isMigrated: boolean; readonly onThere: (copy: string) => void },
): Database {
  // What was not written into a file yet lies beside the file itself, not beside a link to it.
  const source = realpathSync(path);
  // A migration writes what it changes anew.
  assertFree(
    tmpdir(),
    2 * fileBytes(source),
    (free) =>
      `--db ${path}: ${because}, so that it has to be read from a copy, for which ${tmpdir()} has no room (${free}). Name a larger folder with TMPDIR.`,
  );
  noteOfFile(`${path} ${because}: it is left alone, and a copy in ${tmpdir()} is read instead.`);
  const folder = makeTemporaryFolder("copy");
  try {
    const copy = join(folder.path, "copy.db");
    copyWhole(source, copy);
    settle(path, copy, isMigrated);
    const database = connect(copy, { readonly: true });
    onThere(copy);
    return database;
  } finally {
    folder.remove();
  }
}

/** Makes one file of it that can be read without writing beside it. */
function settle(path: string, copy: string, isMigrated: boolean): void {
  const database = connect(copy);
  try {
    assertOurs(database, path);
    database.pragma("journal_mode = DELETE");
    if (isMigrated) migrate(database);
  } finally {
    database.close();
  }
}

const mostTries = 5;

/** A writer may move what lies beside the file into it at any moment, so a copy counts only if nothing changed. */
function copyWhole(path: string, copy: string): void {
  for (let tried = 0; tried < mostTries; tried++) {
    if (isCopied(path, copy)) return;
    for (const part of filesOf(copy)) rmSync(part, { force: true });
  }
  throw new UsageError(`--db ${path}: is being written and cannot be read here meanwhile. Try again later.`);
}

function isCopied(path: string, copy: string): boolean {
  try {
    const before = stateOf(path);
    for (const part of filesOf(path).filter((one) => existsSync(one)))
      copyOwn(part, `${copy}${part.slice(path.length)}`);
    return stateOf(path) === before;
  } catch (error) {
    // What lies beside it has just gone.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

/** The copy of a file that nobody may write could not be written either. */
function copyOwn(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

function stateOf(path: string): string {
  return filesOf(path)
    .map((part) => statSync(part, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? "none" : `${stat.ino} ${stat.size} ${stat.mtimeNs}`))
    .join(", ");
}

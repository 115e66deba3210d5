import { chmodSync, copyFileSync, existsSync, realpathSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { makeTemporaryFolder } from "../hardware/temporary-folder.ts";
import { connect } from "./connect.ts";
import { assertOurs, migrate } from "./migrate.ts";

/**
 * Opens a private copy for reading: of a file that cannot be read where it lies (SQLite wants to write beside it), or that
 * has an older schema, which reading must not change. The copy's folder is gone before this returns, where the system lets
 * it, so that no kill can leave it behind.
 *
 * @throws UsageError where there is no room for it, or the file was written all the while
 */
export function openCopy(path: string): Database {
  // What was not written into a file yet lies beside the file itself, not beside a link to it.
  const source = realpathSync(path);
  const folder = makeTemporaryFolder("copy");
  try {
    assertRoom(source, folder.path);
    const copy = join(folder.path, "copy.db");
    copyWhole(source, copy);
    bringUpToDate(path, copy);
    return connect(copy, { readonly: true });
  } finally {
    folder.remove();
  }
}

function bringUpToDate(path: string, copy: string): void {
  const database = connect(copy);
  try {
    assertOurs(database, path);
    database.pragma("journal_mode = DELETE");
    migrate(database);
  } finally {
    database.close();
  }
}

/** The file and what was not written into it yet. */
function partsOf(path: string): string[] {
  return [path, `${path}-wal`].filter((part) => existsSync(part));
}

function assertRoom(path: string, folder: string): void {
  const bytes = partsOf(path).reduce((sum, part) => sum + statSync(part).size, 0);
  const { bavail, bsize } = statfsSync(folder);
  // A migration writes what it changes anew.
  if (bavail * bsize > 2 * bytes) return;
  throw new UsageError(
    `--db ${path}: has to be read from a copy, for which ${tmpdir()} has no room (${Math.ceil((2 * bytes) / 1e6)} MB). Name a larger folder with TMPDIR.`,
  );
}

const mostTries = 5;

/** A writer may move what is in the second part into the first at any moment, so a copy counts only if neither changed. */
function copyWhole(path: string, copy: string): void {
  for (let tried = 0; tried < mostTries; tried++) {
    const before = stateOf(path);
    for (const part of partsOf(path)) copyOwn(part, part === path ? copy : `${copy}-wal`);
    if (stateOf(path) === before) return;
    rmSync(`${copy}-wal`, { force: true });
  }
  throw new UsageError(`--db ${path}: is being written and cannot be read here meanwhile. Try again later.`);
}

/** The copy of a file that nobody may write could not be written either. */
function copyOwn(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
}

function stateOf(path: string): string {
  return partsOf(path)
    .map((part) => statSync(part, { bigint: true }))
    .map(({ size, mtimeNs }) => `${size} ${mtimeNs}`)
    .join(", ");
}

import { readdirSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { messageOf, UsageError } from "../errors.ts";
import { connect } from "./connect.ts";
import { fileTrouble } from "./file-errors.ts";
import { noteOfFile } from "./file-notes.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { assertFree, fileBytes } from "./room.ts";
import { unfinishedFile } from "./whole-file.ts";

/**
 * Brings a file up to today's schema; as it was before it is kept beside it, compact, where it held anything, and that is told.
 * The newest such copy alone is kept.
 *
 * @throws UsageError as {@link migrate}, and where there is no room for the copy and for what the change itself writes
 */
export function migrateKeepingOld(database: Database, path: string): void {
  const made: Kept[] = [];
  try {
    migrate(database, () => made.push(keepOld(path)));
  } catch (error) {
    // The file is as it was.
    for (const { target } of made) rmSync(target, { force: true });
    throw error;
  }
  for (const { target, bytes } of made) {
    for (const older of keptBeside(path)) if (older !== target) rmSync(older, { force: true });
    noteOfFile(
      `${path} had an older schema and was brought up to date. As it was before it is kept as ${target} (${Math.ceil(bytes / 1e6)} MB): delete it when you are content.`,
    );
  }
}

interface Kept {
  readonly target: string;
  readonly bytes: number;
}

/** Whoever calls holds the file, so that nobody writes between this and the change. */
function keepOld(path: string): Kept {
  const source = realpathSync(path);
  assertFree(source, 2 * fileBytes(source), (free) => noRoom(path, free));
  const target = `${source}.before-v${migrations.length}`;
  const copy = unfinishedFile(target, source);
  const database = connect(source, { readonly: true });
  try {
    database.prepare("VACUUM INTO ?").run(copy.path);
    return { target, bytes: copy.finish() };
  } catch (error) {
    copy.discard();
    throw new UsageError(`--db ${path}: ${notKept}: ${fileTrouble(error) ?? messageOf(error)}.`);
  } finally {
    database.close();
  }
}

const notKept = "has an older schema, and no copy can be made before it is brought up to date";

function noRoom(path: string, free: string): string {
  return `--db ${path}: ${notKept}: its disk has no room (${free}). Free some, or move the file to a larger disk.`;
}

/** Beside the file itself, not beside a link to it. */
function keptBeside(path: string): string[] {
  const source = realpathSync(path);
  const start = `${basename(source)}.before-v`;
  return readdirSync(dirname(source))
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .map((name) => join(dirname(source), name));
}

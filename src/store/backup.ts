import { existsSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { UsageError } from "../errors.ts";
import { connect } from "./connect.ts";
import { openAsItIs } from "./database.ts";
import { assertFree, fileBytes } from "./room.ts";
import { unfinishedFile } from "./whole-file.ts";

/** How a copy is made. */
export interface BackupOptions {
  /** What asks for it, as it was typed. */
  readonly named: string;
  /** Without what rows that are gone have left. */
  readonly isCompact: boolean;
  /** Whether it may take the place of a file that is there. */
  readonly mayReplace: boolean;
  /** Told how many pages are copied; never where it is compact, which is one statement. */
  readonly onPages: (done: number, total: number) => void;
}

/** What was copied. */
export interface Backup {
  readonly bytes: number;
  readonly runs: number;
}

/**
 * Copies a file as it is at one moment, while others go on writing to it. The copy is one file, on the disk and whole before
 * it stands at its place.
 *
 * @throws UsageError where there is no room, or a file that may not be replaced
 */
export async function backUp(
  path: string,
  target: string,
  { named, isCompact, mayReplace, onPages }: BackupOptions,
): Promise<Backup> {
  const assertNew = (): void => {
    if (mayReplace || !existsSync(target)) return;
    throw new UsageError(
      `${named} ${target}: is there already. Name another file, or replace it with --force.`,
    );
  };
  assertNew();
  assertFree(
    target,
    fileBytes(path),
    (free) => `${named} ${target}: its disk has no room (${free}). Name a file on another disk.`,
  );
  const database = openAsItIs(path);
  const copy = unfinishedFile(target, path);
  try {
    const runs = isCompact ? copyCompact(database, copy.path) : await copyPages(database, copy.path, onPages);
    assertNew();
    return { bytes: copy.finish(), runs };
  } finally {
    copy.discard();
    database.close();
  }
}

function copyCompact(database: Database, to: string): number {
  database.prepare("VACUUM INTO ?").run(to);
  return inOneFile(to);
}

async function copyPages(database: Database, to: string, onPages: BackupOptions["onPages"]): Promise<number> {
  // What others commit meanwhile would make it begin anew, again and again.
  database.exec("BEGIN");
  database.prepare("SELECT count(*) FROM run").get();
  try {
    await database.backup(to, {
      progress: ({ totalPages, remainingPages }) => {
        onPages(totalPages - remainingPages, totalPages);
        return pagesAtOnce;
      },
    });
  } finally {
    database.exec("COMMIT");
  }
  return inOneFile(to);
}

const pagesAtOnce = 1_000;

/** Without a log beside it, so that it can be read from a medium that nobody writes. @returns how many runs it holds */
function inOneFile(path: string): number {
  const copy = connect(path);
  try {
    copy.pragma("journal_mode = DELETE");
    return copy.prepare("SELECT count(*) FROM run").pluck().get() as number;
  } finally {
    copy.close();
  }
}

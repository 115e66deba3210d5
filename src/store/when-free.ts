import Sqlite from "better-sqlite3";
import { nowMs, sleep } from "../clock.ts";

/** Told in words, every time that a writer did not get its turn within the connection's own patience. */
export type OnLocked = (told: string) => void;

/**
 * Writes as soon as no other process holds the file, however long that takes: what is to be written is kept meanwhile. Holds
 * its thread, so that nothing comes between what is finished and what begins next.
 */
export function whenFree<T>(write: () => T, onLocked: OnLocked): T {
  const startMs = nowMs();
  for (;;) {
    const tried = tryTo(write, startMs, onLocked);
    if (tried !== null) return tried.written;
  }
}

/**
 * The same where others may have their turn between two tries.
 *
 * @param isGivenUp whether to wait no longer: it fails with SQLite's own error then
 */
export async function whenFreeAgain<T>(
  write: () => T,
  { onLocked, isGivenUp }: { readonly onLocked: OnLocked; readonly isGivenUp: () => boolean },
): Promise<T> {
  const startMs = nowMs();
  for (;;) {
    const tried = isGivenUp() ? { written: write() } : tryTo(write, startMs, onLocked);
    if (tried !== null) return tried.written;
    await sleep(pauseMs);
  }
}

const pauseMs = 100;

/** Null: another process holds the file. */
function tryTo<T>(write: () => T, startMs: number, onLocked: OnLocked): { readonly written: T } | null {
  try {
    return { written: write() };
  } catch (error) {
    if (!isLocked(error)) throw error;
    const seconds = Math.round((nowMs() - startMs) / 1000);
    // Where the connection is refused at once, the next try may well be its turn.
    if (seconds > 0)
      onLocked(
        `another process holds the file, for ${seconds} s already; what is finished waits until it is free`,
      );
    return null;
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

import Sqlite from "better-sqlite3";
import { nowMs } from "../clock.ts";

/**
 * Writes as soon as no other process holds the file, however long that takes: what is to be written is kept meanwhile.
 *
 * @param onLocked told in words, every time that it did not get its turn within the connection's own patience
 */
export function whenFree<T>(write: () => T, onLocked: (told: string) => void): T {
  const startMs = nowMs();
  for (;;) {
    try {
      return write();
    } catch (error) {
      if (!isLocked(error)) throw error;
      const seconds = Math.round((nowMs() - startMs) / 1000);
      onLocked(
        `another process holds the file, for ${seconds} s already; what is finished waits until it is free`,
      );
    }
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

import Sqlite from "better-sqlite3";

/** What SQLite says of a file, in words that tell what to do; null: it says nothing of that kind. */
export function fileTrouble(error: unknown): string | null {
  if (!(error instanceof Sqlite.SqliteError)) return null;
  const { code, message } = error;
  if (/^SQLITE_(BUSY|LOCKED)/.test(code))
    return "another process holds the file; what was finished before is in it. Try again when that process has ended";
  if (/^SQLITE_FULL/.test(code))
    return "its disk is full; what was finished before is in it. Free some space, or use a file on another disk";
  if (/^SQLITE_NOTADB/.test(code))
    return "it is no SQLite file, or its beginning is damaged. Name another file, or take the last copy of it";
  if (/^SQLITE_CORRUPT/.test(code))
    return `the file is damaged (${message}). Keep it as it is: "longhaul verify --file" says what is damaged, and ".recover" of the sqlite3 program reads out what is not`;
  if (/^SQLITE_(READONLY|CANTOPEN|PERM)/.test(code))
    return `it, or what lies beside it, may not be written (${message}). Change that, or name another file`;
  if (/^SQLITE_IOERR/.test(code))
    return `its disk gives an error (${code}). Look at the disk before you go on, or use a file on another one`;
  return null;
}

/** Whether a file does not hold what SQLite once wrote into it. */
export function isDamage(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

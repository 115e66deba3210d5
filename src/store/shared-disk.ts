import { closeSync, openSync, readSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "../errors.ts";

/** How a file's changes are made durable, by the disk it lies on. */
export type Journal =
  | { readonly mode: "WAL" }
  /** Only one process may write at a time. @param disk what the file lies on, in words */
  | { readonly mode: "DELETE"; readonly disk: string };

/**
 * The journal for a file on such a disk. SQLite's write-ahead log has its index in memory that the processes of one machine
 * share, so that a second machine would read and write without it; on some of these file systems it does not work at all.
 *
 * @param type the file system's number as Linux has it; null: not known, or not Linux
 */
export function journalOn(type: number | null): Journal {
  const disk = type === null ? undefined : sharedDisks[type];
  return disk === undefined ? { mode: "WAL" } : { mode: "DELETE", disk };
}

/** The journal for a file that is there or will be. LONGHAUL_JOURNAL says it where the file system's number does not tell. */
export function journalFor(path: string): Journal {
  const asked = process.env["LONGHAUL_JOURNAL"] ?? "";
  if (asked === "wal") return { mode: "WAL" };
  if (asked === "rollback") return { mode: "DELETE", disk: "a shared disk (LONGHAUL_JOURNAL)" };
  if (asked !== "")
    throw new UsageError(
      `LONGHAUL_JOURNAL=${asked}: must be wal or rollback. Leave it unset to go by the disk.`,
    );
  return journalOn(typeOf(path));
}

/** Whether a file was last written with a write-ahead log. */
export function hasWal(path: string): boolean {
  const header = Buffer.alloc(formatAt + 1);
  try {
    const file = openSync(path, "r");
    try {
      readSync(file, header, 0, header.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
  return header[formatAt] === 2;
}

/** SQLite's file format: the version that a program must know to read. 2: with a log. */
const formatAt = 19;

function typeOf(path: string): number | null {
  // Elsewhere the number means something else.
  if (process.platform !== "linux") return null;
  for (const place of [resolve(path), dirname(resolve(path))]) {
    try {
      return statfsSync(place).type;
    } catch {
      // Not there yet.
    }
  }
  return null;
}

/** By the numbers of statfs(2): those that several machines may mount, and those that pass files on from somewhere else. */
const sharedDisks: Readonly<Record<number, string>> = {
  0x6969: "NFS",
  0x517b: "SMB",
  0xff534d42: "SMB",
  0xfe534d42: "SMB",
  0x0bd00bd0: "Lustre",
  0x47504653: "GPFS",
  0x00c36400: "CephFS",
  0x19830326: "BeeGFS",
  0x20030528: "OrangeFS",
  0xaad7aaea: "PanFS",
  0x01161970: "GFS2",
  0x7461636f: "OCFS2",
  0x5346414f: "AFS",
  0x6b414653: "AFS",
  0x73757245: "Coda",
  0x01021997: "a folder of another system (9P)",
  0x786f4256: "a folder of another system (VirtualBox)",
  0xbacbacbc: "a folder of another system (VMware)",
  // sshfs and GlusterFS among others that are local.
  0x65735546: "a file system in a program (FUSE)",
};

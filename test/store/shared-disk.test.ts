import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { hasWal, journalFor, journalOn } from "../../src/store/shared-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => delete process.env["LONGHAUL_JOURNAL"]);

describe("the journal of a file", () => {
  it.each([
    ["NFS", 0x6969],
    ["SMB", 0x517b],
    ["SMB", 0xff534d42],
    ["SMB", 0xfe534d42],
    ["Lustre", 0x0bd00bd0],
    ["GPFS", 0x47504653],
    ["CephFS", 0x00c36400],
    ["BeeGFS", 0x19830326],
    ["a file system in a program (FUSE)", 0x65735546],
  ])("is rolled back on what several machines may mount: %s", (disk, type) => {
    expect(journalOn(type)).toEqual({ mode: "DELETE", disk });
  });

  it.each([
    ["ext4", 0xef53],
    ["XFS", 0x58465342],
    ["Btrfs", 0x9123683e],
    ["ZFS", 0x2fc12fc1],
    ["tmpfs", 0x01021994],
    ["an overlay", 0x794c7630],
    ["what the system does not tell", null],
  ])("is written ahead on a machine's own disk: %s", (_, type) => {
    expect(journalOn(type)).toEqual({ mode: "WAL" });
  });

  it("is what its user says, where the disk's number does not tell", () => {
    process.env["LONGHAUL_JOURNAL"] = "rollback";
    expect(journalFor(join(folder, "x.db")).mode).toBe("DELETE");
    process.env["LONGHAUL_JOURNAL"] = "wal";
    expect(journalFor(join(folder, "x.db")).mode).toBe("WAL");
    process.env["LONGHAUL_JOURNAL"] = "off";
    expect(() => journalFor(join(folder, "x.db"))).toThrow("LONGHAUL_JOURNAL=off: must be wal or rollback");
  });
});

describe("hasWal", () => {
  it("tells by a file's header", () => {
    const path = join(folder, "modes.db");
    const database = new Sqlite(path);
    database.exec("CREATE TABLE a (x)");
    expect(hasWal(path)).toBe(false);
    database.pragma("journal_mode = WAL");
    database.close();
    expect(hasWal(path)).toBe(true);
    writeFileSync(join(folder, "short.db"), "x");
    expect([hasWal(join(folder, "short.db")), hasWal(join(folder, "none.db"))]).toEqual([false, false]);
  });
});

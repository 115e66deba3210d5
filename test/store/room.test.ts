import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { onFileNote } from "../../src/store/file-notes.ts";
import { assertRoomFor, freeBytes, RoomWatch } from "../../src/store/room.ts";

describe("RoomWatch", () => {
  it("says why to stop once less than 200 MB are free, looked at every three seconds", () => {
    let [free, atMs, looks]: [number | null, number, number] = [200e6, 0, 0];
    const watch = new RoomWatch(
      "x.db",
      () => {
        looks++;
        return free;
      },
      () => atMs,
    );
    expect(watch.whyStop()).toBeNull();
    free = 150e6;
    atMs = 2_000;
    expect([watch.whyStop(), looks]).toEqual([null, 1]);
    atMs = 3_000;
    expect(watch.whyStop()).toBe("stopped: 150 MB free on the disk of x.db");
    free = null;
    atMs = 6_000;
    expect([watch.whyStop(), looks]).toEqual([null, 3]);
  });
});

describe("what a run is forecast to take", () => {
  it("is told where it may not fit on the disk", () => {
    const notes: string[] = [];
    onFileNote((note) => notes.push(note));
    const place = `${tmpdir()}/x.db`;
    assertRoomFor(place, 1);
    expect(notes).toEqual([]);
    assertRoomFor(place, 1e15);
    expect(notes).toEqual([
      expect.stringMatching(
        /x\.db: its disk has \d+ MB free, and a run stops where less than 200 MB are left; what was asked for takes about 1000000000 MB/,
      ),
    ]);
  });

  it("is held against the disk of the nearest folder that is there", () => {
    const [there, notThere] = [freeBytes(tmpdir()), freeBytes(`${tmpdir()}/not/there/x.db`)];
    expect(there).toBeGreaterThan(0);
    expect(Math.abs((there ?? 0) - (notThere ?? 0))).toBeLessThan(1e9);
    expect(freeBytes("/proc/self")).toBe(process.platform === "linux" ? null : freeBytes("/"));
  });
});

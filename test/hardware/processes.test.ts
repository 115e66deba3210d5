import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isProcessAlive, processStartOf } from "../../src/hardware/processes.ts";

describe("whether a process lives", () => {
  it("tells this one", () => {
    expect(isProcessAlive(process.pid, processStartOf(process.pid))).toBe(true);
    expect(isProcessAlive(process.pid, "another boot/1")).toBe(!existsSync("/proc/self/stat"));
  });

  it.skipIf(!existsSync("/proc/self/stat"))(
    "is over with one that ended and that nobody asked about",
    async () => {
      // What takes the shell's place has a child that it knows nothing of.
      const parent = spawn("sh", ["-c", "sleep 0.2 & echo $!; exec sleep 30"], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        const pid = Number(await new Promise<Buffer>((done) => parent.stdout.once("data", done)));
        const start = processStartOf(pid);
        expect(isProcessAlive(pid, start)).toBe(true);
        await expect.poll(() => isProcessAlive(pid, start), { timeout: 10_000 }).toBe(false);
        // Its number is still taken.
        expect(process.kill(pid, 0)).toBe(true);
      } finally {
        parent.kill();
      }
    },
  );
});

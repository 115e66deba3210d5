import { Worker } from "node:worker_threads";
import { renderings } from "../chat/renderings.ts";

const limitMs = 2_000;
const limitBytes = 256 * 1024 * 1024;
const lookEveryMs = 20;

/** Before what a process wrote that ended itself. */
export const ownEnd = "ended itself: ";

/**
 * Ends this process where a chat template takes too long or too much memory: it is a stranger's program, and holds the
 * thread that renders it. A thread of its own looks on and sleeps otherwise. Time is the processor's, and counted in looks
 * as well: neither a busy or sleeping machine counts, nor what other threads evaluate meanwhile. What it writes is the
 * parent's to tell.
 */
export function watchRenderings(): void {
  const code = `
    const { readFileSync, writeSync } = require("node:fs");
    const { workerData: cells } = require("node:worker_threads");
    // Pages of the model's file are not the template's.
    const ownBytes = () => {
      try {
        return 1024 * Number(/RssAnon:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]);
      } catch {
        return process.memoryUsage.rss();
      }
    };
    const end = (why) => {
      writeSync(2, "\\n${ownEnd}the chat template takes more than " + why + "; name another with --chat-template\\n");
      process.kill(process.pid, "SIGKILL");
    };
    for (;;) {
      const seen = Atomics.load(cells, 0);
      if ((seen & 1) === 0) {
        Atomics.wait(cells, 0, seen);
        continue;
      }
      const bytesBefore = ownBytes();
      const cpuBefore = process.cpuUsage();
      for (let looks = 0; Atomics.load(cells, 0) === seen; looks++) {
        const { user, system } = process.cpuUsage(cpuBefore);
        if (Math.min(looks * ${lookEveryMs}, (user + system) / 1000) > ${limitMs}) end("${limitMs / 1000} s for one conversation");
        if (ownBytes() - bytesBefore > ${limitBytes}) end("${limitBytes / 1024 ** 2} MB of memory for one conversation");
        Atomics.wait(cells, 1, 0, ${lookEveryMs});
      }
    }
  `;
  new Worker(code, { eval: true, workerData: renderings }).unref();
}

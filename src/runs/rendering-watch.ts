import { Worker } from "node:worker_threads";
import { renderings } from "../chat/renderings.ts";

/** In the order of their places. Reading is some hundred short renderings. */
const spans = [
  { limitMs: 2_000, words: "for one conversation" },
  { limitMs: 10_000, words: "to be read" },
];
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
    const { workerData: { cells, spans } } = require("node:worker_threads");
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
    const isOpen = (place) => (Atomics.load(cells, place) & 1) === 1;
    const look = (span, place) => {
      const seen = Atomics.load(cells, place);
      if (span.seen !== seen) Object.assign(span, { seen, looks: 0, cpu: process.cpuUsage(), bytes: ownBytes() });
      else if (isOpen(place)) {
        span.looks++;
        const { user, system } = process.cpuUsage(span.cpu);
        const tookMs = Math.min(span.looks * ${lookEveryMs}, (user + system) / 1000);
        if (tookMs > span.limitMs) end(span.limitMs / 1000 + " s " + span.words);
        if (place === 0 && ownBytes() - span.bytes > ${limitBytes}) end("${limitBytes / 1024 ** 2} MB of memory " + span.words);
      }
    };
    for (;;) {
      const seen = Atomics.load(cells, 0);
      if (spans.some((_, place) => isOpen(place))) {
        spans.forEach(look);
        Atomics.wait(cells, 2, 0, ${lookEveryMs});
      } else if ((seen & 1) === 0) Atomics.wait(cells, 0, seen);
    }
  `;
  new Worker(code, { eval: true, workerData: { cells: renderings, spans } }).unref();
}

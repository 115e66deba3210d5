import { availableParallelism, freemem } from "node:os";
import { Worker } from "node:worker_threads";

/** How fast this machine reads its memory, and how that was found. */
export interface MemorySpeed {
  readonly bytesPerSecond: number;
  readonly threads: number;
  readonly bufferBytes: number;
  readonly method: string;
}

const method =
  "each thread searches its own part of a buffer, which it has written before, for a byte that is not in it (memchr or memcmp, whichever is faster): the best of several passes";

/** Larger than the caches of all but the largest servers. */
const wantedBytes = 512 * 2 ** 20;
const passes = 3;

/**
 * Measures how fast all cores together read memory, which is what bounds generating: every token reads all weights. Takes
 * about a second and an eighth of the free memory at most.
 *
 * @param signal ends it at once
 * @param threads as many as are to read; all that may be used unless told
 * @returns null where there is no room, where no thread can be started, or after `signal`
 */
export async function measureMemorySpeed(
  signal?: AbortSignal,
  threads = availableParallelism(),
): Promise<MemorySpeed | null> {
  const bufferBytes = Math.min(wantedBytes, Math.floor(freemem() / 8));
  const partBytes = Math.floor(bufferBytes / threads / 4096) * 4096;
  if (partBytes < 2 ** 20) return null;
  const gate = new SharedArrayBuffer(8);
  const workers = Array.from(
    { length: threads },
    () => new Worker(reader, { eval: true, workerData: { partBytes, passes, gate, threads } }),
  );
  const stop = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  signal?.addEventListener("abort", stop);
  try {
    const seconds = await Promise.all(workers.map((worker) => resultOf(worker)));
    const best = Math.min(
      ...Array.from({ length: 2 * passes }, (_, pass) =>
        Math.max(...seconds.map((of) => of[pass] ?? Infinity)),
      ),
    );
    const readBytes = partBytes * threads;
    return { bytesPerSecond: readBytes / best, threads, bufferBytes: readBytes, method };
  } catch {
    return null;
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function resultOf(worker: Worker): Promise<number[]> {
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("a reader ended early")));
  });
}

/**
 * Passes begin together: whoever comes last opens the gate. Pages that were never written would all be one page of
 * zeros, which any cache holds. Half of the passes compare the two halves instead.
 */
const reader = `
const { parentPort, workerData } = require("node:worker_threads");
const { partBytes, passes, gate, threads } = workerData;
const arrived = new Int32Array(gate);
const part = Buffer.alloc(partBytes, 1);
const [left, right] = [part.subarray(0, partBytes / 2), part.subarray(partBytes / 2)];
const seconds = [];
for (let pass = 0; pass < 2 * passes; pass++) {
  const goal = (pass + 1) * threads;
  if (Atomics.add(arrived, 0, 1) + 1 === goal) Atomics.notify(arrived, 0);
  for (let now = Atomics.load(arrived, 0); now < goal; now = Atomics.load(arrived, 0)) Atomics.wait(arrived, 0, now, 1000);
  const start = performance.now();
  if (pass % 2 === 0) part.indexOf(2);
  else left.compare(right);
  seconds.push((performance.now() - start) / 1000);
}
parentPort.postMessage(seconds);
`;

/**
 * How often a template began or ended to be read or rendered in this process: odd while that is under way. It cannot be
 * ended from within, so a thread looks on (`runs/rendering-watch.ts`).
 */
export const renderings = new Int32Array(new SharedArrayBuffer(8));

/** Does something with a template where the thread sees it. */
export function watched<Result>(call: () => Result): Result {
  Atomics.add(renderings, 0, 1);
  // Wakes the thread; while it is awake this costs nothing.
  Atomics.notify(renderings, 0);
  try {
    return call();
  } finally {
    Atomics.add(renderings, 0, 1);
  }
}

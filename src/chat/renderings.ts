/**
 * What is under way with a template in this process: how often each began or ended, odd while it goes on. It cannot be ended
 * from within, so a thread looks on (`runs/rendering-watch.ts`); the last place is never written to.
 */
export const renderings = new Int32Array(new SharedArrayBuffer(12));

/** `rendering` of one conversation, or parsing; `reading`: many of them, to find out how the template words things. */
const places = { rendering: 0, reading: 1 };

/** Does something with a template where the thread sees it. */
export function watched<Result>(what: keyof typeof places, call: () => Result): Result {
  Atomics.add(renderings, places[what], 1);
  // Wakes the thread; while it is awake this costs nothing.
  Atomics.notify(renderings, places.rendering);
  try {
    return call();
  } finally {
    Atomics.add(renderings, places[what], 1);
  }
}

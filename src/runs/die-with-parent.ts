import { Worker } from "node:worker_threads";

/** How often it is looked whether the parent is still there. */
const lookEveryMs = 1_000;

/**
 * Ends this process soon after its parent's, however that ended: a thread of its own looks on, so that it holds while native
 * code, a statement or a template that never ends keeps this one busy. The parent's number is the first argument: it may be
 * gone before anybody could ask for it.
 *
 * @param graceMs for what is finished to be kept, by whoever hears that the parent is gone
 */
export function dieWithParent(graceMs: number): void {
  const code = `
    const parent = ${Number(process.argv[2])};
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      setTimeout(() => process.kill(process.pid, "SIGKILL"), ${graceMs});
    }, ${lookEveryMs});
  `;
  new Worker(code, { eval: true }).unref();
}

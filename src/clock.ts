import { uptime } from "node:os";
import { performance } from "node:perf_hooks";

/** Monotonic milliseconds since the process started; the only clock that durations are taken from. */
export function nowMs(): number {
  return performance.now();
}

/** Wall-clock time as an ISO 8601 string in UTC, for rows that say when something happened. */
export function timestamp(): string {
  return new Date().toISOString();
}

/** The wall clock in milliseconds. It goes on while the machine sleeps, where the other one may stand; it also jumps when it is set. */
export function wallMs(): number {
  return new Date().getTime();
}

/** Milliseconds since the machine was started, those that it slept included, however its clock is set meanwhile. */
export function upMs(): number {
  return uptime() * 1000;
}

/** CPU time of this process, all threads, user and system, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Waits until the callbacks of every promise that is settled by now have run. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Lets others have their turn for so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

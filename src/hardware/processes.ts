import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Which processes a number can be looked up among. Null: the system does not tell. */
export interface Place {
  readonly host: string;
  /** Of the machine's kernel, new with each start. */
  readonly boot: string | null;
  /** A container has its own numbers. */
  readonly namespace: string | null;
}

/** Where this process is. */
export function here(): Place {
  return { host: hostname(), boot: bootId(), namespace: namespaceId() };
}

/** Whether numbers of processes there can be looked up here. */
export function isSamePlace(there: Place, own: Place): boolean {
  const isSameMachine = there.boot === own.boot && (own.boot !== null || there.host === own.host);
  return isSameMachine && there.namespace === own.namespace;
}

/** Whether a process still lives. A pid is used again sooner or later: the start time tells. */
export function isProcessAlive(pid: number, processStart: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const now = processStartOf(pid);
  return processStart === null || now === null || now === processStart;
}

/** Boot and start time of a process where the system tells (Linux), else null. */
export function processStartOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${bootId()}/${ticks}`;
  } catch {
    return null;
  }
}

function bootId(): string | null {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return null;
  }
}

function namespaceId(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}

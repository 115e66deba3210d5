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

/**
 * Whether a process still lives. A pid is used again sooner or later: the start time tells. One that ended keeps its number
 * until its parent has asked how, and in a container nobody may ever ask.
 */
export function isProcessAlive(pid: number, processStart: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const [state] = statOf(pid) ?? [];
  if (state === "Z" || state === "X") return false;
  const now = processStartOf(pid);
  return processStart === null || now === null || now === processStart;
}

/** Boot and start time of a process where the system tells (Linux), else null. */
export function processStartOf(pid: number): string | null {
  const stat = statOf(pid);
  return stat === null ? null : `${bootId()}/${stat[19]}`;
}

/** What Linux tells of a process behind its name: its state, its parent, ... (proc_pid_stat(5), from field 3 on). */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
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

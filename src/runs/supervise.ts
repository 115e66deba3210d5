import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { withKeys } from "../gguf/native-names.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { ownEnd } from "./rendering-watch.ts";
import type { TrialHooks } from "./run-trial.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import { type Death, deathWords, type Patience, Watchdog } from "./watchdog.ts";

/** How a worker process ended without a word. */
export interface Crash {
  readonly status: "interrupted" | "failed";
  readonly rollouts: "interrupted" | "engine_error" | "timeout";
  readonly error: string;
}

export type Supervised = { readonly end: TrialEnd } | { readonly crash: Crash };

/** Why this process killed the child. */
type Killed = "interrupted" | Death;

/**
 * Runs a trial in a child process. The child writes the rows; here one only learns how it went. The second
 * interrupt kills the child at once, since a native call cannot be stopped; what was finished is in the file. So does
 * a watchdog where it gives no sign of life.
 */
export function superviseTrial(trial: Trial, hooks: TrialHooks, patience: Patience): Promise<Supervised> {
  const child = startChild();
  tell(child.process, { type: "run", trial });
  let killed: Killed | null = null;
  const watchdog = new Watchdog(patience, (death) => {
    killed = death;
    child.process.kill("SIGKILL");
  });
  let interrupts = 0;
  hooks.onInterruptible(() => {
    interrupts++;
    if (interrupts === 1) tell(child.process, { type: "interrupt" });
    else {
      killed = "interrupted";
      child.process.kill("SIGKILL");
    }
  });
  return new Promise((resolve) => {
    let end: TrialEnd | null = null;
    let failure: string | null = null;
    child.process.on("message", (message: FromWorker) => {
      if (message.type === "progress") hooks.onProgress(message.progress);
      else if (message.type === "watch") hooks.onWatch(message.event);
      else if (message.type === "locked") hooks.onLocked?.(message.told);
      else if (message.type === "ended") ({ end } = message);
      else if (message.type === "failed") failure = message.message;
      else if (message.type === "alive") watchdog.beat(message.beat);
    });
    child.process.on("close", (code, signal) => {
      watchdog.stop();
      if (end !== null) resolve({ end });
      else resolve({ crash: describeCrash(code, signal, killed, failure ?? child.lastWords()) });
    });
  });
}

/** A worker process. */
export interface Child {
  readonly process: ChildProcess;
  /** The last line that it wrote to its error output, where native aborts explain themselves. */
  lastWords(): string | null;
  /** Takes what it wrote so far for said: what comes is about something else. */
  forget(): void;
}

/**
 * Starts a worker process that waits for a job.
 *
 * @param root its file without the ending
 */
export function startChild(root = new URL("./worker", import.meta.url)): Child {
  // Built as .js beside this file; run from source by tests and tools as .ts.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = fork(fileURLToPath(`${root.href}.${extension}`), [String(process.pid)], {
    // One libuv thread: sampling on more of them fights with the threads that evaluate (bench/README.md).
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let tail = "";
  worker.stderr?.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-4_000);
  });
  const lastWords = (): string | null =>
    tail
      .split("\n")
      .findLast((line) => /assert|error|abort|what\(\):|^ended itself/i.test(line))
      ?.replace(/^.*\/(?=[^/]+:\d+)/, "") ?? null;
  const forget = (): void => {
    tail = "";
  };
  return { process: worker, lastWords, forget };
}

/** Sends a message, if the child still listens. */
export function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => undefined);
}

/** How a child ended that did not say so itself. */
export function describeCrash(
  code: number | null,
  signal: NodeJS.Signals | null,
  killed: Killed | null,
  words: string | null,
): Crash {
  if (killed === "interrupted")
    return { status: "interrupted", rollouts: "interrupted", error: "stopped at once by a second Ctrl-C" };
  if (killed !== null) return { status: "failed", rollouts: "timeout", error: deathWords(killed) };
  if (words?.startsWith(ownEnd) === true)
    return { status: "failed", rollouts: "engine_error", error: words.slice(ownEnd.length) };
  const because = words === null ? "" : `: ${withKeys(words.trim())}`;
  if (signal === "SIGKILL" || signal === "SIGTERM") {
    const memory = signal === "SIGKILL" ? ", perhaps because the machine ran out of memory" : "";
    return {
      status: "interrupted",
      rollouts: "interrupted",
      error: `the engine's process was killed (${signal})${memory}`,
    };
  }
  const how = signal === null ? `ended with code ${code}` : `crashed (${signal})`;
  return { status: "failed", rollouts: "engine_error", error: `the engine's process ${how}${because}` };
}

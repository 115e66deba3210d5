import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { messageOf } from "../errors.ts";
import { killedBetween, memoryKills } from "../hardware/memory-kills.ts";
import { removeLeftFolders } from "../hardware/temporary-folder.ts";
import { visible } from "../visible-text.ts";
import { type Crash, crashOf, EngineEndedError, type Gone, type TrialPhase } from "./engine-end.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { TrialHooks } from "./run-trial.ts";
import type { Trial, TrialEnd } from "./trial.ts";
import { type Death, type Patience, Watchdog } from "./watchdog.ts";

export type Supervised = { readonly end: TrialEnd } | { readonly crash: Crash };

/**
 * Runs a trial in a child process. The child writes the rows; here one only learns how it went. The second
 * interrupt kills the child at once, since a native call cannot be stopped; what was finished is in the file. So does
 * a watchdog where it gives no sign of life.
 */
export async function superviseTrial(
  trial: Trial,
  hooks: TrialHooks,
  patience: Patience,
): Promise<Supervised> {
  let child: Child;
  try {
    child = startChild();
  } catch (error) {
    if (error instanceof EngineEndedError) return { crash: error.crash };
    throw error;
  }
  tell(child.process, { type: "run", trial });
  const told: { killed?: "interrupt" | Death; end?: TrialEnd; failure?: string; phase?: TrialPhase } = {};
  const kill = (why: "interrupt" | Death): void => {
    told.killed = why;
    child.process.kill("SIGKILL");
  };
  const watchdog = new Watchdog(patience, kill);
  let interrupts = 0;
  hooks.onInterruptible(() => {
    interrupts++;
    if (interrupts === 1) tell(child.process, { type: "interrupt" });
    else kill("interrupt");
  });
  child.process.on("message", (message: FromWorker) => {
    if (message.type === "progress") {
      told.phase = message.progress.phase;
      hooks.onProgress(message.progress);
    } else if (message.type === "watch") hooks.onWatch(message.event);
    else if (message.type === "locked") hooks.onLocked?.(message.told);
    else if (message.type === "ended") told.end = message.end;
    else if (message.type === "failed") told.failure = message.message;
    else if (message.type === "alive") watchdog.beat(message.beat);
  });
  const gone = await child.gone;
  watchdog.stop();
  const { end, failure, killed = null, phase = null } = told;
  return end === undefined
    ? { crash: crashOf({ ...gone, phase, words: failure ?? gone.words }, killed) }
    : { end };
}

/** A worker process. */
export interface Child {
  readonly process: ChildProcess;
  /** Settled once it has ended, or could not be started; never rejects. */
  readonly gone: Promise<Gone>;
  /** The last line that it wrote to its error output, where native aborts explain themselves. */
  lastWords(): string | null;
  /** The last lines of that, whatever they say. */
  lastLines(): readonly string[];
  /** Takes what it wrote so far for said: what comes is about something else. */
  forget(): void;
}

/**
 * Starts a worker process that waits for a job.
 *
 * @param root its file without the ending
 * @throws EngineEndedError where the system has no room for another process
 */
export function startChild(root = new URL("./worker", import.meta.url)): Child {
  // Built as .js beside this file; run from source by tests and tools as .ts.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = forked(fileURLToPath(`${root.href}.${extension}`));
  let tail = "";
  worker.stderr?.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString("utf8")).slice(-4_000);
  });
  const child = {
    process: worker,
    lastWords: () => wordsAmong(tail.split("\n")),
    lastLines: () => linesOf(tail),
    forget: () => {
      tail = "";
    },
  };
  return { ...child, gone: goneOf(child) };
}

/** What a turn leaves behind is collected soon: with room for more of it, memory grew for minutes before it shrank. */
const smallHeap = ["--max-semi-space-size=4"];

function forked(file: string): ChildProcess {
  try {
    return fork(file, [String(process.pid)], {
      // One libuv thread: sampling on more of them fights with the threads that evaluate (bench/README.md).
      env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
      execArgv: [...process.execArgv, ...smallHeap],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
  } catch (error) {
    const nothing = {
      exitCode: null,
      signal: null,
      phase: null,
      lastLines: [],
      memoryKill: null,
      words: null,
    };
    throw new EngineEndedError(crashOf({ ...nothing, startError: messageOf(error) }, null));
  }
}

function goneOf({ process: worker, lastWords, lastLines }: Omit<Child, "gone">): Promise<Gone> {
  const before = memoryKills();
  return new Promise((resolve) => {
    const settle = (exitCode: number | null, signal: string | null, startError: string | null): void => {
      // One that was killed had no time for it.
      if (signal !== null) removeLeftFolders();
      resolve({
        exitCode,
        signal,
        startError,
        phase: null,
        lastLines: lastLines(),
        memoryKill: killedBetween(before, memoryKills()),
        words: lastWords(),
      });
    };
    worker.on("close", (code, signal) => settle(code, signal, null));
    // What goes wrong once it lives (it cannot be told anything, say) ends it, or its patience does.
    worker.on("error", (error) => {
      if (worker.pid === undefined) settle(null, null, messageOf(error));
    });
  });
}

function wordsAmong(lines: readonly string[]): string | null {
  const explains = lines.findLast((line) => /assert|error|abort|what\(\):|^ended itself/i.test(line));
  return explains?.replace(/^.*\/(?=[^/]+:\d+)/, "").trim() ?? null;
}

/** As much as tells what happened, and no more than a row should hold. */
function linesOf(text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-20).map((line) => visible(line).slice(0, 400));
}

/** Sends a message, if the child still listens. */
export function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => undefined);
}

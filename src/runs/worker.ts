import { EngineError, messageOf } from "../errors.ts";
import { openDatabase } from "../store/database.ts";
import { Recorder } from "../store/append.ts";
import { ModelInspector } from "./inspect.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { runTrial } from "./run-trial.ts";
import type { Trial, TrialProgress, WatchEvent } from "./trial.ts";

/**
 * The process that runs native code, forked by the parent: it measures one model, or counts for as many as are asked
 * for. It alone writes what it measures: messages are lost when a process aborts, committed rows are not.
 */

const progressEveryMs = 200;
const aliveEveryMs = 5_000;

const inspector = new ModelInspector();
let isInspecting = false;
let interrupt: (() => void) | null = null;
let isInterrupted = false;
/** Grows while the engine works. */
let steps = 0;

// Ctrl-C reaches the whole process group; the parent decides what it means and says so.
process.on("SIGINT", () => undefined);
process.on("message", (message: ToWorker) => void receive(message));
// The parent is gone: nobody reads on. Keep what is finished and end.
process.on("disconnect", () => {
  stop();
  if (isInspecting) process.exit(0);
});

async function receive(message: ToWorker): Promise<void> {
  if (message.type === "interrupt") return stop();
  try {
    if (message.type === "run") await run(message.trial);
    else {
      isInspecting = true;
      if (message.type === "inspect")
        send({ type: "inspected", inspection: await inspector.inspect(message.job) });
      else if (message.type === "estimate")
        send({ type: "estimated", estimate: await inspector.estimate(message.job) });
      else send({ type: "worded", prompt: await inspector.prompt(message.job) });
    }
  } catch (error) {
    const engineError = error instanceof EngineError ? error : null;
    send({
      type: "failed",
      code: engineError?.code ?? "native",
      message: messageOf(error),
      detail: engineError?.detail ?? (error instanceof Error ? (error.stack ?? null) : null),
    });
  }
  // Others may follow.
  if (isInspecting) return;
  // Native threads must not keep a finished worker alive; what was sent before is delivered first.
  if (process.connected)
    process.send?.({ type: "alive", steps } satisfies FromWorker, undefined, undefined, () =>
      process.exit(0),
    );
  else process.exit(0);
}

async function run(trial: Trial): Promise<void> {
  const database = openDatabase(trial.dbPath);
  const recorder = new Recorder(database, trial.runId);
  const timer = setInterval(() => send({ type: "alive", steps }), aliveEveryMs);
  let lastProgressMs = 0;
  const onProgress = (progress: TrialProgress): void => {
    steps = progress.batches + progress.turnsDone;
    const isLast = progress.turnsDone === progress.turnsTotal;
    if (progress.elapsedMs - lastProgressMs < progressEveryMs && progress.turnsDone > 0 && !isLast) return;
    lastProgressMs = progress.elapsedMs;
    send({ type: "progress", progress });
  };
  const onWatch = (event: WatchEvent): void => send({ type: "watch", event });
  const onInterruptible = (stopTrial: () => void): void => {
    interrupt = stopTrial;
    if (isInterrupted) stopTrial();
  };
  try {
    send({ type: "ended", end: await runTrial(trial, recorder, { onProgress, onWatch, onInterruptible }) });
  } finally {
    clearInterval(timer);
    database.close();
  }
}

function stop(): void {
  isInterrupted = true;
  interrupt?.();
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

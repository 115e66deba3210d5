import { macrotask, nowMs } from "../clock.ts";
import type { BatchMark } from "../hardware/facts.ts";
import { openDatabase } from "../store/database.ts";
import { Recorder } from "../store/recorder.ts";
import { dieWithParent } from "./die-with-parent.ts";
import { failureOf } from "./failure.ts";
import { GoingOn } from "./going-on.ts";
import { ModelInspector } from "./inspect.ts";
import { LevelProber } from "./level-prober.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { NativeWork } from "./native-work.ts";
import { Remeasurement } from "./remeasurement.ts";
import { watchRenderings } from "./rendering-watch.ts";
import { runTrial } from "./run-trial.ts";
import { realTime, Ticks } from "./tick.ts";
import type { Trial, TrialProgress, WatchEvent } from "./trial.ts";
import type { Speeds } from "./tune-choice.ts";
import { tune } from "./tune-job.ts";

/**
 * The process that runs native code, forked by the parent: it measures one model, or counts and probes for as many as
 * are asked for. It alone writes what it measures: messages are lost when a process aborts, committed rows are not.
 */

const progressEveryMs = 200;

/** Of the run that goes on; null: none does. */
let rows: Recorder | null = null;
const ticks = new Ticks(realTime, beat, (byMs) => rows?.event("clock-set", { byMs: Math.round(byMs) }));
const work = new NativeWork(nowMs, (startMs) => ticks.heldUpSince(startMs));
const inspector = new ModelInspector(
  () => {
    worked();
    return macrotask();
  },
  (what) => send({ type: "at", what }),
);
const prober = new LevelProber({ worked, markOf });
/** Whether nothing is lost when it ends. */
let writesNothing = false;
/** Whether other jobs may follow this one. */
let mayFollow = false;
let interrupt: (() => void) | null = null;
let isInterrupted = false;

// A batch in flight may end, and what it finished be kept.
dieWithParent(3_000);
watchRenderings();

// The parent knows from now on that this process lives, before anything native is loaded.
beat();

// Ctrl-C reaches the whole process group; the parent decides what it means and says so.
process.on("SIGINT", () => undefined);
process.on("message", (message: ToWorker) => void receive(message));
// The parent is gone: nobody reads on. Keep what is finished and end.
process.on("disconnect", () => {
  stop();
  if (writesNothing) process.exit(0);
});

async function receive(message: ToWorker): Promise<void> {
  if (message.type === "interrupt") return stop();
  try {
    if (message.type === "run") await run(message.trial);
    else if (message.type === "tune") {
      writesNothing = true;
      const onTried = (tried: Speeds): void => send({ type: "tuning", tried });
      send({ type: "tuned", tuned: await tune(message.tuneJob, { onTried, worked, markOf }) });
    } else {
      writesNothing = true;
      mayFollow = true;
      if (message.type === "probe")
        send({ type: "probed", probed: await prober.probe(message.probeJob, () => send({ type: "step" })) });
      else if (message.type === "inspect")
        send({ type: "inspected", inspection: await inspector.inspect(message.job) });
      else if (message.type === "estimate")
        send({ type: "estimated", estimate: await inspector.estimate(message.job) });
      else send({ type: "worded", prompt: await inspector.prompt(message.job) });
    }
  } catch (error) {
    send(failureOf(error));
  }
  if (mayFollow) return;
  // Native threads must not keep a finished worker alive; what was sent before is delivered first.
  if (process.connected)
    process.send?.({ type: "alive", beat: work.beat } satisfies FromWorker, undefined, undefined, () =>
      process.exit(0),
    );
  else process.exit(0);
}

async function run(trial: Trial): Promise<void> {
  const database = openDatabase(trial.dbPath);
  const { runId, goesOn } = trial;
  const recorder = new Recorder(database, runId, goesOn?.session ?? null);
  rows = recorder;
  const again = goesOn?.rebuilt === "times" ? new Remeasurement(database, runId, goesOn, recorder) : null;
  const goingOn = again ?? (goesOn === undefined ? null : new GoingOn(database, runId, goesOn));
  let lastProgressMs = 0;
  const onProgress = (progress: TrialProgress): void => {
    const isLast = progress.turnsDone === progress.turnsTotal;
    if (progress.elapsedMs - lastProgressMs < progressEveryMs && progress.turnsDone > 0 && !isLast) return;
    lastProgressMs = progress.elapsedMs;
    send({ type: "progress", progress });
  };
  const onWatch = (event: WatchEvent): void => send({ type: "watch", event });
  const onLocked = (told: string): void => {
    // Its timers stand still while it waits.
    beat();
    send({ type: "locked", told });
  };
  const onInterruptible = (stopTrial: () => void): void => {
    interrupt = stopTrial;
    if (isInterrupted) stopTrial();
  };
  try {
    const hooks = { onProgress, onWatch, onInterruptible, onLocked, worked, markOf };
    send({ type: "ended", end: await runTrial(trial, again ?? recorder, hooks, goingOn) });
  } finally {
    database.close();
  }
}

function beat(): void {
  send({ type: "alive", beat: work.beat });
}

function worked(tokens?: number): void {
  work.begin(tokens);
  // From here on less patience is needed.
  if (work.beat.work === 1) beat();
}

function markOf(startMs: number): BatchMark | null {
  return ticks.heldUpSince(startMs) ? "slept" : null;
}

function stop(): void {
  isInterrupted = true;
  interrupt?.();
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

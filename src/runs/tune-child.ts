import { EngineError, InterruptedError } from "../errors.ts";
import { crashOf, EngineEndedError } from "./engine-end.ts";
import { errorOf } from "./failure.ts";
import type { FromWorker } from "./messages.ts";
import { startChild, tell } from "./supervise.ts";
import type { Speeds } from "./tune-choice.ts";
import type { Tuned, TuneJob } from "./tune-job.ts";
import { deathWords, type Patience, Watchdog } from "./watchdog.ts";

/** Whoever waits for a measurement. */
export interface TuneHooks {
  /** Registers what an interrupt does while it is measured; null: it is over. */
  onInterruptible(interrupt: (() => void) | null): void;
  onTried(speeds: Speeds): void;
}

/**
 * Measures in a process of its own, which ends with it, so that nothing native can take the program down. The run can
 * begin without it, so one that gives no sign of life is given up.
 *
 * @throws InterruptedError after an interrupt
 * @throws EngineError where it cannot be measured, or the process ended without a word
 */
export async function tuneInChild(job: TuneJob, hooks: TuneHooks, patience: Patience): Promise<Tuned> {
  const child = startChild();
  const told: { found?: Tuned; failure?: Error } = {};
  const giveUp = (error: Error): void => {
    told.failure = error;
    child.process.kill("SIGKILL");
  };
  const watchdog = new Watchdog(patience, (death) => giveUp(new EngineError("timeout", deathWords(death))));
  hooks.onInterruptible(() => giveUp(new InterruptedError("interrupted")));
  tell(child.process, { type: "tune", tuneJob: job });
  child.process.on("message", (message: FromWorker) => {
    if (message.type === "tuning") hooks.onTried(message.tried);
    else if (message.type === "alive") watchdog.beat(message.beat);
    else if (message.type === "tuned") told.found = message.tuned;
    else if (message.type === "failed") told.failure = errorOf(message);
  });
  const gone = await child.gone;
  watchdog.stop();
  hooks.onInterruptible(null);
  if (told.found !== undefined) return told.found;
  throw told.failure ?? new EngineEndedError(crashOf(gone, null));
}

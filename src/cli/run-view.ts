import type { AskedOfModel, PlannedModel, RunView } from "../runs/view.ts";
import type { TrialEnd, TrialProgress, WatchEvent } from "../runs/trial.ts";
import { levelFound } from "../report/sentences/levels.ts";
import { forecast, rolloutsBroken } from "../report/sentences/run.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import type { Settings } from "../settings/settings.ts";
import { planLines } from "./plan-lines.ts";
import type { ProgressView } from "./progress.ts";
import { exitCodeOf, goOnLine, resumable, type StopCause, stopping } from "./stops.ts";
import { remark } from "./terminal.ts";
import { type GoingRun, unreadNote } from "./unread-note.ts";
import { Watcher } from "./watch.ts";

/** Shows runs on stderr. */
export class TerminalView implements RunView {
  readonly #progress: ProgressView;
  readonly #isQuiet: boolean;
  readonly #dbPath: string;
  #interruptTrial: (() => void) | null = null;
  readonly #watcher = new Watcher(process.stderr);
  /** Whether there is a run; before it one is only made ready. */
  #isPlaying = false;
  #interrupts = 0;
  /** Who stopped it first; null: nobody did. */
  #cause: StopCause | null = null;
  /** Whether a run stands interrupted that nobody here stopped. */
  #hasStopped = false;
  #hasForecast = false;
  /** The run that goes on; null: there was none yet. */
  #run: GoingRun | null = null;
  /** Whether it was told that hardly any answer can be read. */
  #hasTold = false;
  failures = 0;
  /** Of each model; null: what is shown here is not compared model by model. */
  rollouts: number | null = null;
  /** What the model is asked besides: that is not proposed. */
  beside: readonly Settings[] = [];
  /** How a run that stopped goes on, as it is typed behind the program's name. */
  goOnWords: (runId: number) => string = (runId) => `resume ${runId}`;
  /** Told the number of each run when it begins. */
  onRun: (runId: number) => void = () => undefined;

  constructor(
    progress: ProgressView,
    { isQuiet, dbPath }: { readonly isQuiet: boolean; readonly dbPath: string },
  ) {
    this.#progress = progress;
    this.#isQuiet = isQuiet;
    this.#dbPath = dbPath;
  }

  get isInterrupted(): boolean {
    return this.#interrupts > 0;
  }

  stop(cause: StopCause): void {
    this.#interrupts++;
    this.#cause ??= cause;
    if (this.#interruptTrial === null) {
      remark(stopping(cause, false).trim());
      process.exit(exitCodeOf(this.#cause));
    }
    if (this.#interrupts === 1) this.#say(stopping(cause, this.#isPlaying));
    this.#interruptTrial();
  }

  /** The exit code of what was shown here: 0 where all is done. */
  get exitCode(): number {
    if (this.#cause !== null) return exitCodeOf(this.#cause);
    if (this.#hasStopped) return resumable;
    return this.failures > 0 ? 1 : 0;
  }

  onTune(name: string, found: string): void {
    this.#progress.tune(name, found);
  }

  onLevel(search: LevelSearch): void {
    this.#progress.stop();
    this.#say(levelFound(search).join("; "));
  }

  onPlan(plan: readonly PlannedModel[]): void {
    this.#progress.stop();
    for (const line of planLines(plan, this.rollouts)) this.#say(line);
  }

  onHash(name: string, doneBytes: number, totalBytes: number): void {
    this.#progress.hash(name, doneBytes, totalBytes);
  }

  onTrialStart(name: string, runId: number, asked: AskedOfModel): void {
    this.onRun(runId);
    this.#run = { id: runId, asked, dbPath: this.#dbPath };
    this.#isPlaying = true;
    this.#hasForecast = false;
    this.#hasTold = false;
    this.#progress.start(name);
  }

  onProgress(progress: TrialProgress): void {
    if (!this.#hasForecast && progress.forecast !== null) {
      this.#hasForecast = true;
      this.#progress.note(forecast(progress.forecast, progress.endsEarly || progress.forecast.isMost));
    }
    if (!this.#hasTold && progress.unreadable !== null && this.#run !== null) {
      this.#hasTold = true;
      this.#progress.note(unreadNote(progress.unreadable, this.#run, this.beside));
    }
    this.#progress.update(progress);
  }

  onLocked(told: string): void {
    this.#progress.note(told);
  }

  onWatch(event: WatchEvent): void {
    this.#watcher.show(event);
  }

  onTrialEnd(name: string, runId: number, end: TrialEnd): void {
    this.#progress.stop();
    this.#interruptTrial = null;
    this.#isPlaying = false;
    // Another run stands for it.
    const isGone = end.isTriedAgain === true;
    if (!isGone && (end.status === "failed" || end.isRefused === true)) this.failures++;
    else if (end.status === "interrupted" && !this.isInterrupted && end.isGivenBack !== true)
      this.#hasStopped = true;
    if (end.broken !== null) {
      const { count, because } = end.broken;
      remark(`${name}: ${rolloutsBroken(count)}: ${because}`);
    }
    if (end.error !== null) remark(`${name}: ${end.status}: ${end.error}`);
    const isOver = end.status === "complete" || end.isRefused === true || isGone;
    if (!isOver && end.isGivenBack !== true && end.hasLost !== true)
      remark(goOnLine(this.goOnWords(runId), this.#dbPath));
  }

  onInterruptible(interrupt: (() => void) | null): void {
    this.#interruptTrial = interrupt;
    if (this.isInterrupted) interrupt?.();
  }

  #say(text: string): void {
    if (!this.#isQuiet) remark(text);
  }
}

import { nowMs, timestamp } from "../clock.ts";
import type { Batch, Conversation, Engine, EngineEvents, PrefixInfo } from "../engine/engine.ts";
import { createEngine } from "../engine/index.ts";
import { EngineError, messageOf } from "../errors.ts";
import { parseHistory } from "../rollout/history/index.ts";
import {
  type FinishedTurn,
  type RolloutOutcome,
  type RolloutPlan,
  runRollout,
} from "../rollout/run-rollout.ts";
import type { Recorder } from "../store/append.ts";
import { pick, samplingNames } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import { systemMessage } from "../tasks/prompt.ts";
import type { Instance, Task } from "../tasks/task.ts";
import { forecastMs } from "./forecast.ts";
import { toTurnRows } from "./record.ts";
import type { Trial, TrialEnd, TrialProgress, WatchEvent } from "./trial.ts";
import { breakWarnings, type EndedRollout, isSilent, trialEnd } from "./trial-end.ts";

/** What a trial tells while it runs, and how it is stopped. */
export interface TrialHooks {
  onProgress(progress: TrialProgress): void;
  onWatch(event: WatchEvent): void;
  /** Called once with a function that interrupts: the batch in flight ends, everything finished is kept. */
  onInterruptible(interrupt: () => void): void;
}

/**
 * Carries out one trial in this process and records it: every finished turn is in the file before the same
 * conversation's next turn begins. Never rejects for what the engine or the model does; that is the run's end.
 */
export async function runTrial(trial: Trial, recorder: Recorder, hooks: TrialHooks): Promise<TrialEnd> {
  const startMs = nowMs();
  const { replayedRun } = parseHistory(trial.settings.history);
  const ownErrors = replayedRun === null ? [] : recorder.ownErrors(replayedRun);
  const session = new TrialSession(trial, recorder, hooks, startMs, ownErrors);
  let end: TrialEnd;
  try {
    end = await session.run();
  } catch (error) {
    end = { status: "failed", error: describe(error), broken: null };
    if (!(error instanceof EngineError))
      recorder.event("bug", { stack: error instanceof Error ? error.stack : null });
  }
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const { status, error } = end;
  recorder.finishRun({
    status,
    error,
    wallMs: nowMs() - startMs,
    peakRssBytes: trial.engine.kind === "llama" ? peakRssBytes : null,
  });
  return end;
}

/** Rollouts whose openings are compared for what they share; what later ones share can only be less. */
const openingsCompared = 32;

class TrialSession {
  readonly #trial: Trial;
  readonly #recorder: Recorder;
  readonly #hooks: TrialHooks;
  readonly #startMs: number;
  readonly #task: Task;
  readonly #ended: EndedRollout[] = [];
  readonly #ownErrors: readonly number[];
  #nextRollout = 0;
  #parallel = 1;
  #brokenSinceAnswer = 0;
  /** Turns that were planned, but whose rollouts are over. */
  #turnsSpared = 0;
  #interrupted = false;
  #phase: TrialProgress["phase"] = "loading";
  #watchedTurn = -1;
  #turnsDone = 0;
  #turnsRight = 0;
  #fallen = 0;
  #decodedTokens = 0;
  #batches = 0;
  #forecastMs: number | null = null;
  readonly #warmUp: Batch[] = [];

  constructor(
    trial: Trial,
    recorder: Recorder,
    hooks: TrialHooks,
    startMs: number,
    ownErrors: readonly number[],
  ) {
    this.#trial = trial;
    this.#recorder = recorder;
    this.#hooks = hooks;
    this.#startMs = startMs;
    this.#task = tasks[trial.settings.task];
    this.#ownErrors = ownErrors;
  }

  async run(): Promise<TrialEnd> {
    this.#report();
    const engine = await createEngine(this.#trial.engine, this.#events());
    try {
      this.#hooks.onInterruptible(() => {
        this.#interrupted = true;
        engine.interrupt();
      });
      await this.#preparePrefix(engine);
      this.#parallel = Math.min(engine.info.parallel, this.#trial.settings.rollouts);
      await Promise.all(Array.from({ length: this.#parallel }, () => this.#playRollouts(engine)));
      this.#report();
    } finally {
      await engine.close();
      this.#recorder.flush();
    }
    for (const message of breakWarnings(this.#ended)) this.#recorder.event("warning", { message });
    return trialEnd(this.#ended, { isInterrupted: this.#interrupted, isSilent: this.#isSilent });
  }

  #events(): EngineEvents {
    return {
      afterBatches: (batches) => {
        this.#batches += batches.length;
        if (this.#phase !== "running") this.#warmUp.push(...batches);
        this.#recorder.batches(batches);
        this.#recorder.flush();
        this.#report();
      },
      event: (kind, data) => this.#recorder.event(kind, data),
      said: ({ rollout, turnIndex }, text) => this.#said(rollout, turnIndex, text),
    };
  }

  async #preparePrefix(engine: Engine): Promise<void> {
    this.#phase = "prefix";
    this.#report();
    const openings = Array.from(
      { length: Math.min(this.#trial.settings.rollouts, openingsCompared) },
      (_, rollout) => {
        const { instance, system } = this.#instance(rollout);
        const question = this.#task.question(instance.turns[0]?.keys ?? []);
        return [
          { role: "system", content: system },
          { role: "user", content: question },
        ] as const;
      },
    );
    const prefix = await engine.setPrefix(openings);
    this.#recordEngine(engine, prefix);
    this.#forecastMs = forecastMs(this.#warmUp, engine.info.parallel, this.#trial.expected);
    this.#phase = "running";
    this.#report();
  }

  #recordEngine(engine: Engine, prefix: PrefixInfo): void {
    this.#recorder.setRunEngine({ ...engine.info, prefixTokens: prefix.tokens, prefixMs: prefix.prefillMs });
    this.#recorder.event("prefix", { ...prefix });
    for (const warning of engine.info.warnings) this.#recorder.event("warning", { message: warning });
    this.#recorder.flush();
  }

  get #isSilent(): boolean {
    return isSilent(this.#brokenSinceAnswer, this.#parallel);
  }

  /** One of the parallel conversations: takes the next rollout until none is left, or the engine is gone. */
  async #playRollouts(engine: Engine): Promise<void> {
    while (!this.#interrupted && !this.#isSilent && this.#nextRollout < this.#trial.settings.rollouts) {
      const rollout = this.#nextRollout++;
      const conversation = engine.open();
      try {
        const outcome = await this.#play(rollout, conversation);
        this.#ended.push({ ...outcome, rollout });
        this.#turnsSpared += this.#turnsPlanned - outcome.turnsFinished;
        if (outcome.end === "engine_error") this.#brokenSinceAnswer++;
      } finally {
        conversation.close();
      }
    }
  }

  async #play(rollout: number, conversation: Conversation): Promise<RolloutOutcome> {
    const { instance, system } = this.#instance(rollout);
    const { settings, answerLimit, isWatched } = this.#trial;
    this.#recorder.startRollout({ rollout, dictionary: instance.dictionary, startedAt: timestamp() });
    let isFallen = false;
    const plan: RolloutPlan = {
      task: this.#task,
      instance,
      system,
      rollout,
      settings,
      sampling: pick(settings, samplingNames),
      answerLimit,
      ownErrors: this.#ownErrors,
      isWatched: isWatched && rollout === 0,
    };
    const outcome = await runRollout(plan, conversation, (turn) => {
      if (!isFallen && !isRight(turn)) {
        isFallen = true;
        this.#fallen++;
      }
      this.#record(rollout, turn);
    });
    if (!isFallen && outcome.end !== "complete") this.#fallen++;
    this.#recorder.endRollout({ rollout, ...outcome, endedAt: timestamp() });
    return outcome;
  }

  #said(rollout: number, turnIndex: number, text: string): void {
    if (turnIndex !== this.#watchedTurn) {
      this.#watchedTurn = turnIndex;
      const keys = this.#instance(rollout).instance.turns[turnIndex]?.keys ?? [];
      this.#hooks.onWatch({ kind: "asked", turn: turnIndex + 1, keys });
    }
    this.#hooks.onWatch({ kind: "said", text });
  }

  #record(rollout: number, turn: FinishedTurn): void {
    if (this.#trial.isWatched && rollout === 0) this.#hooks.onWatch(judgedEvent(this.#task, turn));
    this.#brokenSinceAnswer = 0;
    this.#turnsDone++;
    if (isRight(turn)) this.#turnsRight++;
    for (const { result } of turn.samples) this.#decodedTokens += result.decodedTokens;
    for (const row of toTurnRows(rollout, turn)) this.#recorder.turn(row);
  }

  #instance(rollout: number): { instance: Instance; system: string } {
    const { settings, instances } = this.#trial;
    const instance = givenOrDrawn(instances, this.#task, settings, settings.seed, rollout);
    return { instance, system: systemMessage(this.#task, settings, instance) };
  }

  get #turnsPlanned(): number {
    const { probe, turns } = this.#trial.settings;
    return probe?.length ?? turns;
  }

  #report(): void {
    const { rollouts, until } = this.#trial.settings;
    this.#hooks.onProgress({
      phase: this.#phase,
      turnsDone: this.#turnsDone,
      turnsTotal: rollouts * this.#turnsPlanned - this.#turnsSpared,
      endsEarly: until === "first-error",
      turnsRight: this.#turnsRight,
      survivors: rollouts - this.#fallen,
      rollouts,
      decodedTokens: this.#decodedTokens,
      batches: this.#batches,
      elapsedMs: nowMs() - this.#startMs,
      forecastMs: this.#forecastMs,
    });
  }
}

function judgedEvent(task: Task, { asked, samples }: FinishedTurn): WatchEvent {
  const judged = samples[0]?.judged;
  return {
    kind: "judged",
    isRight: judged?.verdict.turnCorrect === true,
    expected: judged === undefined ? "" : task.render(judged.expected),
    truth: task.render(asked.truth),
  };
}

function isRight({ samples }: FinishedTurn): boolean {
  return samples[0]?.judged.verdict.turnCorrect === true;
}

function describe(error: unknown): string {
  const message = messageOf(error);
  return error instanceof EngineError && error.detail !== null ? `${message}\n${error.detail}` : message;
}

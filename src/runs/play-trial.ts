import { nowMs, timestamp } from "../clock.ts";
import type { Batch, Conversation, Engine, EngineEvents, Message, PrefixInfo } from "../engine/engine.ts";
import { EngineError, InterruptedError, LostLeaseError, messageOf } from "../errors.ts";
import { type FinishedTurn, type RolloutOutcome, runRollout } from "../rollout/run-rollout.ts";
import type { Recorder } from "../store/recorder.ts";
import { turnsForecastMs } from "./forecast.ts";
import type { GoingOn } from "./going-on.ts";
import { toTurnRows } from "./record.ts";
import { RolloutPlans } from "./rollout-plans.ts";
import type { Trial, TrialEnd, TrialForecast, TrialProgress, WatchEvent } from "./trial.ts";
import { breakWarnings, EndedRollouts, isSilent, trialEnd } from "./trial-end.ts";
import { TrialTally } from "./trial-tally.ts";

/** What a trial tells while it runs, and how it is stopped. */
export interface TrialHooks {
  onProgress(progress: TrialProgress): void;
  onWatch(event: WatchEvent): void;
  /** Called once with a function that interrupts: the batch in flight ends, everything finished is kept. */
  onInterruptible(interrupt: () => void): void;
  /** Told in words that another process holds the file; what is finished is kept until it is free. */
  readonly onLocked?: ((told: string) => void) | undefined;
  /** As in {@link EngineEvents}; absent: nobody waits outside this process. */
  readonly worked?: EngineEvents["worked"];
  readonly markOf?: EngineEvents["markOf"];
}

/** Where the rows of a trial go, and what else of the file it looks at. */
export type TrialRows = Pick<
  Recorder,
  | ("startRollout" | "turn" | "endRollout" | "batches" | "event" | "setRunEngine" | "finishRun")
  | ("flush" | "onLocked" | "ownErrors" | "room")
>;

/** What was played of a trial before. */
export type EarlierTurns = Readonly<
  Pick<GoingOn, "begin" | "before" | "assertAsked" | "forget" | "giveBack" | "warnings">
>;

/** Where a trial gets its engine. */
export interface EngineSource {
  /** @param starting is aborted where it is not wanted any more; one that takes notice throws the signal's reason */
  create(events: EngineEvents, starting: AbortSignal): Promise<Engine>;
  /** Whether this process holds the model and little else, so that its memory is the model's. */
  readonly ownsProcess: boolean;
}

/**
 * Carries out one trial on any engine and records it: every finished turn is in the file before the same conversation's next
 * turn begins. Never rejects for what the engine or the model does; that is the run's end.
 *
 * @param goingOn what is in the file of a run that goes on; null: it begins
 */
export async function playTrial(
  trial: Omit<Trial, "engine">,
  source: EngineSource,
  recorder: TrialRows,
  hooks: TrialHooks,
  goingOn: EarlierTurns | null = null,
): Promise<TrialEnd> {
  const startMs = nowMs();
  const session = new TrialSession(trial, { recorder, goingOn }, hooks, startMs);
  recorder.onLocked = (told) => hooks.onLocked?.(told);
  let end: TrialEnd;
  try {
    end = await session.run(source);
  } catch (error) {
    if (error instanceof LostLeaseError) return { ...stopped(error), hasLost: true };
    const isInterrupted = error instanceof InterruptedError;
    if (goingOn !== null && (isInterrupted || (error instanceof EngineError && error.code === "changed"))) {
      goingOn.giveBack();
      return { ...stopped(error), ...(isInterrupted && { error: null }), isGivenBack: true };
    }
    end = isInterrupted
      ? { status: "interrupted", error: null, broken: null }
      : { status: "failed", error: describe(error), broken: null };
    if (!isInterrupted && !(error instanceof EngineError))
      recorder.event("bug", { stack: error instanceof Error ? error.stack : null });
  }
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  const { status, error } = end;
  recorder.finishRun({
    status,
    error,
    wallMs: nowMs() - startMs,
    peakRssBytes: source.ownsProcess ? peakRssBytes : null,
  });
  return end;
}

/** Rollouts whose openings are compared for what they share; what later ones share can only be less. */
const openingsCompared = 32;

class TrialSession {
  readonly #trial: Omit<Trial, "engine">;
  readonly #recorder: TrialRows;
  readonly #goingOn: EarlierTurns | null;
  readonly #hooks: TrialHooks;
  readonly #tally: TrialTally;
  readonly #plans: RolloutPlans;
  readonly #ended = new EndedRollouts();
  #nextRollout: number;
  #parallel = 1;
  #brokenSinceAnswer = 0;
  #interrupted = false;
  /** Null: the engine is not there yet. */
  #interrupt: (() => void) | null = null;
  /** Why it stopped, where its disk is why. */
  #noRoom: string | null = null;
  /** Whether it ends because hardly any answer can be read, and that is what was wanted. */
  #isAtFloor = false;
  #watchedTurn = -1;
  readonly #warmUp: Batch[] = [];
  /** Whether nothing of its engine is in the file. */
  #isNew = true;

  constructor(
    trial: Omit<Trial, "engine">,
    { recorder, goingOn }: { readonly recorder: TrialRows; readonly goingOn: EarlierTurns | null },
    hooks: TrialHooks,
    startMs: number,
  ) {
    this.#trial = trial;
    this.#recorder = recorder;
    this.#goingOn = goingOn;
    this.#hooks = hooks;
    this.#tally = new TrialTally(trial, startMs);
    this.#nextRollout = this.#tally.block.first;
    this.#plans = new RolloutPlans(trial, (runId, by) => recorder.ownErrors(runId, by));
  }

  async run(source: EngineSource): Promise<TrialEnd> {
    this.#report();
    const engine = await this.#create(source);
    try {
      this.#assertAble(engine);
      this.#isNew = this.#goingOn?.begin(engine.info) ?? true;
      this.#plans.reasoning = engine.info.chat?.reasoning ?? null;
      this.#interrupt = () => {
        this.#interrupted = true;
        engine.interrupt();
      };
      this.#hooks.onInterruptible(this.#interrupt);
      await this.#preparePrefix(engine);
      this.#parallel = Math.min(engine.info.parallel, this.#tally.block.count);
      await this.#playAll(engine);
    } finally {
      await engine.close();
      this.#recorder.flush();
    }
    // Only now the last batches are counted.
    this.#report();
    for (const message of breakWarnings(this.#ended)) this.#warn(message);
    const end = trialEnd(this.#ended, { isInterrupted: this.#interrupted, isSilent: this.#isSilent });
    return end.status === "interrupted" ? { ...end, error: this.#noRoom } : end;
  }

  /** A process of its own is interrupted by whoever started it, until its model is loaded. */
  #create(source: EngineSource): Promise<Engine> {
    const starting = new AbortController();
    if (!source.ownsProcess) this.#hooks.onInterruptible(() => starting.abort(new InterruptedError()));
    return source.create(this.#events(), starting.signal);
  }

  /** What is committed stays; what would follow might not fit. */
  #stopWithoutRoom(): void {
    if (this.#interrupt === null || this.#interrupted) return;
    this.#noRoom = this.#recorder.room.whyStop();
    if (this.#noRoom !== null) this.#interrupt();
  }

  #events(): EngineEvents {
    return {
      afterBatches: (batches) => {
        this.#tally.evaluated(batches);
        if (this.#tally.phase !== "running") this.#warmUp.push(...batches);
        this.#recorder.batches(batches);
        this.#recorder.flush();
        this.#stopWithoutRoom();
        this.#report();
      },
      worked: (tokens) => this.#hooks.worked?.(tokens),
      markOf: (startMs) => this.#hooks.markOf?.(startMs) ?? null,
      event: (kind, data) => this.#recorder.event(kind, data),
      said: ({ rollout, turnIndex }, text) => this.#said(rollout, turnIndex, text),
    };
  }

  /** @throws EngineError where the run asks for what the engine cannot do */
  #assertAble(engine: Engine): void {
    const { confidence } = this.#trial.settings;
    if (confidence !== "off" && engine.tellConfidence?.(confidence) !== true)
      throw new EngineError(
        "unsupported",
        `--confidence ${confidence}: the engine "${engine.info.engine}" cannot tell how sure it was. Leave it out, or use another engine.`,
      );
    if (this.#trial.settings.format === "integer" && !engine.takesGrammar)
      throw new EngineError(
        "unsupported",
        `--format integer: the engine "${engine.info.engine}" takes no grammar. Use --format free, or another engine.`,
      );
  }

  async #preparePrefix(engine: Engine): Promise<void> {
    this.#tally.phase = "prefix";
    this.#report();
    const prefix = (await engine.setPrefix?.(this.#openings())) ?? null;
    this.#recordEngine(engine, prefix);
    this.#tally.forecast = this.#forecastOf(engine, prefix);
    this.#tally.phase = "running";
    this.#report();
  }

  /** When the turns begin; null where nothing was counted, or the warm-up shows no speed. */
  #forecastOf({ info: { parallel } }: Engine, prefix: PrefixInfo | null): TrialForecast | null {
    const { expected } = this.#trial;
    if (expected === null) return null;
    // Every rollout begins with the prefix in the cache.
    const prefill = expected.prefill - this.#tally.block.count * (prefix?.tokens ?? 0);
    const turnsMs = turnsForecastMs(this.#warmUp, parallel, { ...expected, prefill: Math.max(0, prefill) });
    return turnsMs === null ? null : { startMs: this.#tally.elapsedMs, turnsMs, isMost: expected.isMost };
  }

  /** How the study's first rollouts begin, as far as it takes to see what they share: every share has the same prefix. */
  #openings(): Message[][] {
    const length = Math.min(this.#trial.settings.rollouts, openingsCompared);
    return Array.from({ length }, (_, rollout) => this.#plans.opening(rollout));
  }

  /** @param prefix null: the engine shares none */
  #recordEngine(engine: Engine, prefix: PrefixInfo | null): void {
    const prefixTokens = prefix?.tokens ?? null;
    if (this.#isNew)
      this.#recorder.setRunEngine({ ...engine.info, prefixTokens, prefixMs: prefix?.prefillMs ?? null });
    if (prefix !== null) this.#recorder.event("prefix", { ...prefix });
    for (const message of engine.info.warnings) this.#warn(message);
    this.#recorder.flush();
  }

  get #isSilent(): boolean {
    return isSilent(this.#brokenSinceAnswer, this.#parallel);
  }

  get #isGoingOn(): boolean {
    return !this.#interrupted && !this.#isAtFloor && !this.#isSilent;
  }

  /**
   * Rollouts that end together begin together, each in the place of the one before: what is evaluated side by side, and in
   * which order, is then the same in a share as in the whole. Where they end at their first error the next one takes the place
   * at once.
   */
  async #playAll(engine: Engine): Promise<void> {
    const endTogether = engine.isLockstep && this.#trial.settings.until === "end";
    if (!endTogether) return this.#atOnce(engine, () => this.#playRollouts(engine));
    while (this.#hasNext) await this.#atOnce(engine, () => this.#playNext(engine));
  }

  /** All conversations at once. Where one cannot be recorded the others end, too: nothing may go on unrecorded. */
  async #atOnce(engine: Engine, play: () => Promise<void>): Promise<void> {
    const plays = Array.from({ length: this.#parallel }, play);
    try {
      await Promise.all(plays);
    } catch (error) {
      this.#interrupted = true;
      engine.interrupt();
      await Promise.allSettled(plays);
      throw error;
    }
  }

  get #hasNext(): boolean {
    const { first, count } = this.#tally.block;
    return this.#isGoingOn && this.#nextRollout < first + count;
  }

  /** One of the parallel conversations: takes the next rollout until none is left, or the engine is gone. */
  async #playRollouts(engine: Engine): Promise<void> {
    while (this.#hasNext) await this.#playNext(engine);
  }

  async #playNext(engine: Engine): Promise<void> {
    if (!this.#hasNext) return;
    const rollout = this.#nextRollout++;
    const conversation = engine.open();
    try {
      this.#ended.add(rollout, await this.#play(rollout, conversation, engine));
    } finally {
      conversation.close();
    }
  }

  /** What is finished is committed between batches where the engine is in lockstep; otherwise here, at once. */
  async #play(rollout: number, conversation: Conversation, engine: Engine): Promise<RolloutOutcome> {
    const { isLockstep } = engine;
    const plan = this.#plans.plan(rollout, this.#isWatched(rollout));
    const { dictionary } = plan.instance;
    const before = this.#goingOn?.before(rollout) ?? null;
    if (before === null) this.#recorder.startRollout({ rollout, dictionary, startedAt: timestamp() });
    const whole = before === null ? plan : { ...plan, before };
    const outcome = await runRollout(whole, conversation, (turn) => {
      if (turn.isGiven) {
        this.#goingOn?.assertAsked(rollout, turn);
        this.#tally.turn(rollout, turn);
        return;
      }
      this.#record(rollout, turn);
      if (!isLockstep) this.#commit();
      this.#endAtFloor(engine);
    });
    this.#tally.rolloutEnded(rollout, outcome);
    this.#goingOn?.forget(rollout);
    if (before !== null && before.ended !== null) return outcome;
    if (outcome.end === "engine_error") this.#brokenSinceAnswer++;
    const end = this.#isAtFloor && outcome.end === "interrupted" ? "floor" : outcome.end;
    this.#recorder.endRollout({ rollout, ...outcome, end, endedAt: timestamp() });
    if (!isLockstep) this.#commit();
    return outcome;
  }

  /** Of a run that goes on, what was said before stands already. */
  #warn(message: string): void {
    if (this.#goingOn?.warnings.includes(message) !== true) this.#recorder.event("warning", { message });
  }

  #endAtFloor(engine: Engine): void {
    if (!this.#trial.settings.stopAtFloor || this.#isAtFloor || this.#tally.unreadable === null) return;
    this.#isAtFloor = true;
    engine.interrupt();
  }

  #commit(): void {
    this.#recorder.flush();
    this.#stopWithoutRoom();
    this.#report();
  }

  #said(rollout: number, turnIndex: number, text: string): void {
    if (turnIndex !== this.#watchedTurn) {
      this.#watchedTurn = turnIndex;
      const keys = this.#plans.instance(rollout).turns[turnIndex]?.keys ?? [];
      this.#hooks.onWatch({ kind: "asked", turn: turnIndex + 1, keys });
    }
    this.#hooks.onWatch({ kind: "said", text });
  }

  #record(rollout: number, turn: FinishedTurn): void {
    if (this.#isWatched(rollout)) this.#hooks.onWatch(this.#plans.judged(turn));
    this.#brokenSinceAnswer = 0;
    this.#tally.turn(rollout, turn);
    for (const row of toTurnRows(rollout, turn)) this.#recorder.turn(row);
  }

  #isWatched(rollout: number): boolean {
    return this.#trial.isWatched && rollout === this.#tally.block.first;
  }

  #report(): void {
    this.#hooks.onProgress(this.#tally.progress);
  }
}

/** How it ends where its run is not this process's to end. */
function stopped(error: Error): TrialEnd {
  return { status: "interrupted", error: describe(error), broken: null };
}

function describe(error: unknown): string {
  const message = messageOf(error);
  return error instanceof EngineError && error.detail !== null ? `${message}\n${error.detail}` : message;
}

import { nowMs } from "../clock.ts";
import type { Batch, TurnResult } from "../engine/engine.ts";
import { showsDecodeRate } from "../metrics/aggregate-speed.ts";
import type { FinishedTurn, RolloutOutcome } from "../rollout/run-rollout.ts";
import { type Block, blockOf } from "../settings/shard.ts";
import { ReadingWatch } from "./reading-watch.ts";
import type { Trial, TrialProgress } from "./trial.ts";

/** Counts how far a trial is. */
export class TrialTally {
  readonly #trial: Pick<Trial, "settings">;
  readonly #startMs: number;
  /** The rollouts that it plays. */
  readonly block: Block;
  phase: TrialProgress["phase"] = "loading";
  forecast: TrialProgress["forecast"] = null;
  #batches = 0;
  /** Over the batches that show how fast it decodes. */
  readonly #decoded = { tokens: 0, ms: 0 };
  #turnsDone = 0;
  #turnsRight = 0;
  readonly #reading = new ReadingWatch();
  /** Turns that were planned, but whose rollouts are over. */
  #turnsSpared = 0;
  /** Rollouts with an error or an early end. */
  readonly #fallen = new Set<number>();

  /** @param startMs by the clock of `nowMs` */
  constructor(trial: Pick<Trial, "settings">, startMs: number) {
    this.#trial = trial;
    this.#startMs = startMs;
    this.block = blockOf(trial.settings);
  }

  turn(rollout: number, turn: FinishedTurn): void {
    this.#turnsDone++;
    if (!turn.isGiven) for (const { result } of turn.samples) this.#conversed(result);
    if (isRight(turn)) this.#turnsRight++;
    else this.#fallen.add(rollout);
    this.#reading.note(turn.samples[0]?.judged.verdict.answer !== null);
  }

  /** Where no batch tells how fast it decodes, conversations do, each by itself. */
  #conversed({ firstBatch, decodedTokens, decodeMs }: TurnResult): void {
    if (firstBatch !== null || decodedTokens === null || decodeMs === null) return;
    this.#decoded.tokens += Math.max(0, decodedTokens - 1);
    this.#decoded.ms += decodeMs;
  }

  evaluated(batches: readonly Batch[]): void {
    this.#batches += batches.length;
    for (const batch of batches) {
      if (batch.phase !== "run" || !showsDecodeRate(batch)) continue;
      this.#decoded.tokens += batch.decodeTokens;
      this.#decoded.ms += batch.endMs - batch.startMs;
    }
  }

  rolloutEnded(rollout: number, { end, turnsFinished }: RolloutOutcome): void {
    if (end !== "complete") this.#fallen.add(rollout);
    this.#turnsSpared += this.#turnsPlanned - turnsFinished;
  }

  get progress(): TrialProgress {
    const { settings } = this.#trial;
    const { count: rollouts } = this.block;
    return {
      phase: this.phase,
      turnsDone: this.#turnsDone,
      turnsTotal: rollouts * this.#turnsPlanned - this.#turnsSpared,
      endsEarly: settings.until === "first-error",
      turnsRight: this.#turnsRight,
      survivors: rollouts - this.#fallen.size,
      rollouts,
      decodeTokensPerSecond: this.#decoded.ms > 0 ? (1000 * this.#decoded.tokens) / this.#decoded.ms : null,
      ...(this.#batches === 0 ? { isRateOfEach: true } : {}),
      batches: this.#batches,
      elapsedMs: this.elapsedMs,
      unreadable: this.unreadable,
      forecast: this.forecast,
    };
  }

  /** Since the trial began. */
  get elapsedMs(): number {
    return nowMs() - this.#startMs;
  }

  /** The first answers, once it is plain that hardly any can be read. */
  get unreadable(): TrialProgress["unreadable"] {
    return this.#reading.unreadable;
  }

  get #turnsPlanned(): number {
    const { probe, turns } = this.#trial.settings;
    return probe?.length ?? turns;
  }
}

/** Whether the answer that stands is. */
function isRight({ samples }: FinishedTurn): boolean {
  return samples[0]?.judged.verdict.turnCorrect === true;
}

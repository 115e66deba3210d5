import { nowMs } from "../clock.ts";
import type { FinishedTurn, RolloutOutcome } from "../rollout/run-rollout.ts";
import { ReadingWatch } from "./reading-watch.ts";
import type { Trial, TrialProgress } from "./trial.ts";

/** Counts how far a trial is. */
export class TrialTally {
  readonly #trial: Pick<Trial, "settings">;
  readonly #startMs: number;
  phase: TrialProgress["phase"] = "loading";
  forecastMs: number | null = null;
  batches = 0;
  #turnsDone = 0;
  #turnsRight = 0;
  readonly #reading = new ReadingWatch();
  /** Turns that were planned, but whose rollouts are over. */
  #turnsSpared = 0;
  /** Rollouts with an error or an early end. */
  readonly #fallen = new Set<number>();
  /** Null: not every turn told them. */
  #decodedTokens: number | null = 0;

  /** @param startMs by the clock of `nowMs` */
  constructor(trial: Pick<Trial, "settings">, startMs: number) {
    this.#trial = trial;
    this.#startMs = startMs;
  }

  turn(rollout: number, turn: FinishedTurn): void {
    this.#turnsDone++;
    if (isRight(turn)) this.#turnsRight++;
    else this.#fallen.add(rollout);
    this.#reading.note(turn.samples[0]?.judged.verdict.answer !== null);
    for (const { result } of turn.samples)
      this.#decodedTokens =
        this.#decodedTokens === null || result.decodedTokens === null
          ? null
          : this.#decodedTokens + result.decodedTokens;
  }

  rolloutEnded(rollout: number, { end, turnsFinished }: RolloutOutcome): void {
    if (end !== "complete") this.#fallen.add(rollout);
    this.#turnsSpared += this.#turnsPlanned - turnsFinished;
  }

  get progress(): TrialProgress {
    const { rollouts, until } = this.#trial.settings;
    return {
      phase: this.phase,
      turnsDone: this.#turnsDone,
      turnsTotal: rollouts * this.#turnsPlanned - this.#turnsSpared,
      endsEarly: until === "first-error",
      turnsRight: this.#turnsRight,
      survivors: rollouts - this.#fallen.size,
      rollouts,
      decodedTokens: this.#decodedTokens,
      batches: this.batches,
      elapsedMs: nowMs() - this.#startMs,
      unreadable: this.unreadable,
      forecastMs: this.forecastMs,
    };
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

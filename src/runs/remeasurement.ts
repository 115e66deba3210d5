import type { EngineInfo, GivenAnswer } from "../engine/engine.ts";
import type { FinishedTurn, PlayedBefore } from "../rollout/run-rollout.ts";
import type { Database } from "../store/database.ts";
import type { Recorder } from "../store/recorder.ts";
import { disturbedTurns } from "../store/remeasured.ts";
import type { BatchRow } from "../store/rows.ts";
import { GoingOn } from "./going-on.ts";
import { MeasuredAgain } from "./measured-again.ts";
import type { EarlierTurns, TrialRows } from "./play-trial.ts";
import type { GoesOn } from "./trial.ts";

/**
 * Plays a run once more whose turns are all in the file, for the times of those that something disturbed: these alone are
 * evaluated, with the others of their waves, and nothing but times is written.
 */
export class Remeasurement implements EarlierTurns, TrialRows {
  readonly #rows: Recorder;
  readonly #goingOn: GoingOn;
  readonly #wanted: ReadonlySet<string>;
  /** Answers that are given to be timed, until they were. */
  readonly #given = new Map<string, GivenAnswer>();
  readonly #measured: MeasuredAgain;

  constructor(database: Database, runId: number, how: GoesOn, rows: Recorder) {
    const { turns, batches } = disturbedTurns(database, runId);
    this.#rows = rows;
    this.#goingOn = new GoingOn(database, runId, how);
    this.#wanted = new Set(turns.map(({ rollout, turn, sample }) => placeOf(rollout, turn, sample)));
    this.#measured = new MeasuredAgain(batches);
  }

  /** @throws EngineError where the engine is another than it was */
  begin(info: EngineInfo): boolean {
    return this.#goingOn.begin(info);
  }

  get warnings(): readonly string[] {
    return this.#goingOn.warnings;
  }

  /** What is not in the file is not played. */
  before(rollout: number): PlayedBefore {
    const before = this.#goingOn.before(rollout);
    return {
      ended: before?.ended?.end === "complete" ? before.ended : { end: "interrupted", detail: null },
      given: (turnIndex, sample) => this.#give(rollout, turnIndex, sample, before),
    };
  }

  #give(rollout: number, turnIndex: number, sample: number, before: PlayedBefore | null): GivenAnswer | null {
    const given = before?.given(turnIndex, sample) ?? null;
    const place = placeOf(rollout, turnIndex + 1, sample);
    if (given === null || !this.#wanted.has(place)) return given;
    this.#given.set(place, given);
    return { ...given, isReplayed: true, isTimed: true };
  }

  assertAsked(rollout: number, finished: FinishedTurn): void {
    this.#goingOn.assertAsked(rollout, finished);
    const { turn, samples } = finished;
    for (const { attempt, sample, result } of samples) {
      const place = placeOf(rollout, turn, sample);
      const given = this.#given.get(place);
      this.#given.delete(place);
      if (given !== undefined) this.#measured.turn({ rollout, turn, attempt }, result, given);
    }
  }

  batches(taken: readonly BatchRow[]): void {
    const { batches, rows } = this.#measured.take(taken);
    this.#rows.batches(batches);
    this.#rows.remeasured(rows);
  }

  forget(rollout: number): void {
    this.#goingOn.forget(rollout);
  }

  giveBack(): void {
    this.#goingOn.giveBack();
  }

  get room(): Recorder["room"] {
    return this.#rows.room;
  }

  set onLocked(told: Recorder["onLocked"]) {
    this.#rows.onLocked = told;
  }

  ownErrors(named: number | string, by: number): number[] {
    return this.#rows.ownErrors(named, by);
  }

  flush(): void {
    this.#rows.flush();
  }

  /** The run ended when it was played. */
  finishRun(): void {
    this.flush();
  }

  // What follows is in the file since then, and stays as it is.
  startRollout(): void {}
  endRollout(): void {}
  turn(): void {}
  event(): void {}
  setRunEngine(): void {}
}

function placeOf(rollout: number, turn: number, sample: number): string {
  return `${rollout}/${turn}/${sample}`;
}

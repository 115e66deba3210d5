import type { EngineInfo } from "../engine/engine.ts";
import { EngineError } from "../errors.ts";
import type { FinishedTurn, PlayedBefore } from "../rollout/run-rollout.ts";
import type { Database } from "../store/database.ts";
import { type PlayedRollout, playedRollout } from "../store/played-rollout.ts";
import { getRun } from "../store/queries.ts";
import { differencesText, giveBack, goOn } from "../store/sessions.ts";
import { whenFree } from "../store/when-free.ts";
import { engineDifferences } from "./differences.ts";
import { assertAsked, playedBefore } from "./played-before.ts";
import type { GoesOn } from "./trial.ts";

/** What a run that goes on has in the file, and whether it may. */
export class GoingOn {
  readonly #database: Database;
  readonly #runId: number;
  readonly #how: GoesOn;
  /** As they were read last. */
  readonly #played = new Map<number, PlayedRollout>();
  /** That stood beside the run when it began to go on. */
  warnings: readonly string[] = [];

  constructor(database: Database, runId: number, how: GoesOn) {
    this.#database = database;
    this.#runId = runId;
    this.#how = how;
  }

  /**
   * Opens again what ended when the run stopped, unless only times are taken.
   *
   * @returns whether nothing is in the file of the engine that it had
   * @throws EngineError where the engine is another than it was
   */
  begin(info: EngineInfo): boolean {
    const { session, isForced, rebuilt } = this.#how;
    const record = getRun(this.#database, this.#runId);
    if (record === null) throw new Error(`run ${this.#runId} is not in the file`);
    this.warnings = record.warnings;
    const { refused, marked } = engineDifferences(record, info);
    const differences = [...refused, ...marked];
    const isTimed = rebuilt === "times";
    const telling = isTimed ? differences : refused;
    if (telling.length > 0 && !isForced) throw new EngineError("changed", differencesText(telling));
    if (!isTimed) whenFree(() => goOn(this.#database, this.#runId, session, differences), silent);
    return record.parallel === null;
  }

  /** What was played of a rollout, once it is to be played; null: nothing, it was not begun. */
  before(rollout: number): PlayedBefore | null {
    const played = playedRollout(this.#database, this.#runId, rollout);
    if (played === null) return null;
    this.#played.set(rollout, played);
    return playedBefore(rollout, played, this.#how.rebuilt === "exact");
  }

  /** @throws EngineError where a turn that was given is asked or judged otherwise now */
  assertAsked(rollout: number, turn: FinishedTurn): void {
    const played = this.#played.get(rollout);
    if (played !== undefined) assertAsked(rollout, played, turn);
  }

  /** Nothing more is asked about it. */
  forget(rollout: number): void {
    this.#played.delete(rollout);
  }

  /** Leaves the run as it was found. */
  giveBack(): void {
    whenFree(() => giveBack(this.#database, this.#runId, this.#how.session), silent);
  }
}

const silent = (): void => undefined;

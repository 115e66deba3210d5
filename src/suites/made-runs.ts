import { type Database, openDatabase } from "../store/database.ts";
import { hashModel } from "../gguf/hash.ts";
import { usualLimitOf } from "../settings/usual-limits.ts";
import { decodedPerTurn, firstTurnTally, hasCutAnswers } from "../store/run-answers.ts";
import { recordPlace } from "../store/append.ts";
import { getRun, listRuns } from "../store/queries.ts";
import type { RunPlace, RunRecord } from "../store/rows.ts";
import { sameSettings, type Settings } from "../settings/settings.ts";
import { ownErrorsOf } from "../store/verdicts.ts";
import type { SuiteModel } from "./suite-model.ts";
import { isOf, isWordedAlike } from "./run-of-model.ts";

/** Where a run stands in a suite. */
export type Place = Pick<RunPlace, "suite" | "experiment" | "arm">;

/** Runs of a suite that need not be made again: the same model, by its content, asked for alike in everything. */
export class MadeRuns {
  readonly #dbPath: string;
  readonly #suite: string;
  readonly #isResumed: boolean;
  /** Those that this program has made itself. Unless it goes on with an earlier one's work, no others count. */
  readonly #own = new Set<number>();
  #read: readonly RunRecord[] | null = null;

  constructor(dbPath: string, suite: string, isResumed: boolean) {
    this.#dbPath = dbPath;
    this.#suite = suite;
    this.#isResumed = isResumed;
  }

  add(runId: number): void {
    this.#own.add(runId);
    this.#read = null;
  }

  /**
   * The newest complete run of these settings; one that stands in the wanted place goes before others.
   *
   * @throws EngineError where the model's file cannot be read
   */
  async find(settings: Settings, model: SuiteModel, place: Place): Promise<RunRecord | null> {
    const runs = await this.#alike("complete", settings, model);
    return runs.findLast((run) => standsIn(run, place)) ?? runs.at(-1) ?? null;
  }

  /** The newest run that was made for this place and stopped before it was done. */
  async findStopped(settings: Settings, model: SuiteModel, place: Place): Promise<RunRecord | null> {
    const runs = await this.#alike("interrupted", settings, model);
    return runs.findLast((run) => !this.isNew(run) && standsIn(run, place)) ?? null;
  }

  async #alike(status: RunRecord["status"], settings: Settings, model: SuiteModel): Promise<RunRecord[]> {
    const alike = this.all().filter(
      (run) => run.status === status && this.#isAskedAlike(run, settings) && isWordedAlike(run),
    );
    // A large file takes a while to be hashed: only where there is something to hold it against.
    const sha256 = alike.length === 0 || model.file === null ? null : await hashModel(model.file.parts);
    return alike.filter((run) => isOf(run, model, sha256));
  }

  /** Whether this program has made the run, so that it was not there before. */
  isNew({ id }: RunRecord): boolean {
    return this.#own.has(id);
  }

  /** How many wrong numbers of a run can be shown again. */
  wrongNumbers({ id }: RunRecord): number {
    return this.#with((database) => ownErrorsOf(database, id)).length;
  }

  /** How a run ended, what it found in its first turn, and what its turns took. */
  outcome(runId: number): {
    readonly status: RunRecord["status"] | null;
    readonly n: number;
    readonly correct: number;
    readonly decodedTokens: number | null;
  } {
    return this.#with((database) => ({
      status: getRun(database, runId)?.status ?? null,
      decodedTokens: decodedPerTurn(database, runId),
      ...firstTurnTally(database, runId),
    }));
  }

  /** Lets a run stand for another place, too. */
  addPlace(run: RunRecord, place: Omit<RunPlace, "at">): void {
    if (standsIn(run, place)) return;
    this.#with((database) => recordPlace(database, run.id, place));
    this.#read = null;
  }

  /** Where no answer was cut, more room for answers would have changed nothing. Earlier versions knew no `auto`. */
  #isAskedAlike({ id, settings }: RunRecord, wanted: Settings): boolean {
    if (sameSettings(settings, wanted)) return true;
    const { maxAnswerTokens } = settings;
    if (wanted.maxAnswerTokens !== "auto" || maxAnswerTokens === "auto") return false;
    return (
      maxAnswerTokens <= usualLimitOf(wanted) &&
      sameSettings({ ...settings, maxAnswerTokens: "auto" }, wanted) &&
      !this.#with((database) => hasCutAnswers(database, id))
    );
  }

  /** Read once until one is added: a file may hold many. */
  all(): RunRecord[] {
    this.#read ??= this.#with(listRuns);
    return this.#read.filter(
      ({ id, suite }) => suite === this.#suite && (this.#isResumed || this.#own.has(id)),
    );
  }

  #with<Result>(act: (database: Database) => Result): Result {
    const database = openDatabase(this.#dbPath);
    try {
      return act(database);
    } finally {
      database.close();
    }
  }
}

/** Whether the run was made for this place, or stands for it since. */
export function standsIn(run: RunRecord, place: Place): boolean {
  const places = [run, ...run.places];
  return places.some(
    ({ suite, experiment, arm }) =>
      suite === place.suite && experiment === place.experiment && arm === place.arm,
  );
}

import { type Database, openDatabase } from "../store/database.ts";
import { hashModel } from "../gguf/hash.ts";
import { decodedPerTurn, firstTurnTally, hasCutAnswers } from "../store/run-answers.ts";
import { recordPlace } from "../store/append.ts";
import { getRun, listRuns } from "../store/queries.ts";
import type { RunPlace, RunRecord } from "../store/rows.ts";
import type { Settings } from "../settings/settings.ts";
import { type Block, blockOf, parseShard, sharesInto, wholeStudy } from "../settings/shard.ts";
import { ownErrorsOf } from "../store/verdicts.ts";
import type { SuiteModel } from "./suite-model.ts";
import { isAskedAlike, isOf, isWordedAlike } from "./run-of-model.ts";
import { type Waiting, whenGivenUp } from "./when-given-up.ts";

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
  async findWhole(settings: Settings, model: SuiteModel, place: Place): Promise<RunRecord | undefined> {
    return wholeAmong(await this.#alike("complete", settings, model), settings, place);
  }

  /** The same, or runs of shares whose rollouts together are all that is asked for; none: some of it is missing. */
  async find(settings: Settings, model: SuiteModel, place: Place): Promise<readonly RunRecord[]> {
    const alike = await this.#alike("complete", settings, model);
    const whole = wholeAmong(alike, settings, place);
    return whole === undefined ? covering(alike, blockOf(settings)) : [whole];
  }

  /** What is to be played: all, or, where shares of it are there, those that are missing. None of it is known to be there whole. */
  async missing(settings: Settings, model: SuiteModel): Promise<readonly Settings[]> {
    if (settings.shard !== wholeStudy) return [settings];
    const complete = await this.#alike("complete", settings, model);
    const stopped = await this.#alike("interrupted", settings, model);
    const newest = complete.at(-1) ?? stopped.at(-1);
    if (newest === undefined || stopped.some(isShare(settings))) return [settings];
    const { of } = parseShard(newest.settings.shard);
    const shares = sharesInto(of).map((shard) => ({ ...settings, shard }));
    return shares.filter((share) => {
      const block = blockOf(share);
      return block.count > 0 && covering(complete, block).length === 0;
    });
  }

  /**
   * The newest run that was made for this place and stopped before it was done. One whose process was killed on another
   * machine is waited for.
   *
   * @throws EngineError where it goes on there
   */
  async findStopped(
    settings: Settings,
    model: SuiteModel,
    place: Place,
    waiting: Waiting,
  ): Promise<RunRecord | null> {
    const newest = async (status: RunRecord["status"]): Promise<RunRecord | undefined> =>
      (await this.#alike(status, settings, model))
        .filter(isShare(settings))
        .findLast((run) => !this.isNew(run) && standsIn(run, place));
    const running = await newest("running");
    if (running !== undefined) {
      await whenGivenUp(this.#dbPath, running.id, waiting);
      this.#read = null;
    }
    return (await newest("interrupted")) ?? null;
  }

  async #alike(status: RunRecord["status"], settings: Settings, model: SuiteModel): Promise<RunRecord[]> {
    const alike = this.all().filter(
      (run) =>
        run.status === status &&
        isAskedAlike(run, settings, () => this.#with((database) => hasCutAnswers(database, run.id))) &&
        isWordedAlike(run),
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

/** The newest that has this share; one that stands in the wanted place goes before others. */
function wholeAmong(alike: readonly RunRecord[], settings: Settings, place: Place): RunRecord | undefined {
  const runs = alike.filter(isShare(settings));
  return runs.findLast((run) => standsIn(run, place)) ?? runs.at(-1);
}

function isShare({ shard }: Settings): (run: RunRecord) => boolean {
  return ({ settings }) => settings.shard === shard;
}

/** Runs whose blocks are all of this one together, each as far as it goes; none: some of it is missing. */
function covering(runs: readonly RunRecord[], { first, count }: Block): RunRecord[] {
  const blocks = runs.map((run) => ({ run, block: blockOf(run.settings) }));
  const chosen: RunRecord[] = [];
  for (let next = first; next < first + count; ) {
    const [best] = blocks
      .filter(({ block }) => block.first <= next && endOf(block) > next)
      .toSorted((one, other) => endOf(other.block) - endOf(one.block));
    if (best === undefined) return [];
    chosen.push(best.run);
    next = endOf(best.block);
  }
  return chosen;
}

function endOf({ first, count }: Block): number {
  return first + count;
}

/** Whether the run was made for this place, or stands for it since. */
export function standsIn(run: RunRecord, place: Place): boolean {
  const places = [run, ...run.places];
  return places.some(
    ({ suite, experiment, arm }) =>
      suite === place.suite && experiment === place.experiment && arm === place.arm,
  );
}

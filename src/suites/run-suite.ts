import { EngineError, InterruptedError, messageOf, UnplayableError, UsageError } from "../errors.ts";
import type { RunRecord } from "../store/rows.ts";
import { Together } from "../runs/prepare-together.ts";
import type { RunRequest } from "../runs/request.ts";
import type { RunView } from "../runs/view.ts";
import { playDueTrial } from "./due-trial.ts";
import { MadeRuns, type Place, standsIn } from "./made-runs.ts";
import type { ArmResult } from "../experiments/experiment.ts";
import {
  nextTrial,
  plannedTrials,
  refuseOffLevel,
  type Selection,
  staysWhole,
  type SuitePart,
  type SuiteTrial,
} from "./plan.ts";
import type { SuiteModel } from "./suite-model.ts";
import { requestOf, settingsOf } from "./trial-request.ts";
import { SuiteLevels } from "./suite-levels.ts";

export interface SuiteRequest {
  readonly dbPath: string;
  readonly suite: string;
  readonly parts: readonly SuitePart[];
  readonly models: readonly SuiteModel[];
  /** Whether trials that the file holds complete are skipped. */
  readonly isResumed: boolean;
  /** As of a run; null: what was measured once is taken again. */
  readonly retunedSince: string | null;
  /** What of it is carried out. */
  readonly selection: Selection;
}

/** What the terminal shows of a suite, besides what it shows of each run. */
export interface SuiteView {
  readonly run: RunView;
  /** The level that was found for the experiments that come, and by what. */
  onLevel?: RunView["onLevel"];
  /** Before each trial. `total` counts what is known so far: adaptive experiments add to it. */
  onTrial(trial: SuiteTrial, number: number, total: number): void;
  onSkipped(trial: SuiteTrial, reason: string): void;
  onFailed(trial: SuiteTrial, message: string): void;
}

export interface SuiteResult {
  readonly runIds: readonly number[];
  readonly skipped: number;
  /** Trials for which a run with the same settings stands. */
  readonly shared: number;
  readonly leftOut: number;
  readonly failed: number;
}

/**
 * Carries out a suite, trial after trial; all models take each arm in turn. A trial that fails is a row, and the suite
 * goes on.
 */
export async function runSuite(request: SuiteRequest, view: SuiteView): Promise<SuiteResult> {
  const session = new SuiteSession(request, view);
  try {
    for (const part of request.parts) {
      if (view.run.isInterrupted) break;
      await session.carryOut(part);
    }
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
  }
  return session.result;
}

class SuiteSession {
  readonly #request: SuiteRequest;
  readonly #view: SuiteView;
  readonly #made: MadeRuns;
  readonly #known: number;
  readonly #together: Together;
  readonly #levels: SuiteLevels;
  #number = 0;
  result: SuiteResult = { runIds: [], skipped: 0, shared: 0, leftOut: 0, failed: 0 };

  constructor(request: SuiteRequest, view: SuiteView) {
    this.#request = request;
    this.#view = view;
    this.#made = new MadeRuns(request.dbPath, request.suite, request.isResumed);
    const going = request.models.filter(({ error }) => error === null);
    this.#together = new Together(going.flatMap(({ file }) => file ?? []));
    this.#levels = new SuiteLevels(request.models, this.#made, view);
    refuseOffLevel(request.parts, request.models);
    this.#known = request.parts.flatMap((part) => this.#own(part)).length;
  }

  /** @throws InterruptedError where an interrupt ended the search for a level */
  async carryOut(asked: SuitePart): Promise<void> {
    const part = await this.#levels.leveled(asked);
    const done = new Map<SuiteModel, ArmResult[]>(this.#request.models.map((model) => [model, []]));
    for (const trial of this.#own(part)) {
      if (this.#view.run.isInterrupted) return;
      done.get(trial.model)?.push((await this.#try(trial)) ?? noResult(trial));
    }
    if (part.kind.next !== undefined) await this.#search(part, done);
  }

  #own(part: SuitePart): SuiteTrial[] {
    const { models, selection } = this.#request;
    return plannedTrials(part, models).flatMap((trial) => selection.trial(trial) ?? []);
  }

  /** Adaptive parts: a step for every model, then the next step. @param done what each model found before */
  async #search(part: SuitePart, done: ReadonlyMap<SuiteModel, ArmResult[]>): Promise<void> {
    const { models, selection } = this.#request;
    let open: readonly SuiteModel[] = models.filter((model) => selection.search(part, model));
    while (open.length > 0) {
      const going: SuiteModel[] = [];
      for (const model of open) {
        if (this.#view.run.isInterrupted) return;
        const results = done.get(model) ?? [];
        const trial = nextTrial(part, model, results);
        if (trial === null) continue;
        const found = await this.#try(trial);
        // Without a result the search cannot go on, but other modes of the model can.
        results.push(found ?? noResult(trial));
        going.push(model);
      }
      open = going;
    }
  }

  /** @returns what it found; null where it was left out or failed */
  async #try(trial: SuiteTrial): Promise<ArmResult | null> {
    this.#number++;
    if (trial.arm.leftOut !== null) return this.#leaveOut(trial, trial.arm.leftOut);
    try {
      return await this.#play(trial);
    } catch (error) {
      if (error instanceof UnplayableError) return this.#leaveOut(trial, messageOf(error));
      if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
      this.#view.onFailed(trial, messageOf(error));
      this.result = { ...this.result, failed: this.result.failed + 1 };
      return null;
    }
  }

  #leaveOut(trial: SuiteTrial, reason: string): null {
    this.#view.onSkipped(trial, reason);
    this.result = { ...this.result, leftOut: this.result.leftOut + 1 };
    return null;
  }

  async #play(trial: SuiteTrial): Promise<ArmResult | null> {
    const { suite } = this.#request;
    const place = { suite, experiment: trial.part.experiment, arm: trial.label };
    const request = await this.#requestOf(trial, place);
    const made = (await this.#found(trial, request.settings, place).catch(noneWhereUnreadable)) ?? [];
    if (made.length > 0) return this.#standIn(trial, made, place);
    this.#view.onTrial(trial, this.#number, Math.max(this.#known, this.#number));
    const due = await this.#due(trial, request.settings);
    const runIds: number[] = [];
    for (const settings of due) {
      if (this.#view.run.isInterrupted) break;
      const { shard } = settings;
      if (shard !== request.settings.shard)
        this.#view.onSkipped(trial, `share ${shard} is missing beside others, and is played`);
      const runId = await this.#playDue(trial, { ...request, settings }, place);
      if (runId === undefined) break;
      runIds.push(runId);
      this.#made.add(runId);
    }
    return this.#ended(trial, runIds, due.length);
  }

  /** All of a trial, or the shares of it that are missing. */
  async #due(
    trial: SuiteTrial,
    settings: RunRequest["settings"],
  ): Promise<readonly RunRequest["settings"][]> {
    if (isWhole(trial)) return [settings];
    return (await this.#made.missing(settings, trial.model).catch(noneWhereUnreadable)) ?? [settings];
  }

  async #playDue(trial: SuiteTrial, request: RunRequest, place: Place): Promise<number | undefined> {
    const { settings } = request;
    const why = (text: string): void => this.#view.onSkipped(trial, text);
    const waiting = { onWaiting: why, isInterrupted: () => this.#view.run.isInterrupted };
    const stopped = await this.#made
      .findStopped(settings, trial.model, place, waiting)
      .catch(noneWhereUnreadable);
    // What one model replays is no reason for another number.
    const asked = { ...trial.arm.settings, shard: settings.shard };
    const together = this.#together.of({ ...request, settings: asked }, () =>
      this.#request.retunedSince === null ? this.#made.all() : [],
    );
    return playDueTrial({ stopped, model: trial.model, request, together, why }, this.#view.run);
  }

  /** @param due how many runs it was to take */
  #ended(trial: SuiteTrial, runIds: readonly number[], due: number): ArmResult | null {
    const last = runIds.at(-1);
    if (last === undefined) return null;
    const ends = runIds.map((id) => this.#made.outcome(id).status);
    const failed = ends.includes("failed") ? 1 : 0;
    this.result = {
      ...this.result,
      runIds: [...this.result.runIds, last],
      failed: this.result.failed + failed,
    };
    const isComplete = ends.length === due && ends.every((end) => end === "complete");
    return isComplete ? this.#resultOf(trial, last) : null;
  }

  async #requestOf(trial: SuiteTrial, place: Place): Promise<RunRequest> {
    const { model, arm, part } = trial;
    const { dbPath, retunedSince } = this.#request;
    return {
      ...requestOf(dbPath, model, await settingsOf(trial, this.#made, place)),
      ...(retunedSince === null ? {} : { retunedSince }),
      asked: arm.facts,
      ...(part.levelSearch === undefined ? {} : { levelSearch: part.levelSearch }),
      origin: { ...place, trial: this.#number },
    };
  }

  /** What builds on a trial takes one run of it. */
  async #found(
    trial: SuiteTrial,
    settings: RunRequest["settings"],
    place: Place,
  ): Promise<readonly RunRecord[]> {
    const { model } = trial;
    if (!isWhole(trial)) return this.#made.find(settings, model, place);
    return [(await this.#made.findWhole(settings, model, place)) ?? []].flat();
  }

  /** A run of the same settings is there, or the shares of one: it stands for this trial, too. */
  #standIn(trial: SuiteTrial, made: readonly RunRecord[], place: Place): ArmResult {
    const [first] = made;
    const stand = made.length === 1 ? "stands" : "stand";
    const isThere = made.every((run) => standsIn(run, place));
    const isFinished = isThere && made.every((run) => !this.#made.isNew(run));
    for (const run of made)
      this.#made.addPlace(run, { ...place, trial: this.#number, asked: trial.arm.facts });
    this.#view.onSkipped(
      trial,
      isFinished
        ? `finished before, ${named(made)}`
        : isThere
          ? `the same model as ${named(made)}, which ${stand} for it`
          : `the same settings as ${first?.experiment}: ${first?.arm}, so ${named(made)} ${stand} for it`,
    );
    const { skipped, shared } = this.result;
    this.result = isFinished
      ? { ...this.result, skipped: skipped + 1 }
      : { ...this.result, shared: shared + 1 };
    return this.#resultOf(trial, made.at(-1)?.id ?? 0);
  }

  #resultOf({ arm }: SuiteTrial, runId: number): ArmResult {
    const { n, correct, decodedTokens } = this.#made.outcome(runId);
    return { facts: arm.facts, keysPerTurn: arm.settings.keysPerTurn, n, correct, decodedTokens };
  }
}

function isWhole(trial: SuiteTrial): boolean {
  return staysWhole(trial, plannedTrials(trial.part, [trial.model]));
}

function named(runs: readonly RunRecord[]): string {
  const ids = runs.map(({ id }) => id).join(", ");
  return runs.length === 1 ? `run ${ids}` : `runs ${ids}`;
}

/** Its run says so. */
function noneWhereUnreadable(error: unknown): null {
  if (error instanceof EngineError && error.code === "model_unreadable") return null;
  throw error;
}

function noResult({ arm }: SuiteTrial): ArmResult {
  return { facts: arm.facts, keysPerTurn: arm.settings.keysPerTurn, n: 0, correct: 0, decodedTokens: null };
}

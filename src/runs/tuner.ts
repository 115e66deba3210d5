import { EngineError, messageOf } from "../errors.ts";
import type { TunedRow } from "../store/tuned.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { tuneInChild } from "./tune-child.ts";
import { fastestForAll, type Speeds } from "./tune-choice.ts";
import { costsTooMuchToLoad, countsUpTo, shortestMs, tuneJob } from "./tune-plan.ts";
import { TuneRecord } from "./tune-record.ts";
import { type Finding, type NotMeasured, whileMeasuring } from "./tune-words.ts";
import type { RunView } from "./view.ts";
import { trialPatience } from "./watchdog.ts";

/** What was found of a model's speed by conversations at a time; `failure`: why nothing could be. */
export interface Found {
  readonly finding: Finding;
  readonly failure: string | null;
}

/**
 * A run whose least length is below this is not worth the loading of its model. Half a minute in truth: the bound knows
 * no slower machine, no wrong answer and no cache.
 */
const worthMeasuringMs = 10_000;
const leastCounts = 3;

/** Finds out how fast models are with few and with many conversations: by what was measured before, or now. */
export class Tuner {
  readonly #request: RunRequest;
  readonly #view: RunView | null;
  readonly #record: TuneRecord;
  readonly #counts: readonly number[];

  /**
   * @param view told while it is measured; null: nothing is measured, and nothing written
   * @param most conversations that are possible
   */
  constructor(request: RunRequest, view: RunView | null, most: number) {
    this.#request = request;
    this.#view = view;
    this.#record = new TuneRecord(request, view);
    this.#counts = countsUpTo(most);
  }

  /** @throws InterruptedError when an interrupt ends the measuring */
  async find(candidate: PreparedModel): Promise<Found> {
    if (this.#counts.length < leastCounts) return notMeasured("few");
    const isDemanded = this.#request.retunedSince !== undefined;
    const runMs = isDemanded ? Number.POSITIVE_INFINITY : shortestMs(this.#request, candidate);
    const isShort = runMs < worthMeasuringMs;
    const stored = await this.#record.of(candidate);
    if (stored !== null && (isShort || this.#isEnough(stored.found)))
      return { finding: { measurement: stored.found, at: stored.at, isDisturbed: false }, failure: null };
    if (isShort) return notMeasured("short");
    if (costsTooMuchToLoad(candidate, runMs)) return notMeasured("noTime");
    return this.#view === null ? notMeasured("planned") : this.#measured(candidate, this.#view);
  }

  /** Not where more conversations are possible now, and more and more were faster then. */
  #isEnough({ tried, ended }: TunedRow["found"]): boolean {
    const largest = tried.at(-1)?.parallel ?? 0;
    return ended !== "all" || fastestForAll([tried]) !== largest || largest >= (this.#counts.at(-1) ?? 0);
  }

  async #measured(candidate: PreparedModel, view: RunView): Promise<Found> {
    const { name } = candidate;
    const isOnDemand = this.#request.retunedSince !== undefined;
    view.onTune(name, whileMeasuring([]));
    try {
      const job = tuneJob(this.#request, candidate, this.#counts, isOnDemand);
      const hooks = {
        onInterruptible: (interrupt: () => void) => view.onInterruptible(interrupt),
        onTried: (tried: Speeds) => view.onTune(name, whileMeasuring(tried)),
      };
      const patience = trialPatience(candidate.model.bytes);
      const { measurement, isDisturbed } = await tuneInChild(job, hooks, patience);
      // The next run may have more luck.
      if (measurement.ended === "busy") return notMeasured("busy");
      if (measurement.tried.length === 0) return notMeasured("noTime");
      // Good enough for this run, and no guide for others.
      if (!isDisturbed) await this.#record.add(candidate, measurement);
      return { finding: { measurement, at: null, isDisturbed }, failure: null };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { finding: { notMeasured: "failed" }, failure: messageOf(error) };
    }
  }
}

function notMeasured(why: NotMeasured): Found {
  return { finding: { notMeasured: why }, failure: null };
}

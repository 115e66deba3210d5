import { checkModel } from "../gguf/check.ts";
import type { ModelFile } from "../gguf/files.ts";
import { type Forecast, forecastOf } from "./forecast-of.ts";
import type { MemoryEstimate } from "../engine/llama/memory.ts";
import type { Inspection, InspectionJob, MemoryJob } from "./inspect.ts";
import { Inspector } from "./inspector.ts";
import { ModelRates } from "./model-rates.ts";
import { type Candidate, prepareModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { chooseConversations } from "./tune-models.ts";
import { namesWith, pick } from "../settings/settings.ts";

/** What a conversation's tokens depend on, and the backend that counts them; not how answers are drawn or how fast. */
const conversationNames = namesWith("question", "extent", "contrast");

/** What decides how much a model and its context take, and how fast it is. */
const loadNames = namesWith("speed", "contrast");

/**
 * Says how long runs would take, and how much memory: tokens are counted by each model's own tokenizer, its speed comes
 * from its runs in the file under the same settings, or from a few turns that are played now and thrown away.
 */
export class Forecaster {
  readonly #inspector = new Inspector();
  readonly #rates: ModelRates;
  readonly #known = new Map<string, Promise<unknown>>();

  constructor(dbPath: string) {
    this.#rates = new ModelRates(dbPath);
  }

  close(): void {
    this.#inspector.close();
  }

  /**
   * @param request a run of that file alone
   * @throws UsageError or EngineError where it cannot be carried out
   */
  async forecast(file: ModelFile, request: RunRequest): Promise<Forecast> {
    const [candidate] = await chooseConversations(request, [await this.prepare(file, request)], null);
    if (candidate === undefined) throw new Error("a model is missing");
    return this.forecastOf(candidate, request);
  }

  /** @throws UsageError for a setting that cannot work */
  prepare(file: ModelFile, request: RunRequest): Promise<Candidate> {
    return prepareModel(file, request, {
      inspect: (job) => this.#inspect(job),
      estimate: (job) => this.#estimate(job),
      check: () => this.#once("check", file.path, () => checkModel(file)),
    });
  }

  /**
   * The same of a model that is fitted.
   *
   * @param request a run of it alone
   * @throws EngineError where it cannot be carried out
   */
  forecastOf(candidate: Candidate, request: RunRequest): Promise<Forecast> {
    return forecastOf(candidate, request, this.#rates);
  }

  /** Settings that ask for the same conversations are counted once. */
  #inspect(job: InspectionJob): Promise<Inspection> {
    const key = { ...job, settings: pick(job.settings, conversationNames) };
    return this.#once("inspect", key, () => this.#inspector.inspect(job));
  }

  /** What a model takes does not depend on what is asked of it. */
  #estimate(job: MemoryJob): Promise<MemoryEstimate> {
    const key = { ...job, settings: pick(job.settings, loadNames) };
    return this.#once("estimate", key, () => this.#inspector.estimate(job));
  }

  /** What is asked for again and again while a suite is planned. */
  #once<Found>(what: string, about: unknown, find: () => Promise<Found>): Promise<Found> {
    const key = JSON.stringify([what, about]);
    const known = (this.#known.get(key) as Promise<Found> | undefined) ?? find();
    this.#known.set(key, known);
    return known;
  }
}

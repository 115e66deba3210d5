import { findModels } from "../gguf/files.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import { expectedTokens } from "../runs/forecast.ts";
import type { Inspection, InspectionJob } from "../runs/inspect.ts";
import { type PreparedModel, prepareModel } from "../runs/prepare.ts";
import type { Condition, RunRequest } from "../runs/request.ts";
import { superviseInspection } from "../runs/supervise.ts";
import { ModelRates } from "./model-rates.ts";
import {
  isScripted,
  plannedSearches,
  plannedTrials,
  type SuiteModel,
  type SuitePart,
  type SuiteTrial,
} from "./plan.ts";

/** A trial, or a search of several, as a plan shows it. Null: not known. */
export interface PlannedTrial {
  readonly experiment: string;
  readonly arm: string;
  readonly model: string;
  readonly source: string;
  /** Of a search: those of its first step. */
  readonly rollouts: number;
  readonly turns: number;
  readonly keysPerTurn: number;
  /** At the speed that was measured; for reasoning, when it uses up its limit. Of a search: its shortest outcome. */
  readonly forecastMs: number | null;
  /** The same, of a search its longest outcome. */
  readonly forecastMostMs: number | null;
  readonly memoryBytes: number | null;
  /** Why it is left out for this model. */
  readonly leftOut: string | null;
  /** Why it cannot be carried out. */
  readonly error: string | null;
}

/**
 * Lists what a suite would run, and how long and with how much memory: tokens are counted by each model's own tokenizer,
 * its speed comes from its runs in the file under the same settings, or from a few turns that are played now and thrown
 * away. A search depends on its results: it stands here as one, from the shortest to the longest that it can come to.
 */
export async function planSuite(
  dbPath: string,
  parts: readonly SuitePart[],
  models: readonly SuiteModel[],
): Promise<PlannedTrial[]> {
  const forecaster = new Forecaster(dbPath);
  const planned: PlannedTrial[] = [];
  for (const part of parts) {
    for (const trial of plannedTrials(part, models)) planned.push(await forecaster.describe(trial));
    for (const model of models)
      for (const outcomes of plannedSearches(part, model))
        planned.push(await forecaster.describeSearch(outcomes));
  }
  return planned;
}

type Forecast = Pick<PlannedTrial, "forecastMs" | "forecastMostMs" | "memoryBytes">;

class Forecaster {
  readonly #dbPath: string;
  readonly #rates: ModelRates;
  readonly #inspections = new Map<string, Promise<Inspection>>();

  constructor(dbPath: string) {
    this.#dbPath = dbPath;
    this.#rates = new ModelRates(dbPath);
  }

  describe(trial: SuiteTrial): Promise<PlannedTrial> {
    return describe(trial, trial.label, async () => {
      const { ms, memoryBytes } = await this.#forecast(trial, trial.arm.condition);
      return { forecastMs: ms, forecastMostMs: ms, memoryBytes };
    });
  }

  /** @param outcomes of a search, each as the trials that it takes; all begin with the same one */
  async describeSearch(outcomes: readonly (readonly SuiteTrial[])[]): Promise<PlannedTrial> {
    const [first] = outcomes.flat();
    if (first === undefined) throw new Error("a search without a step");
    return describe(first, `${first.label}, then as found`, () => this.#forecastSearch(outcomes));
  }

  /**
   * Counts tokens for the fewest and the most keys alone, and takes those between on a line. Where the most do not fit,
   * every size counts as the smallest, and how long it takes at most is not known.
   */
  async #forecastSearch(outcomes: readonly (readonly SuiteTrial[])[]): Promise<Forecast> {
    const all = outcomes.flat();
    const sizes = all.map(keysOf);
    const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
    const costs = new Map<number, { least: number | null; most: number | null }>();
    const memory: number[] = [];
    for (const trial of all.filter((one, index) => all.findIndex((other) => isAlike(one, other)) === index)) {
      const least = await this.#forecast(trial, withKeys(trial, fewest));
      const largest = await this.#forecast(trial, withKeys(trial, most)).catch(unknownWhereRefused);
      costs.set(trial.arm.condition.rollouts, { least: least.ms, most: largest.ms });
      memory.push(...[least, largest].flatMap((one) => one.memoryBytes ?? []));
    }
    const between = (trial: SuiteTrial): number | null => {
      const cost = costs.get(trial.arm.condition.rollouts);
      if (cost === undefined || cost.least === null) return null;
      const place = most === fewest ? 0 : (keysOf(trial) - fewest) / (most - fewest);
      return cost.least + ((cost.most ?? cost.least) - cost.least) * place;
    };
    const lengths = outcomes.map((trials) => sumOf(trials.map(between)));
    const known = lengths.filter((ms) => ms !== null);
    const isMostKnown = [...costs.values()].every((cost) => cost.most !== null);
    return {
      forecastMs: known.length === 0 ? null : Math.min(...known),
      forecastMostMs: known.length > 0 && isMostKnown ? Math.max(...known) : null,
      memoryBytes: memory.length === 0 ? null : Math.max(...memory),
    };
  }

  /** @throws UsageError or EngineError where it cannot be carried out */
  async #forecast(
    { model }: SuiteTrial,
    condition: Condition,
  ): Promise<{ ms: number | null; memoryBytes: number | null }> {
    const candidate = await this.#candidate(model, condition);
    const rates = await this.#rates.of(candidate, requestOf(this.#dbPath, model, condition));
    const tokens = expectedTokens(condition, candidate.inspection);
    const ms =
      rates === null
        ? null
        : rates.overheadMs + tokens.prefill / rates.prefillPerMs + tokens.decode / rates.decodePerMs;
    return { ms, memoryBytes: candidate.fit.memoryBytes };
  }

  async #candidate(model: SuiteModel, condition: Condition): Promise<PreparedModel> {
    const request = requestOf(this.#dbPath, model, condition);
    const candidate = await prepareModel(await fileOf(model), request, (job) => this.#inspect(job));
    if ("error" in candidate) throw new EngineError("model_load", candidate.error);
    return candidate;
  }

  /** What a conversation takes depends on the wording and the turns alone: counted once for all arms alike. */
  #inspect(job: InspectionJob): Promise<Inspection> {
    const { seed: _seed, rollouts: _rollouts, ...kind } = job;
    const key = JSON.stringify(kind);
    const known = this.#inspections.get(key) ?? superviseInspection(job);
    this.#inspections.set(key, known);
    return known;
  }
}

async function describe(
  { part, arm, model }: SuiteTrial,
  label: string,
  forecast: () => Promise<Forecast>,
): Promise<PlannedTrial> {
  const { condition, leftOut } = arm;
  const about = {
    experiment: part.experiment,
    arm: label,
    model: model.name,
    source: model.source,
    rollouts: condition.rollouts,
    turns: condition.settings.turns,
    keysPerTurn: condition.settings.keysPerTurn,
    leftOut,
  };
  const unknown = { ...about, forecastMs: null, forecastMostMs: null, memoryBytes: null, error: model.error };
  if (leftOut !== null || model.error !== null || isScripted(model.source)) return unknown;
  try {
    return { ...about, ...(await forecast()), error: null };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
    return { ...unknown, error: messageOf(error) };
  }
}

function keysOf({ arm }: SuiteTrial): number {
  return arm.condition.settings.keysPerTurn;
}

/** Whether they differ in the number of keys at most. */
function isAlike(one: SuiteTrial, other: SuiteTrial): boolean {
  return one.arm.condition.rollouts === other.arm.condition.rollouts;
}

function withKeys({ arm: { condition } }: SuiteTrial, keysPerTurn: number): Condition {
  return { ...condition, settings: { ...condition.settings, keysPerTurn } };
}

function unknownWhereRefused(error: unknown): { ms: null; memoryBytes: null } {
  if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
  return { ms: null, memoryBytes: null };
}

/** Null where one is not known. */
function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

async function fileOf(model: SuiteModel) {
  const [file] = await findModels([model.source]);
  if (file === undefined) throw new UsageError(`${model.source}: no model there.`);
  return file;
}

function requestOf(dbPath: string, model: SuiteModel, condition: Condition): RunRequest {
  return {
    ...condition,
    dbPath,
    name: null,
    engine: { kind: "llama" },
    modelPaths: [model.source],
    dataset: null,
    chatTemplate: null,
    origin: null,
    isWatched: false,
  };
}

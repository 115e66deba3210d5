import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findModels } from "../../engine/llama/model-files.ts";
import { EngineError, messageOf, UsageError } from "../../errors.ts";
import { openDatabase } from "../../store/database.ts";
import { type StoredRates, storedRates } from "../../store/stored-rates.ts";
import { expectedTokens } from "../forecast.ts";
import { type Candidate, prepareModel } from "../prepare.ts";
import type { Condition, RunRequest } from "../request.ts";
import { runModels, type RunView } from "../run.ts";
import { plainCondition } from "./conditions.ts";
import { isScripted, plannedTrials, type SuiteModel, type SuitePart, type SuiteTrial } from "./plan.ts";

/** A trial as a plan shows it. Null: not known. */
export interface PlannedTrial {
  readonly experiment: string;
  readonly arm: string;
  readonly model: string;
  readonly source: string;
  readonly rollouts: number;
  readonly turns: number;
  readonly keysPerTurn: number;
  /** At the speed that was measured; for reasoning, when it uses up its limit. */
  readonly forecastMs: number | null;
  readonly memoryBytes: number | null;
  /** Why it is left out for this model. */
  readonly leftOut: string | null;
  /** Why it cannot be carried out. */
  readonly error: string | null;
}

/**
 * Lists what a suite would run, and how long and with how much memory: tokens are counted by each model's own tokenizer,
 * its speed comes from its runs in the file, or from a few turns that are played now and thrown away.
 *
 * Steps of adaptive experiments depend on results; of them the first stands here.
 */
export async function planSuite(
  dbPath: string,
  parts: readonly SuitePart[],
  models: readonly SuiteModel[],
): Promise<PlannedTrial[]> {
  const forecaster = new Forecaster(dbPath);
  const planned: PlannedTrial[] = [];
  for (const part of parts) {
    const trials = plannedTrials(part, models);
    const firsts = models.flatMap((model) => {
      const arm = part.study.next?.(part.base, part.options, model.facts, []) ?? null;
      return arm === null ? [] : [{ part, arm, label: `${arm.name}, then as found`, model }];
    });
    for (const trial of [...trials, ...firsts]) planned.push(await forecaster.describe(trial));
  }
  return planned;
}

class Forecaster {
  readonly #dbPath: string;
  readonly #rates = new Map<string, StoredRates | null>();
  readonly #candidates = new Map<string, Candidate>();

  constructor(dbPath: string) {
    this.#dbPath = dbPath;
  }

  async describe({ part, arm, label, model }: SuiteTrial): Promise<PlannedTrial> {
    const { condition, leftOut } = arm;
    const { turns, keysPerTurn } = condition.settings;
    const about = {
      experiment: part.experiment,
      arm: label,
      model: model.name,
      source: model.source,
      rollouts: condition.rollouts,
      turns,
      keysPerTurn,
      leftOut,
    };
    const unknown = { ...about, forecastMs: null, memoryBytes: null, error: model.error };
    if (leftOut !== null || model.error !== null || isScripted(model.source)) return unknown;
    try {
      const candidate = await this.#candidate(model, condition);
      if ("error" in candidate) return { ...unknown, error: candidate.error };
      const rates = await this.#ratesOf(model);
      const tokens = expectedTokens(condition, candidate.inspection);
      const forecastMs =
        rates === null
          ? null
          : rates.overheadMs + tokens.prefill / rates.prefillPerMs + tokens.decode / rates.decodePerMs;
      return { ...about, forecastMs, memoryBytes: candidate.fit.memoryBytes, error: null };
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
      return { ...unknown, error: messageOf(error) };
    }
  }

  /** What a conversation takes depends on the wording and the turns alone: counted once for all arms alike. */
  async #candidate(model: SuiteModel, condition: Condition): Promise<Candidate> {
    const { settings, task, maxAnswerTokens, protocol, kvTypeK, kvTypeV, parallel, rollouts } = condition;
    const key = JSON.stringify([
      model.source,
      task,
      settings,
      maxAnswerTokens,
      protocol.thinking,
      kvTypeK,
      kvTypeV,
      parallel,
      Math.min(rollouts, 32),
    ]);
    const known = this.#candidates.get(key);
    if (known !== undefined) return known;
    const candidate = await prepareModel(await fileOf(model), requestOf(this.#dbPath, model, condition));
    this.#candidates.set(key, candidate);
    return candidate;
  }

  async #ratesOf(model: SuiteModel): Promise<StoredRates | null> {
    const known = this.#rates.get(model.source);
    if (known !== undefined) return known;
    const rates = readRates(this.#dbPath, model) ?? (await measureRates(model));
    this.#rates.set(model.source, rates);
    return rates;
  }
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

function readRates(dbPath: string, model: SuiteModel): StoredRates | null {
  const database = openDatabase(dbPath);
  try {
    return storedRates(database, model.source);
  } finally {
    database.close();
  }
}

/** A few turns in a file of their own, which is gone afterwards. */
async function measureRates(model: SuiteModel): Promise<StoredRates | null> {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-plan-"));
  try {
    const dbPath = join(folder, "speed.db");
    const condition = { ...plainCondition, rollouts: 8, settings: { ...plainCondition.settings, turns: 3 } };
    await runModels(requestOf(dbPath, model, condition), silentView);
    return readRates(dbPath, model);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const silent = (): void => undefined;
const silentView: RunView = {
  onPlan: silent,
  onHash: silent,
  onTrialStart: silent,
  onProgress: silent,
  onWatch: silent,
  onTrialEnd: silent,
  onInterruptible: silent,
  isInterrupted: false,
};

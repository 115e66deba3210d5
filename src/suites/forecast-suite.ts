import { EngineError, messageOf, UnplayableError, UsageError } from "../errors.ts";
import { Forecaster } from "../runs/forecaster.ts";
import type { Settings } from "../settings/settings.ts";
import { blockOf } from "../settings/shard.ts";
import { Division } from "./division.ts";
import { plannedSearches, plannedTrials, sameTrial, sourceOf, type SuiteTrial } from "./plan.ts";
import { requestOf } from "./trial-request.ts";
import type { SuiteRequest } from "./run-suite.ts";
import type { TrialIds } from "./trial-id.ts";

/** A trial, or a search of several, as a plan shows it. Null: not known. */
export interface PlannedTrial {
  readonly experiment: string;
  readonly arm: string;
  readonly model: string;
  readonly source: string;
  /** Of a search: those of its first step. */
  readonly rollouts: number;
  /** Which of all rollouts: the third of eight shares, or 1/1. */
  readonly shard: string;
  /** How it is divided between machines: by its rollouts, or not at all. */
  readonly cut: "rollouts" | "whole";
  /** By what decides it, the same on every machine; null: not asked for, or its model cannot be read. */
  readonly id: string | null;
  /** The names of those that have to be carried out before, on the same machine. */
  readonly dependsOn: readonly string[];
  readonly turns: number;
  readonly keysPerTurn: number;
  /** At the speed that was measured; for reasoning, when it uses up its limit. Of a search: its shortest outcome. */
  readonly forecastMs: number | null;
  /** The same, of a search its longest outcome. */
  readonly forecastMostMs: number | null;
  readonly memoryBytes: number | null;
  /** The number, from 1, of the trial before that asks for the very same run, which is carried out once; null: none. */
  readonly sameAs: number | null;
  /** Why it is left out for this model. */
  readonly leftOut: string | null;
  /** Why it cannot be carried out. */
  readonly error: string | null;
}

/**
 * Lists what a suite would run, and how long and with how much memory. A search depends on its results: it stands here as
 * one, from the shortest to the longest that it can come to.
 */
export async function planSuite(
  { dbPath, parts, models, selection }: Pick<SuiteRequest, "dbPath" | "parts" | "models" | "selection">,
  ids: TrialIds | null,
): Promise<PlannedTrial[]> {
  const plan = new SuitePlan(dbPath, new Division(parts, models), ids);
  try {
    for (const part of parts) {
      const trials = plannedTrials(part, models).flatMap((trial) => selection.trial(trial) ?? []);
      for (const trial of trials) await plan.add(trial);
      for (const model of models.filter((one) => selection.search(part, one)))
        for (const outcomes of plannedSearches(part, model)) await plan.addSearch(outcomes);
    }
    return plan.trials;
  } finally {
    plan.close();
  }
}

type About = Omit<PlannedTrial, "forecastMs" | "forecastMostMs" | "memoryBytes" | "error">;
type Cost = Pick<PlannedTrial, "forecastMs" | "forecastMostMs" | "memoryBytes">;

class SuitePlan {
  readonly trials: PlannedTrial[] = [];
  readonly #dbPath: string;
  readonly #forecaster: Forecaster;
  readonly #division: Division;
  readonly #ids: TrialIds | null;
  /** The trials that are carried out, by their place in the plan. */
  readonly #going = new Map<number, SuiteTrial>();

  constructor(dbPath: string, division: Division, ids: TrialIds | null) {
    this.#dbPath = dbPath;
    this.#division = division;
    this.#ids = ids;
    this.#forecaster = new Forecaster(dbPath);
  }

  close(): void {
    this.#forecaster.close();
  }

  async add(trial: SuiteTrial): Promise<void> {
    const before = [...this.#going].find(([, other]) => sameTrial(trial, other));
    if (before !== undefined) {
      const [index] = before;
      const none = { forecastMs: null, forecastMostMs: null, memoryBytes: null };
      this.trials.push({ ...this.#about(trial, trial.label), ...none, error: null, sameAs: index + 1 });
      return;
    }
    if (trial.arm.leftOut === null) this.#going.set(this.trials.length, trial);
    const described = await describe(trial, this.#about(trial, trial.label), async () => {
      const { forecastMs, memoryBytes } = await this.#forecast(trial, trial.arm.settings);
      return { forecastMs, forecastMostMs: forecastMs, memoryBytes };
    });
    this.trials.push(described);
  }

  /** @param outcomes of a search, each as the trials that it takes; all begin with the same one */
  async addSearch(outcomes: readonly (readonly SuiteTrial[])[]): Promise<void> {
    const [first] = outcomes.flat();
    if (first === undefined) throw new Error("a search without a step");
    const isOneStep = outcomes.every(({ length }) => length === 1);
    const label = isOneStep
      ? `${first.label} to ${outcomes.at(-1)?.[0]?.label}`
      : `${first.label}, then as found`;
    const about = { ...this.#about(first, label), ...this.#aboutSearch(first) };
    this.trials.push(await describe(first, about, () => this.#forecastSearch(outcomes)));
  }

  #about(trial: SuiteTrial, label: string): About {
    const { part, arm, model } = trial;
    const { turns, keysPerTurn, shard } = arm.settings;
    const source = sourceOf(trial);
    return {
      experiment: part.experiment,
      arm: label,
      model: model.name,
      source: model.source,
      rollouts: blockOf(arm.settings).count,
      shard,
      cut: this.#division.isWhole(trial) ? "whole" : "rollouts",
      id: this.#ids?.trial(trial) ?? null,
      dependsOn: this.#named(source === null ? [] : [source]),
      turns,
      keysPerTurn,
      sameAs: null,
      leftOut: arm.leftOut,
    };
  }

  /** A search builds on the trials of its experiment that are known before. */
  #aboutSearch({ part, model }: SuiteTrial): Pick<About, "cut" | "id" | "dependsOn"> {
    return {
      cut: "whole",
      id: this.#ids?.search(part, model) ?? null,
      dependsOn: this.#named(plannedTrials(part, [model])),
    };
  }

  #named(trials: readonly SuiteTrial[]): string[] {
    return trials.flatMap((trial) => this.#ids?.trial(trial) ?? []);
  }

  /**
   * Counts tokens for the fewest and the most keys alone, and takes those between on a line. Where the most do not fit,
   * every size counts as the smallest, and how long it takes at most is not known.
   */
  async #forecastSearch(outcomes: readonly (readonly SuiteTrial[])[]): Promise<Cost> {
    const all = outcomes.flat();
    const sizes = all.map(keysOf);
    const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
    const costs = new Map<string, { least: number | null; most: number | null }>();
    const memory: number[] = [];
    for (const trial of all.filter(
      (one, index) => all.findIndex((other) => besideKeys(other) === besideKeys(one)) === index,
    )) {
      const least = await this.#forecast(trial, withKeys(trial, fewest));
      const largest = await this.#forecast(trial, withKeys(trial, most)).catch(unknownWhereRefused);
      costs.set(besideKeys(trial), { least: least.forecastMs, most: largest.forecastMs });
      memory.push(...[least, largest].flatMap((one) => one.memoryBytes ?? []));
    }
    const between = (trial: SuiteTrial): number | null => {
      const cost = costs.get(besideKeys(trial));
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
    settings: Settings,
  ): Promise<{ forecastMs: number | null; memoryBytes: number | null }> {
    if (model.file === null) throw new Error(`${model.name} has no file whose tokens could be counted`);
    return this.#forecaster.forecast(model.file, requestOf(this.#dbPath, model, settings));
  }
}

async function describe(
  { model: { error, engine } }: SuiteTrial,
  about: About,
  cost: () => Promise<Cost>,
): Promise<PlannedTrial> {
  const unknown = { ...about, forecastMs: null, forecastMostMs: null, memoryBytes: null, error };
  if (about.leftOut !== null || error !== null || engine.kind !== "llama") return unknown;
  try {
    return { ...about, ...(await cost()), error: null };
  } catch (thrown) {
    if (thrown instanceof UnplayableError) return { ...unknown, leftOut: messageOf(thrown) };
    if (!(thrown instanceof UsageError || thrown instanceof EngineError)) throw thrown;
    return { ...unknown, error: messageOf(thrown) };
  }
}

function keysOf({ arm }: SuiteTrial): number {
  return arm.settings.keysPerTurn;
}

/** Equal in trials of a search that differ in the number of keys at most. */
function besideKeys({ arm }: SuiteTrial): string {
  return JSON.stringify({ ...arm.settings, keysPerTurn: null });
}

function withKeys({ arm }: SuiteTrial, keysPerTurn: number): Settings {
  return { ...arm.settings, keysPerTurn };
}

function unknownWhereRefused(error: unknown): { forecastMs: null; memoryBytes: null } {
  if (!(error instanceof UsageError || error instanceof EngineError)) throw error;
  return { forecastMs: null, memoryBytes: null };
}

/** Null where one is not known. */
function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}

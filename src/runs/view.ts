import type { LevelSearch } from "../settings/level-search.ts";
import { wordingWarnings } from "../settings/wording.ts";
import type { Settings } from "../settings/settings.ts";
import { confidenceCost } from "./confidence-cost.ts";
import { fileForecastBytes } from "./file-forecast.ts";
import { answersOf, expectedTokens } from "./forecast.ts";
import { type Memory, totalBytes } from "./memory.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RefusedModel } from "./refused-model.ts";
import type { TrialEnd, TrialProgress, WatchEvent } from "./trial.ts";

/** What a model is asked, and what its file says; null: there is none, or it could not be read. */
export interface AskedOfModel {
  readonly settings: Settings;
  readonly model: { readonly metadata: Readonly<Record<string, unknown>> } | null;
}

/** What the terminal shows of a run. Every method is told in order; none may throw. */
export interface RunView {
  /** Before anything is loaded: what will run, with which context and memory. */
  onPlan(plan: readonly PlannedModel[]): void;
  /** While something is found out before the plan (a level, how many conversations at a time): what is known so far. */
  onTune(name: string, found: string): void;
  /** The level that was found for all models, and by what. */
  onLevel?(search: LevelSearch): void;
  onHash(name: string, doneBytes: number, totalBytes: number): void;
  onTrialStart(name: string, runId: number, asked: AskedOfModel): void;
  onProgress(progress: TrialProgress): void;
  onWatch(event: WatchEvent): void;
  onLocked?(told: string): void;
  onTrialEnd(name: string, runId: number, end: TrialEnd): void;
  /** Registers what an interrupt does now; null: nothing is under way. */
  onInterruptible(interrupt: (() => void) | null): void;
  readonly isInterrupted: boolean;
}

const silent = (): void => undefined;

/** Shows nothing. */
export const silentView: RunView = {
  onPlan: silent,
  onTune: silent,
  onHash: silent,
  onTrialStart: silent,
  onProgress: silent,
  onWatch: silent,
  onTrialEnd: silent,
  onInterruptible: silent,
  isInterrupted: false,
};

export interface PlannedModel {
  readonly name: string;
  readonly contextLength: number | null;
  readonly parallel: number;
  /** All of it, on the GPU and beside it; null: not known. */
  readonly memoryBytes: number | null;
  /** What it is made of; null: not known. */
  readonly memory: Memory | null;
  /** The output counts as one; null: not known. */
  readonly layers: { readonly onGpu: number; readonly all: number } | null;
  /** Where answers are cut, in tokens; null: not known. */
  readonly answerLimit: number | null;
  /** What its rows take in the file, about; null: not known. */
  readonly fileBytes: number | null;
  readonly warnings: readonly string[];
  /** Why so many conversations at a time, in words; null: as many as were asked for. */
  readonly parallelBecause: string | null;
  /** Why this model cannot be run at all, or null. */
  readonly error: string | null;
}

/** A model as a plan shows it. */
export function plannedModel(candidate: PreparedModel | RefusedModel): PlannedModel {
  if ("error" in candidate) {
    const { name, error } = candidate;
    return {
      name,
      contextLength: null,
      parallel: 0,
      memoryBytes: null,
      memory: null,
      layers: null,
      answerLimit: null,
      fileBytes: null,
      warnings: [],
      parallelBecause: null,
      error,
    };
  }
  const { settings, inspection, limit } = candidate;
  const { contextLength, parallel, memory, layersOnGpu } = candidate.fit;
  const { decode } = expectedTokens(settings, inspection, limit.tokens);
  return {
    name: candidate.name,
    contextLength,
    parallel,
    memoryBytes: memory === null ? null : totalBytes(memory),
    memory,
    layers: layersOnGpu === null ? null : { onGpu: layersOnGpu, all: inspection.memory.layers },
    answerLimit: limit.tokens,
    fileBytes: fileForecastBytes(answersOf(settings), decode, parallel),
    // The engine records those of the template once it is there.
    warnings: [...inspection.warnings, ...warningsOf(candidate)],
    parallelBecause: candidate.chosen?.parallelBecause ?? null,
    error: null,
  };
}

/** What stands beside the figures of a run from its beginning. */
export function warningsOf({ fit, limit, settings, model }: PreparedModel): string[] {
  return [
    ...wordingWarnings(settings, model.metadata),
    ...fit.warnings,
    ...(limit.warning === null ? [] : [limit.warning]),
    ...confidenceCost(settings),
  ];
}

import { fileNameOf } from "../file-name.ts";
import type { RunRecord } from "../store/rows.ts";

export type ReadSettings = ReturnType<typeof settingsOf>;

/** What decides whether two runs may stand side by side. */
export interface Subject {
  readonly engine: RunRecord["engine"];
  readonly settings: Readonly<Record<Deciding | (typeof samplingOnly)[number], unknown>> & {
    readonly temperature: number;
  };
}

/** Settings that decide what a model is asked and how its answers are taken. Numbers of turns and rollouts do not. */
const deciding = [
  "task",
  "keysPerTurn",
  "dictionarySize",
  "valueMax",
  "values",
  "sharedDictionary",
  "shots",
  "prompt",
  "start",
  "temperature",
  "maxAnswerTokens",
  "stop",
  "history",
  "votes",
  "format",
  "thinking",
  "thinkingBudget",
  "probe",
  "promptHash",
] as const satisfies readonly (keyof ReadSettings)[];
type Deciding = (typeof deciding)[number];

/** These matter only where something is drawn. */
const samplingOnly = ["topP", "topK", "minP"] as const satisfies readonly (keyof ReadSettings)[];

/** The deciding settings in which these runs differ. */
export function settingDifferences(runs: readonly Subject[]): (Deciding | (typeof samplingOnly)[number])[] {
  const isSampled = runs.some(({ settings }) => settings.temperature > 0);
  const names = isSampled ? [...deciding, ...samplingOnly] : deciding;
  return names.filter((name) => new Set(runs.map(({ settings }) => String(settings[name]))).size > 1);
}

/** Whether these runs answer one question, all on real engines or all on simulated ones. */
export function areAlike(runs: readonly Subject[]): boolean {
  return new Set(runs.map(({ engine }) => engine)).size < 2 && settingDifferences(runs).length === 0;
}

/** A run as {@link settingDifferences} takes it. */
export function subjectOf(run: RunRecord): { engine: RunRecord["engine"]; settings: ReadSettings } {
  return { engine: run.engine, settings: settingsOf(run) };
}

/** What was asked and what was used, without folders. */
export function settingsOf(run: RunRecord) {
  const { requested, ...asked } = run.settings;
  return {
    ...asked,
    requested: Object.fromEntries(
      Object.entries(requested).map(([flag, value]) => [
        flag,
        typeof value === "string" ? fileNameOf(value) : value,
      ]),
    ),
    parallel: run.parallel,
    threads: run.threads,
    contextLength: run.contextLength,
    batchSize: run.batchSize,
    kvTypeK: run.kvTypeK,
    kvTypeV: run.kvTypeV,
    flashAttention: run.flashAttention,
    backend: { requested: run.backendRequested, used: run.backendUsed },
    gpuLayers: run.gpuLayers,
    promptHash: run.promptHash,
    templateHash: run.templateHash,
    templateSource: run.templateSource,
    templateMode: run.templateMode,
    instanceHash: run.instanceHash,
  };
}

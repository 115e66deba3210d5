import { wordingOf } from "../settings/wording.ts";
import { namesWith, pick } from "../settings/settings.ts";
import { fileNameOf } from "../file-name.ts";
import type { RunRecord } from "../store/rows.ts";

export type ReadSettings = ReturnType<typeof settingsOf>;

/** What decides whether two runs may stand side by side. */
export interface Subject {
  readonly engine: RunRecord["engine"];
  readonly settings: Readonly<Record<string, unknown>> & {
    readonly temperature: number;
    readonly requested: Readonly<Record<string, unknown>>;
  };
}

/** Settings that decide what a model is asked and how its answers are taken, and the wording. */
const deciding = [...namesWith("question"), "promptHash", "parserVersion", "unsent"] as const;
const whereDrawn = namesWith("sampling");

/** What a history changes by itself. */
export const historyChanges: ReadonlySet<string> = new Set([
  "history",
  "keepReasoning",
  "promptHash",
  "until",
]);

/** The deciding settings in which these runs differ. */
export function settingDifferences(
  runs: readonly Subject[],
): ((typeof deciding)[number] | (typeof whereDrawn)[number])[] {
  const isSampled = runs.some(({ settings }) => settings.temperature > 0);
  return [...deciding, ...(isSampled ? whereDrawn : [])].filter((name) => {
    // Room for every right answer is one setting, whatever number it came to.
    if (name === "parserVersion") return parserVersions(runs).size > 1;
    if (name === "maxAnswerTokens" && runs.every(({ settings }) => settings.requested[name] === "auto"))
      return false;
    return new Set(runs.map(({ settings }) => JSON.stringify(settings[name] ?? null))).size > 1;
  });
}

/** The parsers by which they were judged; a run without a turn was judged by none. */
function parserVersions(runs: readonly Subject[]): Set<unknown> {
  return new Set(runs.map(({ settings }) => settings["parserVersion"]).filter((one) => one !== null));
}

/** Whether these runs answer one question, all on real engines or all on simulated ones. */
export function areAlike(runs: readonly Subject[]): boolean {
  return areAskedAlike(runs) && parserVersions(runs).size < 2;
}

/** The same, whichever parser judged them. */
export function areAskedAlike(runs: readonly Subject[]): boolean {
  return (
    new Set(runs.map(isSimulated)).size < 2 &&
    settingDifferences(runs).every((name) => name === "parserVersion")
  );
}

/** A model in this process and one behind a server answer the same question; a simulated one tells nothing of either. */
export function isSimulated({ engine }: Pick<Subject, "engine">): boolean {
  return engine === "scripted";
}

/** Settings of sampling that a server could not be told, so that nobody knows how it drew; null: it was told all. */
function unsentOf({ server }: RunRecord): string | null {
  const unsent = server?.unsent ?? [];
  return unsent.length === 0 ? null : unsent.toSorted().join(", ");
}

/** A run as {@link settingDifferences} takes it. */
export function subjectOf(run: RunRecord): { engine: RunRecord["engine"]; settings: ReadSettings } {
  return { engine: run.engine, settings: settingsOf(run) };
}

/** What decides a run's figures besides its speed, and is told of it by its own name. */
export const toldNames = namesWith("question", "sampling", "ending", "extent", "name").filter(
  (name) => name !== "seed" && name !== "dataset",
);

/** What was asked and what was used, without folders. */
export function settingsOf(run: RunRecord) {
  const { settings, datasetHash } = run;
  const { dataset, chatTemplate, lora, maxAnswerTokens } = settings;
  const { capacityThreshold } = settings.asked;
  return {
    ...pick(settings, toldNames),
    shotsAs: wordingOf(run).shotsAs,
    maxAnswerTokens: run.answerLimit,
    dataset: datasetHash ?? dataset?.file ?? null,
    requested: {
      ...pick(settings, namesWith("contrast", "speed")),
      chatTemplate: chatTemplate === null ? null : fileNameOf(chatTemplate.file),
      lora: lora === null ? null : fileNameOf(lora.file),
      maxAnswerTokens,
      shotsAs: settings.shotsAs,
      ...(dataset === null ? {} : { dataset: fileNameOf(dataset.file) }),
      ...(capacityThreshold === undefined ? {} : { capacityThreshold }),
    },
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
    parserVersion: run.parserVersion,
    unsent: unsentOf(run),
  };
}

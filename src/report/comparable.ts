import type { RunSummary } from "./schema.ts";
import { promptWording, simulatedBesideReal } from "./sentences/differences.ts";
import { listed } from "./words.ts";

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
  "until",
  "promptHash",
] as const satisfies readonly (keyof RunSummary["settings"])[];

/** These matter only where something is drawn. */
const samplingOnly = ["topP", "topK", "minP"] as const satisfies readonly (keyof RunSummary["settings"])[];

type Subject = Pick<RunSummary, "engine" | "settings">;

/** Why these runs' curves must not be set side by side, as a list in words; null when they may. */
export function differences(runs: readonly Subject[]): string | null {
  if (distinct(runs.map(({ engine }) => engine)).length > 1) return simulatedBesideReal();
  const names = settingDifferences(runs);
  // Another dictionary size, say, is another prompt too; the cause alone is worth naming.
  const causes = names.length > 1 ? names.filter((name) => name !== "promptHash") : names;
  const said = causes.map((name) =>
    name === "promptHash"
      ? promptWording()
      : `${name} (${distinct(runs.map(({ settings }) => String(settings[name]))).join(", ")})`,
  );
  return said.length === 0 ? null : listed(said);
}

/** The deciding settings in which these runs differ. */
export function settingDifferences(
  runs: readonly Subject[],
): (typeof deciding | typeof samplingOnly)[number][] {
  const isSampled = runs.some(({ settings }) => settings.temperature > 0);
  const names = isSampled ? [...deciding, ...samplingOnly] : deciding;
  return names.filter((name) => distinct(runs.map(({ settings }) => String(settings[name]))).length > 1);
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

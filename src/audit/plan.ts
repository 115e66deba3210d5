import { messageOf } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import type { SealedRow } from "../store/seal.ts";
import { tasks } from "../tasks/index.ts";
import { createInstance, hashInstances } from "../tasks/instance.ts";
import { hashPrompt } from "../tasks/prompt.ts";
import type { Instance, Task, TaskSettings } from "../tasks/task.ts";
import { words } from "../tasks/words.ts";
import { givenInstances, isFromFile } from "../runs/given-dataset.ts";
import { packageVersion } from "../runs/shipped.ts";
import type { Findings } from "./findings.ts";

/** What a run asked, drawn again from its seed and settings. */
export interface Plan {
  readonly task: Task;
  readonly instances: readonly Instance[];
}

/**
 * Draws the instances again (or reads those that came from a file) and checks the run's hashes; null where the
 * settings allow no instance.
 */
export function checkPlan(
  database: Database,
  run: RunRecord,
  row: SealedRow,
  findings: Findings,
): Plan | null {
  const { settings, seed } = run;
  for (const name of columns)
    findings.equal("settings", `column ${name} beside settings`, valueOf(run, name), row[name]);
  const task = Object.values(tasks).find(({ name }) => name === settings.task);
  if (task === undefined) {
    findings.add("settings", "task", Object.keys(tasks).join(" or "), settings.task);
    return null;
  }
  const impossible = impossibleSetting(settings, settings.rollouts, isFromFile(run));
  if (impossible !== null) {
    findings.add("settings", impossible, "a value that longhaul run takes", settings[impossible]);
    return null;
  }
  try {
    const instances =
      givenInstances(database, run, task) ??
      Array.from({ length: settings.rollouts }, (_, rollout) =>
        createInstance(task, settings, seed, rollout),
      );
    findings.equal("instance-hash", "instance_hash", hashInstances(instances), run.instanceHash);
    checkPrompt(run, task, findings);
    return { task, instances };
  } catch (error) {
    findings.add("settings", "settings", "instances can be drawn", messageOf(error));
    return null;
  }
}

/** Settings that have a column of their own too. */
const columns = [
  "task",
  "turns",
  "rollouts",
  "keys_per_turn",
  "dictionary_size",
  "value_max",
  "temperature",
  "max_answer_tokens",
  "stop",
] as const;

function valueOf({ settings }: RunRecord, column: (typeof columns)[number]): unknown {
  const { keysPerTurn, dictionarySize, valueMax, maxAnswerTokens } = settings;
  const others: Readonly<Record<string, unknown>> = {
    keys_per_turn: keysPerTurn,
    dictionary_size: dictionarySize,
    value_max: valueMax,
    max_answer_tokens: maxAnswerTokens,
  };
  return others[column] ?? (settings as unknown as Readonly<Record<string, unknown>>)[column];
}

/** The first setting with which drawing would fail or never end. */
function impossibleSetting(
  settings: TaskSettings,
  rollouts: number,
  isFromFile: boolean,
): "turns" | "keysPerTurn" | "dictionarySize" | "valueMax" | "shots" | "rollouts" | null {
  const { turns, keysPerTurn, dictionarySize, valueMax, shots, values } = settings;
  if (!isCount(turns, 1, 100_000)) return "turns";
  if (!isCount(rollouts, 1, 1_000_000)) return "rollouts";
  if (!isCount(keysPerTurn, 1, 10_000)) return "keysPerTurn";
  if (!isCount(dictionarySize, 2, isFromFile ? Number.MAX_SAFE_INTEGER : words.length))
    return "dictionarySize";
  if (!isCount(valueMax, 1, 1_000_000)) return "valueMax";
  if (!isCount(shots, 0, 100)) return "shots";
  return valueMax === 1 && values === "zero-sum" && dictionarySize % 2 === 1 ? "valueMax" : null;
}

function isCount(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

/**
 * The wording may change from version to version: whether the hash is right can then be checked only by the version
 * that made the run.
 */
function checkPrompt(run: RunRecord, task: Task, findings: Findings): void {
  const hash = hashPrompt(task, run.settings);
  const version = run.versions["longhaul"] ?? "unknown";
  if (hash !== run.promptHash && version !== packageVersion())
    findings.skip(
      "prompt hash",
      `the wording is that of Longhaul ${version}, and this is ${packageVersion()}`,
    );
  else findings.equal("prompt-hash", "prompt_hash", hash, run.promptHash);
}

import { messageOf } from "../errors.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import type { SealedRow } from "../store/seal.ts";
import { badValues, inNames, instanceRefusal } from "../settings/refusals.ts";
import { tasks } from "../tasks/index.ts";
import { createInstance, hashInstances } from "../tasks/instance.ts";
import { hashPrompt } from "../tasks/prompt.ts";
import type { Instance, Task } from "../tasks/task.ts";
import { givenInstances } from "../runs/given-dataset.ts";
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
  const task = Object.hasOwn(tasks, settings.task) ? tasks[settings.task] : undefined;
  if (task === undefined) {
    findings.add("settings", "task", Object.keys(tasks).join(" or "), settings.task);
    return null;
  }
  const [bad] = badValues(settings);
  if (bad !== undefined) {
    findings.add("settings", bad, "a value that longhaul run takes", settings[bad]);
    return null;
  }
  const refusal = instanceRefusal(settings);
  if (refusal !== null) {
    findings.add("settings", refusal.names[0] ?? "settings", "values that go together", inNames(refusal));
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
  "seed",
  "turns",
  "rollouts",
  "keys_per_turn",
  "dictionary_size",
  "value_max",
  "temperature",
  "max_answer_tokens",
  "stop",
] as const;

function valueOf({ settings, maxAnswerTokens }: RunRecord, column: (typeof columns)[number]): unknown {
  const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const asked = (settings as unknown as Readonly<Record<string, unknown>>)[name];
  // A limit that was not asked for as a number is what it came to.
  return asked === "auto" ? maxAnswerTokens : asked;
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

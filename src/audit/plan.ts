import { messageOf } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { type RunRecord, settingColumns } from "../store/rows.ts";
import type { SealedRow } from "../store/seal.ts";
import { badValues, inNames, instanceRefusal } from "../settings/refusals.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn, hashInstances } from "../tasks/instance.ts";
import type { Instance, Task } from "../tasks/task.ts";
import { givenInstances } from "../runs/given-dataset.ts";
import type { Findings } from "./findings.ts";
import { checkPrompt } from "./prompt.ts";

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
  for (const name of settingColumns) {
    const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    // The limit is what it came to: it is not known where no model could be talked to at all.
    const isUnknown = name === "maxAnswerTokens" && run.engine === "llama" && run.model === null;
    const asked = isUnknown || settings[name] === "auto" ? run.answerLimit : settings[name];
    findings.equal("settings", `column ${column} beside settings`, asked, row[column]);
  }
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
    const given = givenInstances(database, run, task);
    const instances = Array.from({ length: settings.rollouts }, (_, rollout) =>
      givenOrDrawn(given, task, settings, seed, rollout),
    );
    findings.equal("instance-hash", "instance_hash", hashInstances(instances), run.instanceHash);
    checkPrompt(database, run, findings);
    return { task, instances };
  } catch (error) {
    findings.add("settings", "settings", "instances can be drawn", messageOf(error));
    return null;
  }
}

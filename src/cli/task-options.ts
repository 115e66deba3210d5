import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { tasks } from "../tasks/index.ts";
import { type TaskName, taskNames, type TaskSettings } from "../tasks/task.ts";
import { words } from "../tasks/words.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";

/** What decides which instances are drawn. */
export interface TaskRequest {
  readonly task: TaskName;
  readonly settings: TaskSettings;
  readonly rollouts: number;
  readonly seed: number;
}

/** Adds the flags that decide which instances are drawn. */
export function withTaskOptions(command: Command): Command {
  return command
    .option("--task <task>", `what is carried out: ${taskNames.join(", ")}`, "dict-sum")
    .option("--turns <n>", "turns in a rollout", "60")
    .option("--rollouts <n>", "conversations, each with its own keys", "32")
    .option("--keys-per-turn <n>", "steps in a turn", "1")
    .option("--dictionary-size <n>", "entries in the dictionary", "20")
    .option("--value-max <n>", "values lie in +-n, without 0", "99")
    .option("--values <form>", "zero-sum: the total does not drift; free: the paper's form", "zero-sum")
    .option("--shared-dictionary", "one dictionary for all rollouts, as in the paper's data");
}

/**
 * Reads them.
 *
 * @param shots worked examples in the wording, which instances do not depend on
 * @throws UsageError naming the flag, its value and the fix
 */
export function parseTaskOptions(flags: Flags, shots: number): TaskRequest {
  const read = new FlagReader(flags);
  const request: TaskRequest = {
    task: read.choice("task", Object.keys(tasks) as (keyof typeof tasks)[]),
    settings: {
      turns: read.count("turns", 1, 100_000),
      keysPerTurn: read.count("keysPerTurn", 1, 10_000),
      dictionarySize: read.count("dictionarySize", 2, words.length),
      valueMax: read.count("valueMax", 1, 1_000_000),
      values: read.choice("values", ["zero-sum", "free"] as const),
      sharedDictionary: flags["sharedDictionary"] === true,
      shots,
      prompt: "direct",
      start: read.optionalText("start") === "random" ? "random" : "neutral",
    },
    rollouts: read.count("rollouts", 1, 1_000_000),
    seed: read.count("seed", 0, Number.MAX_SAFE_INTEGER),
  };
  refuseImpossible(request);
  return request;
}

function refuseImpossible({ task, settings }: TaskRequest): void {
  if (!tasks[task].takesManyKeys && settings.keysPerTurn !== 1) {
    throw new UsageError(
      `--keys-per-turn ${settings.keysPerTurn}: ${task} asks for one step a turn. Use 1, or --task dict-sum.`,
    );
  }
  if (settings.valueMax === 1 && settings.values === "zero-sum" && settings.dictionarySize % 2 === 1) {
    throw new UsageError(
      `--value-max 1 with --dictionary-size ${settings.dictionarySize}: an odd number of +-1 cannot sum to zero. ` +
        "Use an even size, a larger --value-max, or --values free.",
    );
  }
}

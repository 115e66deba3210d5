/**
 * Prints the product's own instances as JSON, for testing checkpoints outside of llama.cpp:
 * `npx tsx scripts/reference-models/instances.ts <task> <seeds> <rollouts> [turns]`, seeds as `1,2,3`.
 */
import { createInstance } from "../../src/tasks/instance.ts";
import { tasks } from "../../src/tasks/index.ts";
import { defaultSettings } from "./settings.ts";

const [name = "dict-sum", seeds = "1", rollouts = "32", turns = String(defaultSettings.turns)] =
  process.argv.slice(2);
const task = Object.values(tasks).find((candidate) => candidate.name === name);
if (task === undefined) throw new Error(`${name}: no such task`);

const settings = { ...defaultSettings, turns: Number(turns) };
const instances = seeds.split(",").flatMap((seed) =>
  Array.from({ length: Number(rollouts) }, (_, rollout) => ({
    seed: Number(seed),
    rollout,
    ...createInstance(task, settings, Number(seed), rollout),
  })),
);
process.stdout.write(`${JSON.stringify({ task: name, instances })}\n`);

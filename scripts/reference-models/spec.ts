/**
 * Prints as JSON what the reference models take from the product, so that its wording has one home:
 * `npx tsx scripts/reference-models/spec.ts > spec.json`. Each task lists its head with the default settings
 * first, then with other numbers of worked examples; to the models all of them are the same token.
 */
import { tasks } from "../../src/tasks/index.ts";
import { textHead } from "../../src/tasks/opening.ts";
import type { Task } from "../../src/tasks/task.ts";
import { words } from "../../src/tasks/words.ts";
import { defaultSettings } from "./settings.ts";

const otherShots = [0, 1, 2, 3, 5, 6, 8];

const trained = [tasks["dict-sum"], tasks.retrieval];
const heads = Object.fromEntries(trained.map((task) => [task.name, headsOf(task)]));
process.stdout.write(`${JSON.stringify({ words, heads }, null, 1)}\n`);

function headsOf(task: Task): string[] {
  return [defaultSettings.shots, ...otherShots].map(
    (shots) => textHead(task, { ...defaultSettings, shots }) + task.begin(task.neutral),
  );
}

/**
 * Ways to show worked examples and the dictionary, each played by each model on each task: how many answers can be read,
 * how many turns are right, how often a total goes on from the example's, and what the prompts take.
 *
 * usage: npx tsx bench/wording/layouts.ts [--rollouts 16] [--turns 12] [--tasks dict-sum,retrieval] [--only NAME,NAME]
 *          [--threads N] FILE.gguf ...
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkModel, type CheckedModel } from "../../src/gguf/check.ts";
import { findModels } from "../../src/gguf/files.ts";
import { proportion } from "../../src/metrics/proportion.ts";
import { partText } from "../../src/report/words/numbers.ts";
import { type TaskName, tasks } from "../../src/tasks/index.ts";
import { layouts } from "./candidates.ts";
import { played, type Tally } from "./played.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rollouts: { type: "string", default: "16" },
    turns: { type: "string", default: "12" },
    threads: { type: "string", default: "0" },
    tasks: { type: "string", default: "dict-sum,retrieval" },
    only: { type: "string", default: Object.keys(layouts).join(",") },
    output: { type: "string", default: join(import.meta.dirname, "results/layouts.md") },
  },
});
const rollouts = Number(values.rollouts);
const turns = Number(values.turns);

const rows: string[] = [];
for (const file of await findModels(positionals)) {
  const model = await checkModel(file);
  for (const name of values.tasks.split(",") as TaskName[])
    for (const layout of values.only.split(",")) await measure(model, name, layout);
}
const text = [
  `${rollouts} rollouts of ${turns} turns, four examples, greedy, no grammar. Shares with 95 % intervals over rollouts.`,
  "",
  "| model | task | layout | readable | right turns | right of readable | went on from the example | prefix tokens | opening tokens |",
  "|---|---|---|--:|--:|--:|--:|--:|--:|",
  ...rows,
  "",
].join("\n");
writeFileSync(values.output, text);
process.stdout.write(text);

async function measure(model: CheckedModel, name: TaskName, layout: string): Promise<void> {
  const open = layouts[layout];
  if (open === undefined) throw new Error(`--only ${layout}: no such layout`);
  const tally = await played(model, tasks[name], open, {
    rollouts,
    turns,
    threads: Number(values.threads) || "auto",
  });
  const row = `| ${model.name} | ${name} | ${layout} | ${shares(tally)} | ${tally.prefixTokens} | ${tally.openingTokens} |`;
  rows.push(row);
  process.stderr.write(`${row}\n`);
}

function shares({ n, readable, right, fromExample }: Tally): string {
  return [share(n, readable), share(n, right), share(readable, right), share(n, fromExample)].join(" | ");
}

function share(n: number, correct: number): string {
  const { accuracy, low, high } = proportion(correct, n);
  return n === 0 ? "–" : `${partText(accuracy ?? 0)} (${partText(low ?? 0)} to ${partText(high ?? 1)})`;
}

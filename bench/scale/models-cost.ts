/**
 * What many models cost `longhaul compare --pairs`, which tests every pair of rows, and `longhaul report`: files of a million turns by 10,
 * 30 and 100 models, and one of 100 models with 1,000 rollouts each: the built command line, its time, its processor time and
 * its peak memory, each once.
 * usage: npm run build && npx tsx bench/scale/models-cost.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.ts";
import { makeFile } from "./made-file.ts";
import { type Cost, measure } from "./measured.ts";

interface ModelsCost {
  readonly models: number;
  readonly turns: number;
  readonly costs: Readonly<Record<"compare" | "report", Cost>>;
}

const folder = mkdtempSync(join(tmpdir(), "longhaul-models-cost-"));
const sizes = [
  [10, 1_000_000],
  [30, 1_000_000],
  [100, 1_000_000],
  [100, 5_000_000],
] as const;
const measured = sizes.map(([models, turns]): ModelsCost => {
  const path = join(folder, "runs.db");
  makeFile(path, turns, openDatabase, 1, models);
  const compare = measure(folder, ["compare", "--pairs", "--db", path]);
  return {
    models,
    turns,
    costs: { compare, report: measure(folder, ["report", "--db", path, "-o", join(folder, "page.html")]) },
  };
});
rmSync(folder, { recursive: true, force: true });

const results = join(import.meta.dirname, "results");
writeFileSync(join(results, "models-cost.json"), `${JSON.stringify(measured, null, 2)}\n`);
const text = [
  "One run of each model, all asked the same, 50 turns a rollout; every pair is tested. The machine had other work, too: CPU is processor time of all threads.",
  "",
  "| models | rollouts of each | turn rows | pairs | compare | CPU | memory | report | CPU | memory |",
  "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
  ...measured.map(({ models, turns, costs }) => {
    const cells = [costs.compare, costs.report].flatMap(({ ms, cpuMs, bytes }) => [
      `${(ms / 1000).toFixed(1)} s`,
      `${(cpuMs / 1000).toFixed(1)} s`,
      `${(bytes / 1e6).toFixed(0)} MB`,
    ]);
    const counts = [models, Math.round(turns / 50 / models), turns, (models * (models - 1)) / 2];
    return `| ${[...counts.map((count) => count.toLocaleString("en")), ...cells].join(" | ")} |`;
  }),
  "",
].join("\n");
writeFileSync(join(results, "models-cost.md"), text);
process.stdout.write(text);

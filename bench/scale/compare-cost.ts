/**
 * What `longhaul compare` costs on files of 10,000, 100,000 and 1,000,000 turn rows: the built command line, its time and
 * its peak memory, the median of three.
 * usage: npm run build && npx tsx bench/scale/compare-cost.ts
 */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFile } from "./made-file.ts";
import { measureThrice } from "./measured.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-scale-"));
const rows = [10_000, 100_000, 1_000_000].map((count) => {
  const path = join(folder, `${count}.db`);
  makeFile(path, count);
  const cells = [["compare"], ["compare", "--metric", "decay"], ["show", "1"]].flatMap((args) => {
    const { ms, bytes } = measureThrice(folder, [...args, "--db", path]);
    return [`${(ms / 1000).toFixed(2)} s`, `${(bytes / 1e6).toFixed(0)} MB`];
  });
  return `| ${count.toLocaleString("en")} | ${(statSync(path).size / 1e6).toFixed(0)} MB | ${cells.join(" | ")} |`;
});
const text = [
  "Ten runs of 50 turns a rollout in one file; `show` is of one of the ten.",
  "",
  "| turn rows | file | compare | memory | compare --metric decay | memory | show | memory |",
  "|--:|--:|--:|--:|--:|--:|--:|--:|",
  ...rows,
  "",
].join("\n");
mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
writeFileSync(join(import.meta.dirname, "results", "compare-cost.md"), text);
process.stdout.write(text);
rmSync(folder, { recursive: true, force: true });

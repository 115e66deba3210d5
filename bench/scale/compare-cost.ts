/**
 * What `longhaul compare` costs on files of 10,000, 100,000 and 1,000,000 turn rows: the built command line, its time and
 * its peak memory, the median of three.
 * usage: npm run build && npx tsx bench/scale/compare-cost.ts
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeFile } from "./made-file.ts";

const main = resolve(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "longhaul-scale-"));
const wrapper = join(folder, "measured.mjs");
// Says on stderr what the process took, when it ends.
writeFileSync(
  wrapper,
  `const start = performance.now();
process.on("exit", () => process.stderr.write("\\n" + JSON.stringify({ ms: performance.now() - start, bytes: process.resourceUsage().maxRSS * 1024 })));
`,
);

function measure(path: string, args: readonly string[]): { ms: number; bytes: number } {
  const { stderr, status } = spawnSync(process.execPath, ["--import", wrapper, main, ...args, "--db", path], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as { ms: number; bytes: number };
}

const rows = [10_000, 100_000, 1_000_000].map((count) => {
  const path = join(folder, `${count}.db`);
  makeFile(path, count);
  const cells = [["compare"], ["compare", "--metric", "decay"], ["show", "1"]].flatMap((args) => {
    const runs = [0, 1, 2].map(() => measure(path, args)).toSorted((a, b) => a.ms - b.ms);
    return [`${((runs[1]?.ms ?? 0) / 1000).toFixed(2)} s`, `${((runs[1]?.bytes ?? 0) / 1e6).toFixed(0)} MB`];
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

/**
 * What `longhaul merge` costs: four parts of together 100,000 and 1,000,000 turn rows (and as many as are named) merged into a
 * new file, then once more, when every run is known: the built command line, its time and its peak memory, each once. The
 * merged file is checked, every seal of it.
 * usage: npm run build && npx tsx bench/scale/merge-cost.ts [10000000]
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../src/store/database.ts";
import { makeFile } from "./made-file.ts";
import { measure } from "./measured.ts";

const parts = [1, 2, 3, 4];
const further = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "longhaul-merge-cost-"));
const rows = [100_000, 1_000_000, ...further].map((count) => {
  const paths = parts.map((part) => join(folder, `part-${part}.db`));
  parts.forEach((part, index) => makeFile(paths[index] ?? "", count / parts.length, openDatabase, part));
  const all = join(folder, "all.db");
  const merge = ["merge", ...paths, "-o", all];
  const cells = [merge, merge, ["verify", "--file", "--db", all], ["compare", "--db", all]].flatMap(
    (args) => {
      const { ms, bytes } = measure(folder, args);
      return [`${(ms / 1000).toFixed(1)} s`, `${(bytes / 1e6).toFixed(0)} MB`];
    },
  );
  const sizes = [paths.reduce((sum, path) => sum + statSync(path).size, 0), statSync(all).size];
  for (const path of [...paths, all])
    for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  const told = sizes.map((size) => `${(size / 1e6).toFixed(0)} MB`);
  return `| ${[count.toLocaleString("en"), ...told, ...cells].join(" | ")} |`;
});
const text = [
  "Four parts of ten runs each, 50 turns a rollout, merged into a new file; then the same again, when every row is compared;",
  'then each seal of the file checked, and its forty runs compared. Made by "npm run build && npx tsx bench/scale/merge-cost.ts"' +
    (further.length === 0 ? "." : ` with ${further.join(" ")}.`),
  "",
  "| turn rows | parts | merged file | merge | memory | merge again | memory | verify --file | memory | compare | memory |",
  "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
  ...rows,
  "",
].join("\n");
writeFileSync(join(import.meta.dirname, "results", "merge-cost.md"), text);
process.stdout.write(text);
rmSync(folder, { recursive: true, force: true });

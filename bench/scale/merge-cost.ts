/**
 * What `longhaul merge` costs: four parts of together 100,000 and 1,000,000 turn rows (and as many as are named) merged into a
 * new file, then once more, when every run is known; then the merged file checked (every seal of it), compared and put on a
 * page: the built command line, its time, its processor time and its peak memory, each once. Last 100,000 turn rows in 2,000
 * runs, as of a study in many shares.
 * usage: npm run build && npx tsx bench/scale/merge-cost.ts [10000000] [--keep FOLDER]
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { type Cost, measure } from "./measured.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { keep: { type: "string" } } });
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "longhaul-merge-cost-"));
mkdirSync(folder, { recursive: true });
const results = join(import.meta.dirname, "results");
const commands = ["merge", "merge again", "verify --file", "compare", "report"] as const;
/** In each part. */
const [fewRuns, manyRuns] = [10, 500];

interface Measured {
  readonly turns: number;
  readonly runs: number;
  readonly partsBytes: number;
  readonly fileBytes: number;
  /** Of many runs without those that would test every pair of them. */
  readonly costs: Readonly<Partial<Record<(typeof commands)[number], Cost>>>;
  /** Load of the machine before each command, which adds 1 of its own. */
  readonly load: readonly number[];
}

const measured: Measured[] = [];
for (const turns of [100_000, 1_000_000, ...positionals.map(Number)]) {
  measured.push(await measureSize(turns, fewRuns));
  writeResults();
}
measured.push(await measureSize(100_000, manyRuns));
writeResults();
if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });

async function measureSize(turns: number, runs: number): Promise<Measured> {
  const parts = [1, 2, 3, 4].map((part) => join(folder, `${turns}-${runs}-part-${part}.db`));
  const make = join(import.meta.dirname, "make-part.ts");
  await Promise.all(
    parts.map((path, index) =>
      promisify(execFile)(process.execPath, [
        "--import",
        "tsx",
        make,
        path,
        String(turns / parts.length),
        String(index + 1),
        String(runs),
      ]),
    ),
  );
  const all = join(folder, `${turns}-${runs}.db`);
  const load: number[] = [];
  const cost = (...args: readonly string[]): Cost => {
    load.push(loadavg()[0] ?? Number.NaN);
    return measure(folder, args);
  };
  const written = {
    merge: cost("merge", ...parts, "-o", all),
    "merge again": cost("merge", ...parts, "-o", all),
    "verify --file": cost("verify", "--file", "--db", all),
  };
  const read = (): Measured["costs"] => ({
    compare: cost("compare", "--db", all),
    report: cost("report", "--db", all, "-o", join(folder, "page.html")),
  });
  const costs = { ...written, ...(runs === manyRuns ? {} : read()) };
  const partsBytes = parts.reduce((sum, path) => sum + statSync(path).size, 0);
  const fileBytes = statSync(all).size;
  for (const path of [...parts, ...(values.keep === undefined ? [all] : [])])
    for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
  return { turns, runs: runs * parts.length, partsBytes, fileBytes, costs, load };
}

function writeResults(): void {
  writeFileSync(join(results, "merge-cost.json"), `${JSON.stringify(measured, null, 2)}\n`);
  const row = ({ turns, runs, partsBytes, fileBytes, costs }: Measured): string[] => [
    turns.toLocaleString("en"),
    runs.toLocaleString("en"),
    megabytes(partsBytes),
    megabytes(fileBytes),
    ...commands.flatMap((one) => {
      const { [one]: cost } = costs;
      if (cost === undefined) return ["", "", ""];
      return [
        `${(cost.ms / 1000).toFixed(1)} s`,
        `${(cost.cpuMs / 1000).toFixed(1)} s`,
        megabytes(cost.bytes),
      ];
    }),
  ];
  const heads = [
    "turn rows",
    "runs",
    "parts",
    "merged file",
    ...commands.flatMap((one) => [one, "CPU", "memory"]),
  ];
  const loads = measured.flatMap(({ load }) => load);
  const text = [
    "Four parts, 50 turns a rollout, merged into a new file; then the same again, when every row is compared; then each seal of",
    "the file checked, its runs compared (forty runs: ten rows of four runs each), and put on a page. Made by",
    `"npm run build && npx tsx bench/scale/merge-cost.ts ${positionals.join(" ")}". "CPU" is processor time of all threads.`,
    `The machine has ${availableParallelism()} cores and was busy with other work: its load before a command was ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    "",
    `| ${heads.join(" | ")} |`,
    `|${heads.map(() => "--:").join("|")}|`,
    ...measured.map((one) => `| ${row(one).join(" | ")} |`),
    "",
  ].join("\n");
  writeFileSync(join(results, "merge-cost.md"), text);
  process.stdout.write(text);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

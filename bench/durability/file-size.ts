import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";

/**
 * What the rows of runs take in their file, beside what was forecast: `npm run build && npx tsx bench/durability/file-size.ts`.
 */

const root = resolve(import.meta.dirname, "../..");
const model = "models/longhaul-ref-late.gguf";
const cases: readonly (readonly string[])[] = [
  ["--engine", "scripted:p=0.9", "--rollouts", "100", "--turns", "100"],
  ["--engine", "scripted:p=0.9", "--rollouts", "50", "--turns", "100", "--keys-per-turn", "10"],
  ["--engine", "scripted:p=0.9", "--rollouts", "1000", "--turns", "2"],
  [
    "--engine",
    "scripted:p=0.9",
    "--rollouts",
    "20",
    "--turns",
    "50",
    "--votes",
    "majority:5",
    "--temperature",
    "0.7",
  ],
  [model, "--rollouts", "32", "--turns", "60"],
  [model, "--rollouts", "4", "--turns", "200", "--parallel", "1"],
  [model, "--rollouts", "8", "--turns", "60", "--confidence", "top2"],
];

const folder = mkdtempSync(join(tmpdir(), "longhaul-size-"));
const rows = cases.map((flags, index) => {
  const db = join(folder, `${index}.db`);
  const args = ["dist/main.js", "run", ...flags, "--db", db, "--json", "--quiet"];
  const run = (more: readonly string[]): string =>
    execFileSync(process.execPath, [...args, ...more], { cwd: root, maxBuffer: 1e9 }).toString();
  const planned = JSON.parse(run(["--dry-run"])) as { models: { fileBytes: number }[] };
  run([]);
  const database = new Sqlite(db, { readonly: true });
  const bytes = database
    .prepare("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    .pluck()
    .get() as number;
  const turns = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
  database.close();
  const forecast = planned.models[0]?.fileBytes ?? 0;
  return `| ${flags.join(" ")} | ${turns} | ${(bytes / 1e3).toFixed(0)} | ${(bytes / turns).toFixed(0)} | ${(forecast / 1e3).toFixed(0)} | ${(forecast / bytes).toFixed(2)} |`;
});
rmSync(folder, { recursive: true, force: true });

const text = `# What a file takes

\`npm run build && npx tsx bench/durability/file-size.ts\`. The forecast is the one that \`run\` and \`--dry-run\` make; it is to be
rather too much than too little.

| run | turns | kB | bytes a turn | forecast, kB | forecast to file |
|---|---:|---:|---:|---:|---:|
${rows.join("\n")}
`;
writeFileSync(join(import.meta.dirname, "results/file-size.md"), text);
process.stdout.write(text);

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { renderTable } from "../../src/report/words/table.ts";

/**
 * What the plan says a model takes, beside the peak of the process that ran it (`npm run build` before):
 *
 *     npx tsx bench/memory/forecast.ts MODEL.gguf ...
 *
 * On the CPU; the run comes first, so that the plan knows its speed and plays nothing.
 */

interface Case {
  readonly conversations: number;
  readonly context: number;
}

interface Planned {
  readonly memoryBytes: number | null;
  readonly memory: {
    readonly weights: { readonly cpuBytes: number };
    readonly kvCache: { readonly cpuBytes: number } | null;
    readonly buffers: { readonly cpuBytes: number };
    readonly programBytes: number;
  } | null;
}

const cases: readonly Case[] = [
  { conversations: 1, context: 1024 },
  { conversations: 1, context: 8192 },
  { conversations: 8, context: 1024 },
  { conversations: 8, context: 4096 },
  { conversations: 32, context: 1024 },
];
const main = resolve(import.meta.dirname, "../../dist/main.js");
const results = join(import.meta.dirname, "results/forecast.md");

const rows = process.argv.slice(2).flatMap((model) => cases.map((one) => rowOf(model, one)));
const numbers = ["weights", "KV cache", "buffers", "program", "forecast", "peak", "forecast / peak"];
const table = renderTable(
  ["model", "conversations", "context", ...numbers].map((title, index) => ({
    title,
    align: index === 0 ? ("left" as const) : ("right" as const),
  })),
  rows,
);
writeFileSync(results, `# Memory: forecast and measured peak, MB\n\n\`\`\`\n${table}\n\`\`\`\n`);
process.stdout.write(`${table}\n`);

function rowOf(model: string, { conversations, context }: Case): string[] {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-memory-"));
  try {
    const db = join(folder, "memory.db");
    const asked = [
      "--rollouts",
      conversations,
      "--parallel",
      conversations,
      "--context",
      context,
      "--turns",
      2,
    ];
    const command = ["run", model, "--gpu", "off", "--threads", 1, "--db", db, ...asked].map(String);
    const longhaul = (args: readonly string[]): string =>
      execFileSync("node", [main, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    longhaul(command);
    const peakBytes = peakOf(db);
    const { models } = JSON.parse(longhaul([...command, "--dry-run", "--json"])) as { models: Planned[] };
    const { memory = null, memoryBytes = null } = models[0] ?? {};
    if (memory === null || memoryBytes === null) throw new Error(`${model}: no forecast`);
    const { weights, kvCache, buffers, programBytes } = memory;
    const parts = [weights.cpuBytes, kvCache?.cpuBytes ?? 0, buffers.cpuBytes, programBytes, memoryBytes];
    return [
      basename(model),
      String(conversations),
      String(context),
      ...[...parts, peakBytes].map((bytes) => (bytes / 1e6).toFixed(0)),
      (memoryBytes / peakBytes).toFixed(3),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function peakOf(db: string): number {
  const database = new Sqlite(db, { readonly: true });
  const row = database.prepare("SELECT peak_rss_bytes AS peak FROM run").get() as { peak: number };
  database.close();
  return row.peak;
}

/**
 * A run of a reference model that goes on for minutes: the memory of its processes has to stay what it was, and the file has
 * to grow with the turns and with nothing else.
 * usage: npm run build && npx tsx bench/durability/soak.ts [MINUTES]   (Linux: it reads /proc)
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { nowMs, sleep } from "../../src/clock.ts";

interface Sample {
  readonly minute: number;
  readonly bytes: number;
  readonly fileBytes: number;
  readonly turns: number;
}

const minutes = Number(process.argv[2] ?? 10);
const main = resolve(import.meta.dirname, "../../dist/main.js");
const folder = mkdtempSync(join(tmpdir(), "longhaul-soak-"));
const db = join(folder, "soak.db");
const model = resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf");
const size = ["--rollouts", "100000", "--turns", "20", "--parallel", "4", "--threads", "1"];
const child = spawn(process.execPath, [main, "run", model, ...size, "--db", db, "--quiet"], {
  stdio: "ignore",
});
while (!existsSync(db) || file().turns === 0) await sleep(1_000);
const startMs = nowMs();
const samples: Sample[] = [];
while (nowMs() - startMs < minutes * 60_000) {
  await sleep(5_000);
  samples.push({ minute: (nowMs() - startMs) / 60_000, bytes: memoryBytes(child.pid ?? 0), ...file() });
}
child.kill("SIGTERM");
await new Promise((done) => child.on("exit", done));
const between = (from: number, to: number): Sample[] =>
  samples.filter(({ minute }) => minute >= from && minute < to);
const early = median(between(0.2 * minutes, 0.4 * minutes).map(({ bytes }) => bytes));
const late = median(between(0.5 * minutes, minutes + 1).map(({ bytes }) => bytes));
const bytesATurn = between(0.2 * minutes, minutes + 1).map(({ fileBytes, turns }) => fileBytes / turns);
const result = {
  minutes,
  turns: samples.at(-1)?.turns,
  earlyBytes: early,
  lateBytes: late,
  growth: late / early - 1,
  bytesATurn: { least: Math.min(...bytesATurn), most: Math.max(...bytesATurn) },
};
process.stdout.write(`${JSON.stringify(result)}\n`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = Math.abs(result.growth) <= 0.05 ? 0 : 1;

function file(): Pick<Sample, "fileBytes" | "turns"> {
  const database = new Sqlite(db, { readonly: true });
  const turns = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
  database.close();
  return { turns, fileBytes: statSync(db).size };
}

/** Of a process and those that it started, without pages that others have, too. */
function memoryBytes(pid: number): number {
  const pids = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && [Number(name), parentOf(name)].includes(pid),
  );
  return pids.reduce((sum, one) => {
    const status = readFileSync(`/proc/${one}/status`, "utf8");
    return sum + 1024 * Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
  }, 0);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0]);
  } catch {
    return 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * A core is taken in mid-run by a process that spins, and set free again: what the threads chosen by trial keep of what
 * one thread gives meanwhile, and whether they come back.
 *
 * usage: npm run build && npx tsx bench/hardware/busy-core.ts FILE.gguf [REPEATS]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { medianOf } from "../../src/metrics/repetitions.ts";
import { waitForQuiet } from "./quiet.ts";

const [file = "", repeats = "3"] = process.argv.slice(2);
/** Seconds before the core is taken, while it is, and after. */
const stretches = [15, 30, 45] as const;

interface Rates {
  readonly before: number;
  readonly during: number;
  readonly after: number;
}

const auto: Rates[] = [];
const one: Rates[] = [];
for (let repeat = 0; repeat < Number(repeats); repeat++) {
  for (const kind of repeat % 2 === 0 ? ["auto", "1"] : ["1", "auto"]) {
    const { taken, isQuiet } = await waitForQuiet();
    if (!isQuiet) process.stderr.write(`never quiet: others take ${taken.toFixed(2)} cores\n`);
    const rates = await play(kind);
    (kind === "auto" ? auto : one).push(rates);
    process.stderr.write(`--threads ${kind}: ${JSON.stringify(rates)}\n`);
  }
}
report();

/** Decoded tokens a second, before, while and after a core is taken. */
async function play(threads: string): Promise<Rates> {
  const folder = mkdtempSync(join(tmpdir(), "longhaul-busy-"));
  const db = join(folder, "x.db");
  const main = join(import.meta.dirname, "../../dist/main.js");
  const asked = ["--rollouts", "4000", "--turns", "12", "--parallel", "8", "--max-answer-tokens", "16"];
  const run = spawn(process.execPath, [main, "run", file, ...asked, "--threads", threads, "--db", db], {
    stdio: "ignore",
  });
  try {
    await firstTurn(db);
    await wait(stretches[0] * 1000);
    const spinner = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
    const takenAt = Date.now();
    await wait(stretches[1] * 1000);
    await end(spinner, "SIGKILL");
    const freeAt = Date.now();
    await wait(stretches[2] * 1000);
    await end(run, "SIGINT");
    return ratesIn(db, takenAt, freeAt);
  } finally {
    run.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

async function firstTurn(db: string): Promise<void> {
  for (;;) {
    await wait(500);
    try {
      const database = new Sqlite(db, { readonly: true });
      const turns = database.prepare("SELECT count(*) FROM turn").pluck().get() as number;
      database.close();
      if (turns > 0) return;
    } catch {
      // Not there yet.
    }
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Batches hold times since the engine's start; a turn's row says when that was by the clock on the wall. */
function ratesIn(db: string, takenAt: number, freeAt: number): Rates {
  const database = new Sqlite(db, { readonly: true });
  const first = database
    .prepare(
      "SELECT started_at AS at, start_ms AS ms FROM turn JOIN batch ON batch.batch = first_batch LIMIT 1",
    )
    .get() as { at: string; ms: number };
  const origin = Date.parse(first.at) - first.ms;
  const batches = database
    .prepare(
      "SELECT start_ms AS s, end_ms AS e, decode_tokens AS n FROM batch WHERE phase = 'run' AND decode_tokens > 0",
    )
    .all() as { s: number; e: number; n: number }[];
  database.close();
  const rate = (fromMs: number, toMs: number): number => {
    const within = batches.filter(({ s, e }) => s >= fromMs && e <= toMs);
    const tokens = within.reduce((sum, { n }) => sum + n, 0);
    // Whole stretches, so that a batch of seconds counts with its time.
    return (1000 * tokens) / within.reduce((sum, { s, e }) => sum + e - s, 0);
  };
  const [taken, free] = [takenAt - origin, freeAt - origin];
  // The last stretch begins after the longest wait for another trial.
  return { before: rate(0, taken), during: rate(taken, free), after: rate(free + 31_000, Infinity) };
}

function report(): void {
  const middle = (rates: readonly Rates[], name: keyof Rates): number =>
    medianOf(rates.map((one) => one[name]));
  const row = (name: string, rates: readonly Rates[]): string =>
    `| ${[name, ...(["before", "during", "after"] as const).map((stretch) => middle(rates, stretch).toFixed(0))].join(" | ")} |`;
  const kept = middle(auto, "during") / middle(one, "during");
  const back = middle(auto, "after") / middle(auto, "before");
  const text = [
    `${cpus()[0]?.model ?? "unknown"}, ${availableParallelism()} cores, Node ${process.version}; ${basename(file)}, 8 conversations, decoded tokens a second, medians of ${repeats}.`,
    "",
    "| threads | before | a core is taken | free again |",
    "|---|--:|--:|--:|",
    row("auto", auto),
    row("1", one),
    "",
    `While a core is taken, auto keeps ${kept.toFixed(2)} of what one thread gives; free again it gets ${back.toFixed(2)} of what it got before.`,
    "",
  ].join("\n");
  writeFileSync(join(import.meta.dirname, "results/busy-core.md"), text);
  process.stdout.write(text);
}

/**
 * `longhaul speed --against` held against bench/speed/pairs.ts: two ways to set the engine beside llama-bench, in the same
 * hour, on the same file. Where both measure the same their intervals have to overlap; the ratios themselves are findings.
 *
 * usage: npm run build && npx tsx bench/speed/against-llama-bench.ts TOOLS_FOLDER FILE.gguf [--pairs 10] [--threads 2]
 * TOOLS_FOLDER holds llama-bench and llama-batched-bench (bench/README.md tells how to build them). About twenty minutes for
 * a model of 135M parameters. Before each part other load is measured, and for ten minutes a quiet machine is waited for.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { SpeedDocument, SpeedTestFigure } from "../../src/figures/speed-test-schema.ts";
import { medianOf, pairedRatio } from "../../src/metrics/repetitions.ts";
import { waitForQuiet } from "../hardware/quiet.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "10" },
    threads: { type: "string", default: "2" },
    quietMinutes: { type: "string", default: "10" },
  },
});
const [tools = "", file = ""] = positionals;
if (!existsSync(join(tools, "llama-bench")) || !existsSync(file)) {
  process.stderr.write("skipped: name the folder of llama-bench, then a model file (bench/README.md)\n");
  process.exit(0);
}
const prompt = 512;
const generated = 128;
const depths = [0, 1024];
/** As near to an empty cache as the engine's own conversation comes. */
const shortest = 64;

interface Interval {
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const folder = mkdtempSync(join(tmpdir(), "against-"));
const load: string[] = [];
try {
  const speed = await bySpeed();
  const pairs = {
    pp: await byPairs(prompt, "prefill"),
    tg: await byPairs(shortest, "decode"),
    deep: await byPairs(1024, "decode"),
  };
  writeReport(speed, { pp512: pairs.pp, "tg128 sampled": pairs.tg, "tg128 sampled @ d1024": pairs.deep });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bySpeed(): Promise<readonly SpeedTestFigure[]> {
  await quiet("longhaul speed");
  const flags = [
    "-p",
    prompt,
    "-n",
    generated,
    "-d",
    depths.join(","),
    "-r",
    values.pairs,
    "-t",
    values.threads,
  ];
  const rest = [
    "--gpu",
    "off",
    "--flash-attn",
    "on",
    "--sampling",
    "both",
    "--against",
    join(tools, "llama-bench"),
  ];
  const args = ["dist/main.js", "speed", file, ...flags, ...rest, "--db", join(folder, "s.db"), "--json"];
  const text = execFileSync(process.execPath, args.map(String), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 26,
  });
  return (JSON.parse(text) as SpeedDocument).tests;
}

async function byPairs(promptTokens: number, kind: "prefill" | "decode"): Promise<Interval> {
  await quiet(`pairs.ts, prompt ${promptTokens}`);
  const out = join(folder, `${promptTokens}.json`);
  const shape = ["--prompt", promptTokens, "--decode", generated, "--conversations", 1, "--json", out];
  const args = ["--import", "tsx", join(import.meta.dirname, "pairs.ts"), tools, file, ...shape];
  const more = ["--pairs", values.pairs, "--threads", values.threads];
  execFileSync(process.execPath, [...args, ...more].map(String), { stdio: ["ignore", "ignore", "inherit"] });
  type Rates = Record<"prefill" | "decode", number>;
  const [row] = JSON.parse(readFileSync(out, "utf8")) as { ours: Rates[]; theirs: Rates[] }[];
  const [ours, theirs] = [row?.ours ?? [], row?.theirs ?? []].map((rates) => rates.map((one) => one[kind]));
  const ratio = pairedRatio(ours ?? [], theirs ?? []);
  if (ours === undefined || theirs === undefined || ratio === null) throw new Error("pairs.ts told nothing");
  return { ...ratio, ours: medianOf(ours), theirs: medianOf(theirs) };
}

async function quiet(part: string): Promise<void> {
  const { taken, isQuiet } = await waitForQuiet(Number(values.quietMinutes) * 60_000);
  load.push(`${part}: ${taken.toFixed(2)} of a core${isQuiet ? "" : " (it never became quiet)"}`);
}

function writeReport(tests: readonly SpeedTestFigure[], byTest: Readonly<Record<string, Interval>>): void {
  const rows = tests.map(({ test, median, against }) => {
    if (median === null || against === null) throw new Error(`${test}: nothing beside it`);
    const mine: Interval = { ...against, ours: median, theirs: against.median };
    const other = byTest[test];
    const agrees = other === undefined ? "" : overlap(mine, other) ? "yes" : "NO";
    const cells = [test, mine.ours.toFixed(1), mine.theirs.toFixed(1), told(mine), told(other), agrees];
    return `| ${cells.join(" | ")} |`;
  });
  const build = tests[0]?.against?.build ?? "unknown";
  const text = [
    `${basename(file)}; ${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores; ${values.pairs} interleaved pairs, ${values.threads} threads, flash attention on, batches of 512; llama-bench build ${build}; tokens/s, medians; ratio of medians, ours over theirs, with the 95 % bootstrap interval over pairs.`,
    "",
    "| test | longhaul speed | llama-bench | ratio by `speed --against` | ratio by `pairs.ts` | intervals overlap |",
    "|---|--:|--:|--:|--:|---|",
    ...rows,
    "",
    `\`sampled\` samples each token (llama-bench does not); \`pairs.ts\` plays a turn of the engine, which samples, so it is held against these: at d0 behind ${shortest} tokens. It cannot evaluate a prompt behind a depth, nor leave sampling out.`,
    "",
    `Other load before each part: ${load.join("; ")}.`,
    "",
  ].join("\n");
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "against-llama-bench.md"), text);
  process.stdout.write(text);
}

function overlap(one: Interval, other: Interval): boolean {
  return one.low <= other.high && other.low <= one.high;
}

function told(interval: Interval | undefined): string {
  if (interval === undefined) return "";
  const { ratio, low, high } = interval;
  return `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}

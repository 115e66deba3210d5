/**
 * Longhaul's engine beside llama.cpp's own tools on the same file: interleaved pairs, ratio of medians with a 95 %
 * bootstrap interval over pairs. Settings are fixed here, before any result is seen; others only go to a file that is named.
 *
 * usage: npx tsx bench/speed/pairs.ts TOOLS_FOLDER FILE.gguf [...]
 *        npx tsx bench/speed/pairs.ts TOOLS_FOLDER FILE.gguf --prompt 512 --decode 128 --conversations 1 --json OUT.json
 * TOOLS_FOLDER holds llama-bench and llama-batched-bench (bench/README.md tells how to build them); without them
 * this says so and ends with 0.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { medianOf, pairedRatio } from "../../src/metrics/repetitions.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: "string", default: "10" },
    prompt: { type: "string", default: "128" },
    decode: { type: "string", default: "32" },
    threads: { type: "string", default: "2" },
    conversations: { type: "string", default: "1,8,32" },
    json: { type: "string" },
  },
});
const [pairs, promptTokens, decodeTokens, threads] = [
  values.pairs,
  values.prompt,
  values.decode,
  values.threads,
].map(Number) as [number, number, number, number];
const conversationCounts = values.conversations.split(",").map(Number);

interface Rates {
  readonly prefill: number;
  readonly decode: number;
}

interface Row {
  readonly file: string;
  readonly conversations: number;
  readonly ours: readonly Rates[];
  readonly theirs: readonly Rates[];
}

const [tools = "", ...files] = positionals;
if (
  !existsSync(join(tools, "llama-bench")) ||
  !existsSync(join(tools, "llama-batched-bench")) ||
  files.length === 0
) {
  process.stderr.write(
    "skipped: name the folder of llama-bench and llama-batched-bench, then model files (bench/README.md)\n",
  );
  process.exit(0);
}
const rows: Row[] = [];
for (const file of files) for (const count of conversationCounts) rows.push(measure(file, count));
if (values.json === undefined) writeReport(rows);
else writeFileSync(values.json, JSON.stringify(rows));

function measure(file: string, conversations: number): Row {
  const ours: Rates[] = [];
  const theirs: Rates[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // Who goes first alternates, so that a drift of the machine hits both alike.
    const order = pair % 2 === 0 ? ["ours", "theirs"] : ["theirs", "ours"];
    for (const side of order) {
      if (side === "ours") ours.push(measureOurs(file, conversations));
      else theirs.push(conversations === 1 ? runBench(file) : runBatchedBench(file, conversations));
    }
    process.stderr.write(`${basename(file)} x ${conversations}: pair ${pair + 1} of ${pairs}\n`);
  }
  return { file, conversations, ours, theirs };
}

function measureOurs(file: string, conversations: number): Rates {
  const script = join(import.meta.dirname, "engine-side.ts");
  const args = ["--import", "tsx", script, file, conversations, promptTokens, decodeTokens, threads].map(
    String,
  );
  const env = { ...process.env, UV_THREADPOOL_SIZE: "1" };
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" })) as Rates;
}

function runBench(file: string): Rates {
  // Decoding goes on behind the prompt, as ours and llama-batched-bench's does; by itself it would start at depth 0.
  return {
    prefill: benchRate(file, ["-p", promptTokens, "-n", 0]),
    decode: benchRate(file, ["-p", 0, "-n", decodeTokens, "-d", promptTokens]),
  };
}

function benchRate(file: string, shape: readonly (string | number)[]): number {
  const args = ["-m", file, ...shape, "-t", threads, "-fa", 1, "-r", 3, "-o", "json"];
  const text = execFileSync(join(tools, "llama-bench"), args.map(String), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [test] = JSON.parse(text) as { samples_ts: number[] }[];
  return medianOf(test?.samples_ts ?? []);
}

function runBatchedBench(file: string, conversations: number): Rates {
  const context = conversations * (promptTokens + decodeTokens + 128);
  const shape = ["-npp", promptTokens, "-ntg", decodeTokens, "-npl", conversations];
  const args = [
    "-m",
    file,
    "-c",
    context,
    "-b",
    512,
    "-ub",
    512,
    "-t",
    threads,
    "-fa",
    "on",
    ...shape,
    "--output-format",
    "jsonl",
  ];
  const text = execFileSync(join(tools, "llama-batched-bench"), args.map(String), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = text.split("\n").find((candidate) => candidate.startsWith("{")) ?? "{}";
  const result = JSON.parse(line) as { speed_pp: number; speed_tg: number };
  return { prefill: result.speed_pp, decode: result.speed_tg };
}

function writeReport(all: readonly Row[]): void {
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform}, Node ${process.version}`;
  const table = [
    "| file | conversations | decode, ours | decode, llama.cpp | ratio (95 %) | prefill, ours | prefill, llama.cpp | ratio (95 %) |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
    ...all.map((row) => {
      const cells = (["decode", "prefill"] as const).flatMap((kind) => {
        const ours = row.ours.map((rates) => rates[kind]);
        const theirs = row.theirs.map((rates) => rates[kind]);
        const { ratio = NaN, low = NaN, high = NaN } = pairedRatio(ours, theirs) ?? {};
        return [
          medianOf(ours).toFixed(0),
          medianOf(theirs).toFixed(0),
          `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
        ];
      });
      return `| ${[basename(row.file), row.conversations, ...cells].join(" | ")} |`;
    }),
  ].join("\n");
  const text = `${machine}; ${pairs} pairs; prompt ${promptTokens}, decode ${decodeTokens} tokens, ${threads} threads; tokens/s, medians.\n\n${table}\n`;
  writeFileSync(join(folder, "pairs.md"), text);
  const raw = all.map((row) => ({ ...row, file: basename(row.file) }));
  writeFileSync(join(folder, "pairs.json"), `${JSON.stringify({ machine, rows: raw }, null, 1)}\n`);
  process.stdout.write(text);
}

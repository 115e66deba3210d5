import { execFile } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { SpeedTest, SpeedUsed } from "../engine/llama/speed-test.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import type { AskedSettings } from "./asked-settings.ts";

/** One repetition of a test by llama-bench. */
export interface TheirSample {
  readonly tokensPerSecond: number;
  /** Its commit, number and backends. */
  readonly build: string;
}

/** @throws UsageError where there is no such program */
export function checkProgram(path: string): void {
  if (!existsSync(path) || !statSync(path).isFile())
    throw new UsageError(
      `--against ${path}: no such program. Name llama-bench itself, such as ~/llama.cpp/build/bin/llama-bench.`,
    );
}

const outputSchema = z
  .array(
    z.object({
      n_prompt: z.int(),
      n_gen: z.int(),
      n_depth: z.int().default(0),
      build_commit: z.string().default("unknown"),
      build_number: z.int().default(0),
      backends: z.string().default("unknown backend"),
      samples_ts: z.array(z.number().positive()).min(1),
    }),
  )
  .length(1);

/**
 * Carries out one repetition of a test by llama-bench, after its own warm-up, with the threads, cache, batches and layers
 * that ours used.
 *
 * @param context what ours was asked for, and what it used; `signal` ends it at once, and `limitMs` if it takes longer
 * @throws EngineError where it fails, takes too long, or tells something else
 */
export async function measureTheirs(
  program: string,
  test: SpeedTest,
  context: {
    modelPath: string;
    asked: AskedSettings;
    used: SpeedUsed;
    signal: AbortSignal;
    limitMs: number;
  },
): Promise<TheirSample> {
  const args = argumentsOf(test, context);
  let text: string;
  try {
    text = await outputOf(program, args, context);
  } catch (error) {
    const { stderr, killed } = error as { readonly stderr?: unknown; readonly killed?: boolean };
    if (killed === true && !context.signal.aborted)
      throw failed(program, `it did not end in ${Math.round(context.limitMs / 1000)} s`);
    const said = typeof stderr === "string" ? stderr : "";
    const why = said.split("\n").findLast((line) => /error|invalid|unknown|failed/i.test(line));
    throw failed(program, why ?? messageOf(error).split("\n", 1)[0] ?? "");
  }
  const [told] = readOutput(program, text);
  const [prompt, generated] = test.kind === "pp" ? [test.tokens, 0] : [0, test.tokens];
  if (told?.n_prompt !== prompt || told.n_gen !== generated || told.n_depth !== test.depth)
    throw failed(program, "it measured something else than was asked for");
  return {
    tokensPerSecond: told.samples_ts[0] ?? Number.NaN,
    build: `${told.build_commit} (${told.build_number}), ${told.backends}`,
  };
}

function argumentsOf(
  { kind, tokens, depth }: SpeedTest,
  { modelPath, asked, used }: { modelPath: string; asked: AskedSettings; used: SpeedUsed },
): string[] {
  const pairs = {
    "-m": modelPath,
    "-p": kind === "pp" ? tokens : 0,
    "-n": kind === "tg" ? tokens : 0,
    "-d": depth,
    "-r": 1,
    "-t": used.threads,
    // Ours are evaluated whole.
    "-b": asked.n_batch,
    "-ub": asked.n_batch,
    "-ctk": asked.type_k,
    "-ctv": asked.type_v,
    "-ngl": used.layers,
    ...(used.attention === null ? {} : { "-fa": used.attention ? 1 : 0 }),
    "-o": "json",
  };
  return Object.entries(pairs).flatMap(([flag, value]) => [flag, String(value)]);
}

/** What it writes. @throws what `execFile` does */
async function outputOf(
  program: string,
  args: readonly string[],
  { signal, limitMs }: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<string> {
  // One that was stopped hears of no other signal.
  const killSignal = "SIGKILL";
  const ended = promisify(execFile)(program, args, { timeout: limitMs, killSignal, maxBuffer: 16 * 2 ** 20 });
  // The option `signal` of execFile would send SIGTERM.
  const kill = (): void => {
    ended.child.kill(killSignal);
  };
  signal.addEventListener("abort", kill);
  if (signal.aborted) kill();
  try {
    return (await ended).stdout;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

function readOutput(program: string, text: string): z.infer<typeof outputSchema> {
  try {
    return outputSchema.parse(JSON.parse(text));
  } catch (error) {
    throw failed(program, `its output cannot be read (${messageOf(error).split("\n", 1)[0] ?? ""})`);
  }
}

function failed(program: string, why: string): EngineError {
  return new EngineError("native", `${basename(program)} failed: ${why}`);
}

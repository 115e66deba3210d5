import { readFileSync } from "node:fs";
import { parseScript } from "../engine/scripted/script.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { RunRequest } from "../experiments/request.ts";
import { tasks } from "../tasks/index.ts";
import { words } from "../tasks/words.ts";

/** The flags of `run` as commander gives them: texts, or true where a flag has no value. */
export type RunFlags = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Turns flags into a request: every value checked, every combination that cannot work refused.
 *
 * @throws UsageError naming the flag, its value and the fix
 */
export function parseRunOptions(modelPaths: readonly string[], flags: RunFlags, dbPath: string): RunRequest {
  const read = new FlagReader(flags);
  const engine = parseEngine(read.text("engine"));
  if (engine.kind === "scripted" && modelPaths.length > 0) {
    throw new UsageError(`--engine scripted takes no model files; leave out ${modelPaths.join(", ")}.`);
  }
  const request: RunRequest = {
    dbPath,
    name: read.optionalText("name"),
    engine,
    modelPaths,
    task: read.choice("task", Object.keys(tasks) as (keyof typeof tasks)[]),
    settings: {
      turns: read.count("turns", 1, 100_000),
      keysPerTurn: read.count("keysPerTurn", 1, 10_000),
      dictionarySize: read.count("dictionarySize", 2, words.length),
      valueMax: read.count("valueMax", 1, 1_000_000),
      values: read.choice("values", ["zero-sum", "free"] as const),
      sharedDictionary: flags["sharedDictionary"] === true,
      shots: read.count("shots", 0, 100),
    },
    rollouts: read.count("rollouts", 1, 1_000_000),
    seed: read.count("seed", 0, Number.MAX_SAFE_INTEGER),
    parallel: read.countOrAuto("parallel", 1, 4096),
    gpu: read.choice("gpu", ["auto", "off", "cuda", "vulkan", "metal"] as const),
    gpuLayers: read.countOrAuto("gpuLayers", 0, 10_000),
    threads: read.countOrAuto("threads", 1, 1024),
    context: read.countOrAuto("context", 64, 100_000_000),
    kvTypeK: read.choice("kvTypeK", ["f16", "q8_0", "q4_0"] as const),
    kvTypeV: read.choice("kvTypeV", ["f16", "q8_0", "q4_0"] as const),
    // Faster and smaller wherever it exists; llama.cpp leaves it out by itself where it doesn't.
    flashAttention: read.choice("flashAttention", ["auto", "on", "off"] as const) !== "off",
    temperature: read.number("temperature", 0, 100),
    topP: read.number("topP", 0, 1),
    topK: read.count("topK", 0, 1_000_000),
    minP: read.number("minP", 0, 1),
    maxAnswerTokens: read.count("maxAnswerTokens", 1, 1_000_000),
    stop: read.choice("stop", ["answer", "eog"] as const),
    chatTemplate: readTemplate(read.optionalText("chatTemplate")),
  };
  refuseCombinations(request);
  return request;
}

function parseEngine(text: string): RunRequest["engine"] {
  if (text === "llama") return { kind: "llama" };
  if (text === "scripted" || text.startsWith("scripted:")) {
    const spec = text.slice("scripted:".length);
    parseScript(spec);
    return { kind: "scripted", spec };
  }
  throw new UsageError(`--engine ${text}: unknown engine. Use llama, or scripted:p=0.99,seed=7.`);
}

function refuseCombinations(request: RunRequest): void {
  const { task, settings, kvTypeV, flashAttention, engine, parallel } = request;
  if (task === "retrieval" && settings.keysPerTurn !== 1) {
    throw new UsageError(
      `--keys-per-turn ${settings.keysPerTurn}: retrieval asks for one key a turn. Use 1, or --task dict-sum.`,
    );
  }
  if (kvTypeV !== "f16" && !flashAttention) {
    throw new UsageError(
      `--kv-type-v ${kvTypeV} needs flash attention. Leave out --flash-attention off, or use --kv-type-v f16.`,
    );
  }
  if (settings.valueMax === 1 && settings.values === "zero-sum" && settings.dictionarySize % 2 === 1) {
    throw new UsageError(
      `--value-max 1 with --dictionary-size ${settings.dictionarySize}: an odd number of +-1 cannot sum to zero. ` +
        "Use an even size, a larger --value-max, or --values free.",
    );
  }
  if (engine.kind === "llama" && parallel !== "auto" && parallel > 256) {
    throw new UsageError(
      `--parallel ${parallel}: llama.cpp holds at most 256 conversations. Use 256 or fewer.`,
    );
  }
}

function readTemplate(path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(
      `--chat-template ${path}: cannot be read (${messageOf(error)}). Name a file with a Jinja template.`,
    );
  }
}

class FlagReader {
  readonly #flags: RunFlags;

  constructor(flags: RunFlags) {
    this.#flags = flags;
  }

  text(name: string): string {
    return String(this.#flags[name] ?? "");
  }

  optionalText(name: string): string | null {
    const value = this.#flags[name];
    return typeof value === "string" && value !== "" ? value : null;
  }

  count(name: string, least: number, most: number): number {
    const text = this.text(name);
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new UsageError(`${flagOf(name)} ${text}: must be a whole number from ${least} to ${most}.`);
  }

  countOrAuto(name: string, least: number, most: number): number | "auto" {
    const text = this.text(name);
    if (text === "auto") return "auto";
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new UsageError(`${flagOf(name)} ${text}: must be auto or a whole number from ${least} to ${most}.`);
  }

  number(name: string, least: number, most: number): number {
    const text = this.text(name);
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new UsageError(`${flagOf(name)} ${text}: must be a number from ${least} to ${most}.`);
  }

  choice<T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.text(name);
    const found = allowed.find((value) => value === text);
    if (found !== undefined) return found;
    throw new UsageError(
      `${flagOf(name)} ${text}: must be ${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1)}.`,
    );
  }
}

/** The flag as it is typed: keysPerTurn -> --keys-per-turn. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

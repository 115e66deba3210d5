import { readFileSync } from "node:fs";
import { parseScript } from "../engine/scripted/script.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { RunRequest } from "../runs/request.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";
import { tasks } from "../tasks/index.ts";
import { promptForms } from "../tasks/task.ts";
import { parseProtocol } from "./protocol-options.ts";
import { parseTaskOptions } from "./task-options.ts";

/**
 * Turns flags into a request: every value checked, every combination that cannot work refused.
 *
 * @throws UsageError naming the flag, its value and the fix
 */
export function parseRunOptions(modelPaths: readonly string[], flags: Flags, dbPath: string): RunRequest {
  const read = new FlagReader(flags);
  const engine = parseEngine(read.text("engine"));
  if (engine.kind === "scripted" && modelPaths.length > 0) {
    throw new UsageError(`--engine scripted takes no model files; leave out ${modelPaths.join(", ")}.`);
  }
  const task = parseTaskOptions(flags, read.count("shots", 0, 100));
  const temperature = read.number("temperature", 0, 100);
  const request: RunRequest = {
    dbPath,
    name: read.optionalText("name"),
    engine,
    modelPaths,
    ...task,
    settings: { ...task.settings, prompt: read.choice("prompt", promptForms) },
    dataset: null,
    origin: null,
    isWatched: flags["watch"] === true,
    parallel: read.countOrAuto("parallel", 1, 4096),
    gpu: read.choice("gpu", ["auto", "off", "cuda", "vulkan", "metal"] as const),
    gpuLayers: read.countOrAuto("gpuLayers", 0, 10_000),
    threads: read.countOrAuto("threads", 1, 1024),
    context: read.countOrAuto("context", 64, 100_000_000),
    kvTypeK: read.choice("kvTypeK", ["f16", "q8_0", "q4_0"] as const),
    kvTypeV: read.choice("kvTypeV", ["f16", "q8_0", "q4_0"] as const),
    // Faster and smaller wherever it exists; llama.cpp leaves it out by itself where it doesn't.
    flashAttention: read.choice("flashAttention", ["auto", "on", "off"] as const) !== "off",
    temperature,
    topP: read.number("topP", 0, 1),
    topK: read.count("topK", 0, 1_000_000),
    minP: read.number("minP", 0, 1),
    maxAnswerTokens: read.count("maxAnswerTokens", 1, 1_000_000),
    stop: read.choice("stop", ["answer", "eog"] as const),
    protocol: parseProtocol(flags, tasks[task.task], task.settings.turns, temperature),
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
  const { kvTypeV, flashAttention, engine, parallel } = request;
  if (kvTypeV !== "f16" && !flashAttention) {
    throw new UsageError(
      `--kv-type-v ${kvTypeV} needs flash attention. Leave out --flash-attention off, or use --kv-type-v f16.`,
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

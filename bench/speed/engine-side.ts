/**
 * One measurement of Longhaul's engine, in a process of its own like the worker's: N conversations with the same
 * number of prompt tokens, then decoding together. Prints one JSON line, tokens a second over native batches.
 * usage: UV_THREADPOOL_SIZE=1 npx tsx bench/speed/engine-side.ts FILE CONVERSATIONS PROMPT TOKENS THREADS
 */
import type { Batch } from "../../src/engine/engine.ts";
import { chatOptionsOf } from "../../src/runs/chat-options.ts";
import { createLlamaEngine } from "../../src/engine/llama/llama-engine.ts";
import { checkModel } from "../../src/gguf/check.ts";
import { findModels } from "../../src/gguf/files.ts";
import { words } from "../../src/tasks/words.ts";
import { pick, samplingNames, standardSettings } from "../../src/settings/settings.ts";

const [path = "", ...numbers] = process.argv.slice(2);
const [conversations = 1, prompt = 128, tokens = 32, threads = 2] = numbers.map(Number);

const [file] = await findModels([path]);
if (file === undefined) throw new Error("no model");
const model = await checkModel(file);
const batches: Batch[] = [];
const engine = await createLlamaEngine(
  {
    modelPath: model.path,
    chatTemplate: { text: model.chatTemplate ?? "", source: "model" },
    gpu: "off",
    gpuLayers: 0,
    threads,
    parallel: conversations,
    contextLength: prompt + tokens + 128,
    kvTypeK: "f16",
    kvTypeV: "f16",
    flashAttention: "on",
    batchSize: 512,
    loadMode: "auto",
    chat: chatOptionsOf(standardSettings),
    kvBytesPerToken: null,
  },
  { afterBatches: (some) => batches.push(...some), event: () => undefined },
);
// Words that differ: behind a thousand times the same one a model may end before it has begun.
const listOf = (count: number): string =>
  Array.from({ length: count }, (_, index) => ` ${words[index % words.length]}`).join("");
// A single opening shares nothing with others, so every conversation evaluates its whole prompt.
const opening = (count: number) => [
  { role: "system" as const, content: `You are a helpful assistant.${listOf(count)}` },
  { role: "user" as const, content: "Write a long story about a fox, a river and a town, in many chapters." },
];
const { longestOpeningTokens } = await engine.setPrefix([opening(0)]);
// What one more of them takes is up to the vocabulary.
const { longestOpeningTokens: longer } = await engine.setPrefix([opening(400)]);
const messages = opening(
  Math.max(0, Math.floor((prompt - longestOpeningTokens) / ((longer - longestOpeningTokens) / 400))),
);
const sampling = { ...pick(standardSettings, samplingNames), seed: 1 };
const results = await Promise.all(
  Array.from({ length: conversations }, (_, rollout) =>
    engine.open().turn({
      messages,
      sampling,
      maxTokens: tokens,
      stop: "eog",
      reasoningBudget: null,
      isWatched: false,
      rollout,
      turnIndex: 0,
      sample: 0,
    }),
  ),
);
await engine.close();
const run = batches.filter(({ phase }) => phase === "run");
const rate = (kind: "prefillTokens" | "decodeTokens", some: readonly Batch[]): number =>
  (1000 * some.reduce((sum, batch) => sum + batch[kind], 0)) /
  some.reduce((sum, batch) => sum + batch.endMs - batch.startMs, 0);
const first = run.filter(({ prefillTokens }) => prefillTokens > 0);
const full = run.filter((batch) => batch.decodeTokens === conversations);
if (full.length < tokens / 2)
  throw new Error(`the model ended after ${full.length} tokens; they tell no rate`);
process.stdout.write(
  `${JSON.stringify({
    prefill: rate("prefillTokens", first),
    decode: rate("decodeTokens", full),
    promptTokens: results[0]?.promptTokens,
    decodeBatches: full.length,
  })}\n`,
);
process.exit(0);

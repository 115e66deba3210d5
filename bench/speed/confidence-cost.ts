/**
 * How many times as long a decode step takes where it is told how sure the model is (`--confidence`), and where the
 * binding tells it itself: steps of one engine, the four ways interleaved in an order that alternates.
 * usage: UV_THREADPOOL_SIZE=1 npx tsx bench/speed/confidence-cost.ts FILE.gguf ... [--rounds 20] [--threads 1] [--conversations 1,8,32]
 * Writes bench/speed/results/confidence-cost.md: medians, and ratios with a 95 % bootstrap interval over rounds.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import type { LlamaContextSequence, Token } from "node-llama-cpp";
import { createLlamaEngine, type LlamaEngine } from "../../src/engine/llama/llama-engine.ts";
import { asTokens } from "../../src/engine/llama/token-ids.ts";
import { chooseTokens, confidenceOf, greedy } from "../../src/engine/sampling.ts";
import { checkModel } from "../../src/gguf/check.ts";
import { findModels } from "../../src/gguf/files.ts";
import { medianOf, pairedRatio } from "../../src/metrics/repetitions.ts";
import { llamaOptions } from "../../src/runs/llama-options.ts";
import { templateOf } from "../../src/runs/template-of.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { waitForQuiet } from "../hardware/quiet.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "20" },
    threads: { type: "string", default: "1" },
    conversations: { type: "string", default: "1,8,32" },
    quietMinutes: { type: "string", default: "10" },
  },
});
const rounds = Number(values.rounds);
const steps = 8;
const promptTokens = 128;
const numbers = values.conversations.split(",").map(Number);

/** Texts behind which probabilities are held against the binding's, as many tokens each. */
const texts = [
  "The capital of France is",
  "Once upon a time",
  "17 + 25 =",
  "zxq 9;; ~~",
  "union: -12\n<answer>",
];
const tokensEach = 20;

/** Ways to take a step: as usual, both kinds of `--confidence`, and as the binding tells probabilities of all tokens. */
const ways = ["off", "chosen", "top2", "binding"] as const;
type Way = (typeof ways)[number];

const { taken, isQuiet } = await waitForQuiet(Number(values.quietMinutes) * 60_000);
const lines: string[] = [];
const errors: string[] = [];
for (const path of positionals) {
  errors.push(await errorOf(path));
  for (const conversations of numbers) {
    lines.push(await measured(path, conversations));
    writeReport();
  }
}
process.exit(0);

/** What there is so far: it takes long on a busy machine. */
function writeReport(): void {
  const text = [
    `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores; ${values.threads} threads, ${rounds} interleaved rounds of ${steps} steps behind ${promptTokens} tokens, flash attention on; ms a step of all conversations, medians; ratios of medians over \`off\` with 95 % bootstrap intervals over rounds. Other load before: ${taken.toFixed(2)} of a core${isQuiet ? "" : " (it never became quiet)"}.`,
    "",
    "`binding` is `evaluateWithMetadata` with all probabilities of the vocabulary, which `--confidence` does not use.",
    "",
    "| model | conversations | off, ms | chosen | top2 | binding |",
    "|---|--:|--:|--:|--:|--:|",
    ...lines,
    "",
    "What `--confidence` says beside the binding's whole list, its sum taken in double precision (its own is in 32 bits): relative error of the chosen token's probability, and difference of the gap, over greedy tokens behind a few texts.",
    "",
    "| model | tokens | same tokens | probability: median | largest | the binding's own: largest | gap: largest |",
    "|---|--:|---|--:|--:|--:|--:|",
    ...errors,
    "",
  ].join("\n");
  const results = join(import.meta.dirname, "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "confidence-cost.md"), text);
  process.stdout.write(text);
}

async function measured(path: string, conversations: number): Promise<string> {
  const engine = await loaded(path, conversations);
  if (!engine.tellConfidence("top2")) throw new Error("this version of the binding cannot tell it");
  const times: Record<Way, number[]> = { off: [], chosen: [], top2: [], binding: [] };
  for (let round = 0; round <= rounds; round++)
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const ms = await stepMs(engine, way);
      // The first round warms up.
      if (round > 0) times[way].push(ms);
    }
  await engine.close();
  const told = (way: Way): string => {
    const found = pairedRatio(times[way], times.off);
    if (found === null) throw new Error("no ratio");
    return `${found.ratio.toFixed(2)} (${found.low.toFixed(2)} to ${found.high.toFixed(2)})`;
  };
  const cells = [told("chosen"), told("top2"), told("binding")];
  return `| ${[basename(path), conversations, medianOf(times.off).toFixed(2), ...cells].join(" | ")} |`;
}

/** The mean of some steps of all conversations, the first two of which are not counted. */
async function stepMs(engine: LlamaEngine, way: Way): Promise<number> {
  const { slots, lockstep } = engine.parts;
  for (const { sequence } of slots)
    if (sequence.nextTokenIndex > promptTokens)
      await sequence.eraseContextTokenRanges([{ start: promptTokens, end: sequence.nextTokenIndex }]);
  const prompt = Array.from({ length: promptTokens + 1 }, (_, index) => 3 + ((index * 7) % 40));
  if (way === "binding")
    return bindingMs(
      slots.map(({ sequence }) => sequence),
      prompt,
    );
  lockstep.confidence = way === "off" ? null : way;
  const batches = (await lockstep.probe(slots, prompt, { tokens: steps + 2 })).flat();
  const [from, to] = [batches[0]?.endMs ?? 0, batches.at(-1)?.endMs ?? 0];
  return (to - from) / (batches.length - 1);
}

async function bindingMs(
  sequences: readonly LlamaContextSequence[],
  prompt: readonly number[],
): Promise<number> {
  const iterators = sequences.map((sequence) =>
    sequence.evaluateWithMetadata(
      asTokens(prompt.slice(sequence.nextTokenIndex)),
      { probabilities: true },
      { ...greedy, temperature: 0, yieldEogToken: true },
    ),
  );
  let from = 0;
  for (let step = 0; step < steps + 2; step++) {
    await Promise.all(iterators.map((one) => one.next()));
    if (step === 1) from = performance.now();
  }
  const ms = (performance.now() - from) / steps;
  for (const one of iterators) await one.return();
  return ms;
}

async function errorOf(path: string): Promise<string> {
  const engine = await loaded(path, 1);
  const sequence = engine.parts.slots[0]?.sequence;
  if (sequence === undefined) throw new Error("no conversation");
  const prompts = texts.map((one) => sequence.model.tokenize(one));
  const listed: { token: number; probability: number; exact: number; gap: number }[] = [];
  for (const prompt of prompts) {
    await sequence.clearHistory();
    const options = { temperature: 0, yieldEogToken: true };
    const tokens = sequence.evaluateWithMetadata(prompt, { probabilities: true }, options);
    for (let count = 0; count < tokensEach; count++) {
      const { token = -1, probabilities = new Map<Token, number>() } = (await tokens.next()).value ?? {};
      const all = [...probabilities.values()];
      const [first = 0, second = 0] = all;
      const exact = first / all.reduce((sum, one) => sum + one, 0);
      listed.push({ token, probability: first, exact, gap: Math.log(first) - Math.log(second) });
    }
    await tokens.return();
  }
  // From here on the context tells it as a run does.
  engine.tellConfidence("top2");
  const told: (ReturnType<typeof confidenceOf> & { readonly token: number })[] = [];
  for (const prompt of prompts) {
    await sequence.clearHistory();
    const tokens = chooseTokens(sequence, prompt, greedy, { yieldEogToken: true }, "top2");
    for (let count = 0; count < tokensEach; count++) {
      const one = (await tokens.next()).value;
      const confidence = one === undefined ? null : confidenceOf(one);
      if (one === undefined || confidence === null) throw new Error("nothing was told");
      told.push({ ...confidence, token: one.token });
    }
    await tokens.return();
  }
  await engine.close();
  const own = listed.map(({ exact }, index) => Math.abs((told[index]?.probability ?? 0) / exact - 1));
  const theirs = listed.map(({ probability, exact }) => Math.abs(probability / exact - 1));
  const gaps = listed.map(({ gap }, index) => Math.abs((told[index]?.gap ?? Infinity) - gap));
  const isSame = listed.every(({ token }, index) => token === told[index]?.token);
  const figures = [medianOf(own), Math.max(...own), Math.max(...theirs), Math.max(...gaps)];
  const cells = [
    basename(path),
    listed.length,
    isSame ? "yes" : "NO",
    ...figures.map((one) => one.toExponential(1)),
  ];
  return `| ${cells.join(" | ")} |`;
}

async function loaded(path: string, conversations: number): Promise<LlamaEngine> {
  const [file] = await findModels([path]);
  if (file === undefined) throw new Error(`no model at ${path}`);
  const model = await checkModel(file);
  const settings = {
    ...standardSettings,
    gpu: "off",
    gpuLayers: 0,
    threads: Number(values.threads),
    flashAttention: "on",
  } as const;
  const shape = { template: templateOf(null, model), parallel: conversations, contextLength: 256 };
  return createLlamaEngine(llamaOptions(model, settings, shape), {
    afterBatches: () => undefined,
    event: () => undefined,
  });
}

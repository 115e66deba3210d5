import { threadSources } from "../hardware/facts.ts";
import { z } from "zod";

const rate = z.number().describe("tokens a second over all conversations together");

const interval = z
  .object({ low: z.number(), high: z.number() })
  .nullable()
  .describe("95 % of the geometric mean, Student's t on logarithms; null: fewer than three repetitions");

const turnSchema = z.object({
  turn: z.int().describe("from 1: the user's messages in their order"),
  promptTokens: z.int(),
  reusedTokens: z.int().describe("in the cache from the turn before"),
  prefilledTokens: z.int(),
  ttftMs: z.number().describe("to the first token; median of the repetitions"),
  decodedTokens: z.int(),
  decodeTokensPerSecond: z
    .number()
    .nullable()
    .describe("after the first token; null: there was none after it"),
});

const testSchema = z.object({
  id: z.int().describe("its row in the table speed_test"),
  at: z.string(),
  model: z.object({
    name: z.string(),
    sha256: z.string(),
    bytes: z.number().nullable().describe("weights in memory"),
    parameters: z.number().nullable(),
    quantization: z.string().nullable(),
    architecture: z.string(),
  }),
  machine: z.string(),
  test: z.string().describe("as llama-bench calls it: pp512, tg128 @ d1024"),
  kind: z.enum(["pp", "tg", "chat"]),
  tokens: z.int(),
  depth: z.int().describe("tokens in the cache before"),
  sampled: z.boolean().describe("tg: each token is sampled and goes back in; false: llama-bench's work"),
  conversations: z.int(),
  backend: z.string(),
  threads: z.int(),
  threadsBy: z.enum(threadSources),
  layers: z.int().describe("on the GPU"),
  attention: z.boolean().nullable().describe("flash attention was used; null: not told"),
  settings: z.record(z.string(), z.string()).describe("as asked for, by llama-bench's names"),
  isExact: z
    .boolean()
    .describe("false: a prompt's last token had no logits, a little less work than llama-bench's"),
  samplesMs: z.array(z.number()).readonly().describe("of each repetition; the warm-up is not among them"),
  cpuMs: z.array(z.number().nullable()).readonly(),
  tokensPerSecond: z.array(rate).readonly(),
  median: rate.nullable(),
  mean: rate.nullable(),
  deviation: z.number().nullable().describe("sample standard deviation, as llama-bench prints it"),
  interval,
  coreShare: z
    .number()
    .nullable()
    .describe(
      "CPU time over duration times threads, where that says whether others took cores (on the processor; one thread, prompts, or steps of 5 ms and more: in shorter ones threads wait for the next); null: it does not, or not told",
    ),
  drift: z
    .number()
    .nullable()
    .describe("last over first repetition on a fitted line, where that is a trend beyond noise; else null"),
  memory: z
    .object({
      bytesPerSecond: z.number(),
      threads: z.int(),
      bufferBytes: z.number(),
      method: z.string(),
    })
    .nullable()
    .describe("how fast this machine reads memory"),
  bytesPerStep: z
    .number()
    .nullable()
    .describe(
      "tg: weights, and cache of all conversations at the middle of the test, read for one step; null: not known",
    ),
  memoryShare: z
    .number()
    .nullable()
    .describe("bytes of a step times steps a second, over memory.bytesPerSecond; null on a GPU"),
  against: z
    .object({
      program: z.string(),
      build: z.string(),
      tokensPerSecond: z.array(z.number()).readonly(),
      median: z.number(),
      ratio: z.number().describe("of medians, ours over theirs"),
      low: z.number().describe("95 %, bootstrap over pairs"),
      high: z.number(),
    })
    .nullable(),
  earlier: z
    .object({
      id: z.int(),
      at: z.string(),
      ratio: z.number().describe("now over then, geometric means"),
      low: z.number().nullable().describe("95 %, Welch's interval on logarithms"),
      high: z.number().nullable(),
      threads: z.int(),
      layers: z.int(),
      backend: z.string(),
      versions: z.record(z.string(), z.string()),
    })
    .nullable()
    .describe(
      "the newest earlier test of the same file and machine that was asked for alike; what came of auto may differ",
    ),
  turns: z.array(turnSchema).readonly().describe("of a conversation that was evaluated again"),
  versions: z.record(z.string(), z.string()),
});

/** What `speed --json` prints. Fields may be added under the same version; none is renamed or removed. */
export const speedSchema = z.object({
  schemaVersion: z.literal(1),
  db: z.string(),
  tests: z.array(testSchema).readonly(),
});

export type SpeedTestFigure = Readonly<z.infer<typeof testSchema>>;
export type SpeedDocument = Readonly<z.infer<typeof speedSchema>>;

import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel } from "node-llama-cpp";
import { nowMs } from "../../clock.ts";
import type { Shape, ThreadPlan, Tried } from "../../hardware/facts.ts";
import { asTokens } from "./token-ids.ts";
import { chooseThreads } from "./threads/choose.ts";

const timeLimitMs = 4_000;
/** A step of several tokens is made so small that one takes about this long. */
const stepMs = 120;
const conversationsMost = 8;
const prefillMost = 64;

export interface ProbedThreads {
  readonly plan: ThreadPlan;
  readonly tried: readonly Tried[];
}

/**
 * Finds the threads with which this model is evaluated fastest, for each shape of work. What a step costs is bounded
 * beforehand: the weights are read once for any step, so a token of one conversation tells what all else can cost, and
 * larger steps get only as many tokens as fit. The first step, which fetches the weights, is not timed.
 *
 * @param most threads above which none can help
 * @param parallel conversations of the run
 */
export async function probeThreads(
  llama: Llama,
  model: LlamaModel,
  { most, parallel }: { readonly most: number; readonly parallel: number },
): Promise<ProbedThreads> {
  const deadlineMs = nowMs() + timeLimitMs;
  const conversations = Math.min(parallel, conversationsMost);
  const context = await model.createContext({
    sequences: conversations,
    contextSize: 256,
    batchSize: prefillMost,
    threads: { ideal: most, min: 1 },
    failedCreationRemedy: false,
  });
  try {
    const bench = new Bench(llama, context, conversations);
    await bench.step(1, most);
    return await probeShapes(bench, { most, conversations, deadlineMs });
  } finally {
    llama.maxThreads = 0;
    await context.dispose();
  }
}

async function probeShapes(
  bench: Bench,
  {
    most,
    conversations,
    deadlineMs,
  }: { readonly most: number; readonly conversations: number; readonly deadlineMs: number },
): Promise<ProbedThreads> {
  const tried: Tried[] = [];
  const choose = async (
    shape: Shape,
    tokens: number,
    step: (threads: number) => Promise<number>,
  ): Promise<number> => {
    const { threads, triedMs } = await chooseThreads(most, step, () => nowMs() < deadlineMs);
    for (const [count, ms] of triedMs)
      tried.push({ shape, threads: count, tokensPerSecond: (1000 * tokens) / ms });
    return threads;
  };
  const decodeOne = await choose("decodeOne", 1, (threads) => bench.best(() => bench.step(1, threads)));
  const oneMs = Math.min(...tried.map(({ tokensPerSecond }) => 1000 / tokensPerSecond));
  const fitting = Math.floor(stepMs / oneMs);
  const together = Math.min(conversations, Math.max(2, fitting));
  const decodeAll =
    conversations === 1
      ? decodeOne
      : await choose("decodeAll", together, (threads) => bench.step(together, threads));
  const prompt = Math.min(prefillMost, Math.max(4, fitting));
  const prefill = await choose("prefill", prompt, (threads) => bench.prefill(prompt, threads));
  return { plan: { prefill, decodeOne, decodeAll }, tried };
}

/** Steps of a small context, timed. */
class Bench {
  readonly #llama: Llama;
  readonly #sequences: readonly LlamaContextSequence[];

  constructor(llama: Llama, context: LlamaContext, conversations: number) {
    this.#llama = llama;
    this.#sequences = Array.from({ length: conversations }, () => context.getSequence());
  }

  /** The less of two: a step of one token is short, and easily disturbed. */
  async best(step: () => Promise<number>): Promise<number> {
    return Math.min(await step(), await step());
  }

  /** One token in each of so many conversations. Milliseconds. */
  async step(conversations: number, threads: number): Promise<number> {
    const sequences = this.#sequences.slice(0, conversations);
    for (const sequence of sequences) if (sequence.nextTokenIndex > 200) await sequence.clearHistory();
    const iterators = sequences.map((sequence) =>
      sequence.evaluate(asTokens([1 + (sequence.nextTokenIndex % 7)]), { yieldEogToken: true }),
    );
    this.#llama.maxThreads = threads;
    const startMs = nowMs();
    await Promise.all(iterators.map((iterator) => iterator.next()));
    const elapsedMs = nowMs() - startMs;
    for (const iterator of iterators) await iterator.return();
    return elapsedMs;
  }

  /** A prompt of so many tokens in one conversation. Milliseconds. */
  async prefill(tokens: number, threads: number): Promise<number> {
    const [sequence] = this.#sequences;
    if (sequence === undefined) throw new Error("a context has a sequence");
    await sequence.clearHistory();
    const prompt = asTokens(Array.from({ length: tokens }, (_, index) => 1 + (index % 7)));
    this.#llama.maxThreads = threads;
    const startMs = nowMs();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt);
    return nowMs() - startMs;
  }
}

import type { Llama, LlamaContext, LlamaContextSequence, LlamaModel } from "node-llama-cpp";
import { nowMs } from "../../clock.ts";
import type { EngineEvents } from "../engine.ts";
import { type ProbedThreads, probeShapes, type StepBench } from "./threads/probe-shapes.ts";
import { asTokens } from "./token-ids.ts";

const timeLimitMs = 4_000;
const conversationsMost = 8;
const prefillMost = 64;

/** Told before each step, with its tokens. */
type Worked = NonNullable<EngineEvents["worked"]>;

/**
 * Finds the threads with which this model is evaluated fastest, for each shape of work. What a step costs is bounded
 * beforehand: the weights are read once for any step, so a token of one conversation tells what all else can cost, and
 * larger steps get only as many tokens as fit; where a token takes seconds there are three steps in all.
 *
 * @param most threads above which none can help
 * @param parallel conversations of the run
 */
export async function probeThreads(
  llama: Llama,
  model: LlamaModel,
  { most, parallel }: { readonly most: number; readonly parallel: number },
  worked: Worked,
): Promise<ProbedThreads> {
  const deadlineMs = nowMs() + timeLimitMs;
  const conversations = Math.min(parallel, conversationsMost);
  const context = await model.createContext({
    sequences: conversations,
    contextSize: 256,
    batchSize: prefillMost,
    threads: { ideal: most, min: 1 },
    failedCreationRemedy: false,
    // It is small, and the plan of memory was made before.
    ignoreMemorySafetyChecks: true,
  });
  try {
    const hasTime = (): boolean => nowMs() < deadlineMs;
    const bench = new Bench(llama, context, conversations, worked);
    return await probeShapes(bench, { most, conversations, promptTokens: prefillMost, hasTime });
  } finally {
    // What comes next is none of the last step.
    worked();
    llama.maxThreads = 0;
    await context.dispose();
  }
}

class Bench implements StepBench {
  readonly #llama: Llama;
  readonly #sequences: readonly LlamaContextSequence[];
  readonly #worked: Worked;

  constructor(llama: Llama, context: LlamaContext, conversations: number, worked: Worked) {
    this.#llama = llama;
    this.#sequences = Array.from({ length: conversations }, () => context.getSequence());
    this.#worked = worked;
  }

  async step(conversations: number, threads: number): Promise<number> {
    const sequences = this.#sequences.slice(0, conversations);
    for (const sequence of sequences) if (sequence.nextTokenIndex > 200) await sequence.clearHistory();
    const iterators = sequences.map((sequence) =>
      sequence.evaluate(asTokens([1 + (sequence.nextTokenIndex % 7)]), { yieldEogToken: true }),
    );
    this.#llama.maxThreads = threads;
    this.#worked(conversations);
    const startMs = nowMs();
    await Promise.all(iterators.map((iterator) => iterator.next()));
    const elapsedMs = nowMs() - startMs;
    for (const iterator of iterators) await iterator.return();
    return elapsedMs;
  }

  async prefill(tokens: number, threads: number): Promise<number> {
    const [sequence] = this.#sequences;
    if (sequence === undefined) throw new Error("a context has a sequence");
    await sequence.clearHistory();
    const prompt = asTokens(Array.from({ length: tokens }, (_, index) => 1 + (index % 7)));
    this.#llama.maxThreads = threads;
    this.#worked(tokens);
    const startMs = nowMs();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt);
    return nowMs() - startMs;
  }
}

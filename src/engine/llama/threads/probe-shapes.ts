import type { Shape, ThreadPlan, Tried } from "../../../hardware/facts.ts";
import { chooseThreads, type StepTimer } from "./choose.ts";

/** Steps of a small context, in milliseconds. */
export interface StepBench {
  /** One token in each of so many conversations. */
  step(conversations: number, threads: number): Promise<number>;
  /** A prompt of so many tokens in one conversation. */
  prefill(tokens: number, threads: number): Promise<number>;
}

/** What bounds a trial. */
export interface ProbeBounds {
  /** Threads above which none can help; two at least. */
  readonly most: number;
  readonly conversations: number;
  /** Tokens of a prompt at most. */
  readonly promptTokens: number;
  /** Whether another count may be tried. */
  readonly hasTime: () => boolean;
}

export interface ProbedThreads {
  readonly plan: ThreadPlan;
  readonly tried: readonly Tried[];
}

/** A step of several tokens is made so small that one takes about this long. */
const stepMs = 120;
/** Where one token takes longer, every further step is felt: two counts, one step each, have to do for all shapes. */
const slowStepMs = 2_000;

/**
 * Finds the threads with which steps are fastest, for each shape of work. The first step of a shape is not timed: it
 * fetches weights, and a GPU compiles its shaders in it, which would otherwise fall on the count that is tried first.
 */
export async function probeShapes(bench: StepBench, bounds: ProbeBounds): Promise<ProbedThreads> {
  const { most, conversations, promptTokens, hasTime } = bounds;
  const tried: Tried[] = [];
  const choose = async (shape: Shape, tokens: number, step: StepTimer): Promise<number> => {
    const { threads, triedMs } = await chooseThreads(most, step, hasTime);
    tried.push(...triedOf(shape, tokens, triedMs));
    return threads;
  };
  await bench.step(1, most);
  const firstMs = await bench.step(1, most);
  if (firstMs > slowStepMs) return slowPlan(bench, most, firstMs);
  // The less of two: a step of one token is short, and easily disturbed.
  const decodeOne = await choose("decodeOne", 1, async (threads) =>
    Math.min(await bench.step(1, threads), await bench.step(1, threads)),
  );
  const oneMs = Math.min(...tried.map(({ tokensPerSecond }) => 1000 / tokensPerSecond));
  const fitting = Math.floor(stepMs / oneMs);
  let decodeAll = decodeOne;
  if (conversations > 1) {
    const together = Math.min(conversations, Math.max(2, fitting));
    await bench.step(together, most);
    decodeAll = await choose("decodeAll", together, (threads) => bench.step(together, threads));
  }
  const prompt = Math.min(promptTokens, Math.max(4, fitting));
  await bench.prefill(prompt, most);
  const prefill = await choose("prefill", prompt, (threads) => bench.prefill(prompt, threads));
  return { plan: { prefill, decodeOne, decodeAll }, tried };
}

/** @param firstMs of a step with the most threads */
async function slowPlan(bench: StepBench, most: number, firstMs: number): Promise<ProbedThreads> {
  const fewer = Math.max(1, Math.floor(most / 2));
  const fewerMs = await bench.step(1, fewer);
  const threads = fewerMs < firstMs ? fewer : most;
  const triedMs = new Map([
    [most, firstMs],
    [fewer, fewerMs],
  ]);
  return {
    plan: { prefill: threads, decodeOne: threads, decodeAll: threads },
    tried: triedOf("decodeOne", 1, triedMs),
  };
}

function triedOf(shape: Shape, tokens: number, triedMs: ReadonlyMap<number, number>): Tried[] {
  return [...triedMs].map(([threads, ms]) => ({ shape, threads, tokensPerSecond: (1000 * tokens) / ms }));
}

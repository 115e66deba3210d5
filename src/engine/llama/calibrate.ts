import { availableParallelism } from "node:os";
import type { LlamaModel } from "node-llama-cpp";
import { nowMs } from "../../clock.ts";
import { asTokens } from "./token-ids.ts";

export interface Calibration {
  readonly threads: number;
  /** Milliseconds of the best of three tries, per thread count that was tried in time. */
  readonly probeMs: Readonly<Record<number, number>>;
}

const timeLimitMs = 4_000;
const promptTokens = 24;
const decodedTokens = 4;

/**
 * Finds the thread count that evaluates something like a turn fastest: a short prompt and a few tokens in each of
 * `parallel` conversations. Small models are fastest on one thread, and on a busy machine a second one can be many
 * times slower, so a guess from the number of cores is no good. Counts are tried upwards, until one is clearly
 * slower or the time is up.
 */
export async function calibrateThreads(model: LlamaModel, parallel: number): Promise<Calibration> {
  const deadline = nowMs() + timeLimitMs;
  const probeMs: Record<number, number> = {};
  let threads = 1;
  for (const count of candidates(availableParallelism())) {
    const best = await timed(model, parallel, count, deadline);
    if (best === null) break;
    probeMs[count] = best;
    if (best < (probeMs[threads] ?? Number.POSITIVE_INFINITY)) threads = count;
    else if (best > 1.5 * (probeMs[threads] ?? best)) break;
  }
  return { threads, probeMs };
}

function candidates(cores: number): number[] {
  const counts = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64].filter((count) => count < cores);
  return [...counts, cores];
}

/** The best of three, or null when not even one ended in time. */
async function timed(
  model: LlamaModel,
  parallel: number,
  threads: number,
  deadline: number,
): Promise<number | null> {
  if (nowMs() > deadline) return null;
  const context = await model.createContext({
    sequences: parallel,
    contextSize: 256,
    batchSize: 512,
    threads,
    failedCreationRemedy: false,
  });
  try {
    const sequences = Array.from({ length: parallel }, () => context.getSequence());
    const prompt = asTokens(Array.from({ length: promptTokens }, (_, index) => 1 + (index % 7)));
    let best: number | null = null;
    // One more than is counted: the first touches the weights.
    for (let attempt = 0; attempt < 4; attempt++) {
      if (best !== null && nowMs() > deadline) break;
      const start = nowMs();
      const iterators = sequences.map((sequence) => sequence.evaluate(prompt, { yieldEogToken: true }));
      for (let token = 0; token < decodedTokens; token++)
        await Promise.all(iterators.map((iterator) => iterator.next()));
      const elapsedMs = nowMs() - start;
      for (const iterator of iterators) await iterator.return();
      for (const sequence of sequences) await sequence.clearHistory();
      if (attempt > 0 || nowMs() > deadline) best = Math.min(best ?? elapsedMs, elapsedMs);
    }
    return best;
  } finally {
    await context.dispose();
  }
}

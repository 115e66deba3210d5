import { availableParallelism } from "node:os";
import type { LlamaModel } from "node-llama-cpp";
import { nowMs } from "../../clock.ts";
import { EngineError, messageOf } from "../../errors.ts";
import type { EngineEvents } from "../engine.ts";
import type { Binding } from "./binding.ts";
import type { LlamaOptions } from "./options.ts";
import { asTokens } from "./token-ids.ts";

/**
 * The threads that a model is evaluated with: those asked for, else the fastest in a trial. One that lies wholly on a GPU
 * leaves the CPU little to do, and there is nothing to try.
 *
 * @throws EngineError with what the native log said
 */
export async function resolveThreads(
  binding: Binding,
  model: LlamaModel,
  options: LlamaOptions,
  events: EngineEvents,
): Promise<number> {
  if (options.threads !== "auto") return options.threads;
  if (binding.llama.gpu !== false && model.gpuLayers > (model.fileInsights.totalLayers ?? 0) - 1) {
    return Math.min(4, availableParallelism());
  }
  try {
    const calibration = await calibrateThreads(model, options.parallel);
    events.event("calibration", { threads: calibration.threads, probeMs: calibration.probeMs });
    return calibration.threads;
  } catch (error) {
    throw new EngineError(
      "context_create",
      `no context could be created: ${messageOf(error)}`,
      await binding.takeLog(),
    );
  }
}

interface Calibration {
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
async function calibrateThreads(model: LlamaModel, parallel: number): Promise<Calibration> {
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

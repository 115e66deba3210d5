import type { LlamaModel } from "node-llama-cpp";
import { EngineError, messageOf } from "../../errors.ts";
import { allowedCores, CoreUse, mostThreads, quotaCores } from "../../hardware/cores.ts";
import type { ThreadPlan, ThreadSource, Tuning } from "../../hardware/facts.ts";
import type { EngineEvents } from "../engine.ts";
import type { Binding } from "./binding.ts";
import type { LlamaOptions } from "./options.ts";
import { probeThreads } from "./probe-threads.ts";

/** The threads that a model is evaluated with, and how they were found. */
export interface ResolvedThreads {
  readonly plan: ThreadPlan;
  readonly by: ThreadSource;
  readonly tried: Tuning["tried"];
  /** Whether other processes had cores while it was measured; null: it was not, or that is not known. */
  readonly isDisturbed: boolean | null;
  /** Above which none can help. */
  readonly most: number;
}

/**
 * Those asked for, else the fastest in a trial. A model that lies wholly on a GPU leaves the processor little to do, and
 * there is nothing to try.
 *
 * @param events told of each step of a trial before it begins
 * @throws EngineError with what the native log said
 */
export async function resolveThreads(
  binding: Binding,
  model: LlamaModel,
  { threads, parallel, known }: Pick<LlamaOptions, "threads" | "parallel" | "known">,
  events: Pick<EngineEvents, "worked">,
): Promise<ResolvedThreads> {
  const { llama } = binding;
  if (threads !== "auto") return { plan: planOf(threads), by: "asked", ...untried, most: threads };
  const cores = { physical: llama.cpuMathCores, allowed: allowedCores(), quota: quotaCores() };
  const most = mostThreads(cores);
  if (known !== undefined) return { plan: known.threads, by: known.by, ...untried, most };
  if (llama.gpu !== false && model.gpuLayers > (model.fileInsights.totalLayers ?? 0) - 1)
    return { plan: planOf(Math.min(4, most)), by: "gpu", ...untried, most };
  if (most === 1) return { plan: planOf(1), by: "one", ...untried, most };
  try {
    const use = new CoreUse();
    const { plan, tried } = await probeThreads(llama, model, { most, parallel }, (tokens) =>
      events.worked?.(tokens),
    );
    const taken = use.takenByOthers(cores.quota);
    // Cores that no thread of ours needs may be taken.
    const isDisturbed = taken === null ? null : taken > cores.allowed - most + disturbingCores;
    return { plan, by: "measured", tried: [...tried], isDisturbed, most };
  } catch (error) {
    throw new EngineError(
      "context_create",
      `no context could be created: ${messageOf(error)}`,
      await binding.takeLog(),
    );
  }
}

const untried = { tried: [], isDisturbed: null };
/** So much of a core taken by others makes threads wait for each other. */
const disturbingCores = 0.3;

function planOf(threads: number): ThreadPlan {
  return { prefill: threads, decodeOne: threads, decodeAll: threads };
}

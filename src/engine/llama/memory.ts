import type { GgufInsights } from "node-llama-cpp";
import { kvName, type LlamaOptions } from "./options.ts";

/** Bytes in the GPU's memory and in the computer's. */
export interface Sides {
  readonly gpuBytes: number;
  readonly cpuBytes: number;
}

/** How a model would be loaded. */
export interface Layout
  extends Pick<
    LlamaOptions,
    "batchSize" | "contextLength" | "flashAttention" | "kvTypeK" | "kvTypeV" | "loadMode" | "parallel"
  > {
  /** The output counts as one. */
  readonly layersOnGpu: number;
}

/** What llama.cpp would allocate. */
export interface MemoryEstimate {
  readonly weights: Sides;
  /** KV cache and compute buffers, for batches of which every token gives logits. */
  readonly context: Sides;
}

/**
 * Asks llama.cpp itself, which plans the model and a context without allocating them; some milliseconds for a context, as
 * long as reading the vocabulary takes for each new number of layers. Native code: it may abort the process.
 *
 * @throws Error where neither that nor the binding's formula can tell
 */
export async function estimateMemory(insights: GgufInsights, layout: Layout): Promise<MemoryEstimate> {
  const { GgmlType } = await import("node-llama-cpp");
  const { layersOnGpu, contextLength, parallel, batchSize, flashAttention, kvTypeK, kvTypeV } = layout;
  const isMapped = mappingModes.has(layout.loadMode);
  const weights = await insights.estimateModelResourceRequirementsV2({
    gpuLayers: layersOnGpu,
    useMmap: isMapped,
  });
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: contextLength,
    modelGpuLayers: layersOnGpu,
    batchSize,
    sequences: parallel,
    flashAttention: flashAttention === "auto" ? "auto" : flashAttention === "on",
    swaFullCache: true,
    kvCacheKeyType: GgmlType[kvName(kvTypeK)],
    kvCacheValueType: GgmlType[kvName(kvTypeV)],
    useMmap: isMapped,
  });
  return { weights: sidesOf(weights), context: sidesOf(context) };
}

/**
 * What of a GPU's free memory may be planned with, in bytes. The binding keeps 8 % of the whole card, up to 1.6 GiB: where
 * others have most of it, that is all that is left.
 *
 * @param paddingBytes what the binding would keep
 */
export function plannableVram(freeBytes: number, paddingBytes: number): number {
  return Math.max(0, freeBytes - Math.min(paddingBytes, keptShare * freeBytes));
}

/** Of what is free. What was planned on a GPU came within 1 % (bench/README.md); others may take more meanwhile. */
const keptShare = 0.1;

/** Ways to load a file that leave its pages to the system. */
const mappingModes: ReadonlySet<LlamaOptions["loadMode"]> = new Set(["auto", "mmap", "mmap+mlock"]);

function sidesOf({ gpuVram, cpuRam }: { readonly gpuVram: number; readonly cpuRam: number }): Sides {
  return { gpuBytes: Math.round(gpuVram), cpuBytes: Math.round(cpuRam) };
}

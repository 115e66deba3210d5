import type { MemoryEstimate, Sides } from "../engine/llama/memory.ts";
import type { MemoryFacts } from "./inspect.ts";

/** What a model takes with its conversations, in bytes. */
export interface Memory {
  readonly weights: Sides;
  /** Null: the header does not tell it apart; it is among the buffers then. */
  readonly kvCache: Sides | null;
  /** Everything else that a context takes, and the logits and candidates of each conversation. */
  readonly buffers: Sides;
  /** The process itself with the model's vocabulary. */
  readonly programBytes: number;
}

/** One conversation's memory, and what another one adds: llama.cpp's need grows in a straight line. */
export interface MemoryLine {
  readonly one: Memory;
  readonly each: Memory;
}

/** What an estimate was made for, and what is known besides. */
export interface Estimated {
  readonly estimate: MemoryEstimate;
  readonly facts: Pick<MemoryFacts, "layers" | "vocabularySize" | "programBytes" | "vram">;
  /** Bytes a token of every layer; null: not known. */
  readonly kvBytesPerLayer: readonly number[] | null;
  readonly layersOnGpu: number;
  readonly contextLength: number;
  readonly conversations: number;
  readonly batchTokens: number;
}

/** Takes an estimate of llama.cpp apart, and puts right what does not hold of it. */
export function memoryOf(estimated: Estimated): Memory {
  const { estimate, facts, conversations } = estimated;
  const kvCache = kvCacheOf(estimated);
  const inContext = minus(estimate.context, kvCache ?? nothing);
  const buffers = {
    gpuBytes: inContext.gpuBytes,
    cpuBytes: inContext.cpuBytes - untouchedBytes(estimated, inContext.cpuBytes),
  };
  const rowBytes = facts.vocabularySize * (outputBytes + candidateBytes);
  return {
    weights: estimate.weights,
    kvCache,
    buffers: { ...buffers, cpuBytes: buffers.cpuBytes + conversations * rowBytes },
    programBytes: facts.programBytes,
  };
}

/** Memory of a number of conversations between and beyond two that are known. */
export function lineThrough(one: Memory, other: Memory, conversations: number): MemoryLine {
  const steps = Math.max(1, conversations - 1);
  const each = (a: Sides, b: Sides): Sides => ({
    gpuBytes: Math.max(0, b.gpuBytes - a.gpuBytes) / steps,
    cpuBytes: Math.max(0, b.cpuBytes - a.cpuBytes) / steps,
  });
  return {
    one,
    each: {
      weights: nothing,
      kvCache: one.kvCache && other.kvCache && each(one.kvCache, other.kvCache),
      buffers: each(one.buffers, other.buffers),
      programBytes: 0,
    },
  };
}

export function memoryAt({ one, each }: MemoryLine, conversations: number): Memory {
  const more = conversations - 1;
  const plus = (a: Sides, b: Sides): Sides => ({
    gpuBytes: Math.round(a.gpuBytes + more * b.gpuBytes),
    cpuBytes: Math.round(a.cpuBytes + more * b.cpuBytes),
  });
  return {
    ...one,
    kvCache: one.kvCache && each.kvCache && plus(one.kvCache, each.kvCache),
    buffers: plus(one.buffers, each.buffers),
  };
}

/** All together on each side. */
export function sidesOf({ weights, kvCache, buffers, programBytes }: Memory): Sides {
  return [weights, kvCache ?? nothing, buffers].reduce(
    (sum, { gpuBytes, cpuBytes }) => ({
      gpuBytes: sum.gpuBytes + gpuBytes,
      cpuBytes: sum.cpuBytes + cpuBytes,
    }),
    { gpuBytes: 0, cpuBytes: programBytes },
  );
}

export function totalBytes(memory: Memory): number {
  const { gpuBytes, cpuBytes } = sidesOf(memory);
  return gpuBytes + cpuBytes;
}

/**
 * Whether it fits. Memory that processor and graphics share counts once.
 *
 * @param droppedBytes of the weights that may be read from disk again and again
 */
export function fitsIn(
  memory: Memory,
  { vram, ramBytes }: Pick<MemoryFacts, "vram" | "ramBytes">,
  droppedBytes = 0,
): boolean {
  const { gpuBytes, cpuBytes } = sidesOf(memory);
  if (!fitsGpu(memory, vram)) return false;
  return cpuBytes + sharedBytes(gpuBytes, vram) - droppedBytes <= usableBytes(ramBytes);
}

export function fitsGpu(memory: Memory, vram: MemoryFacts["vram"]): boolean {
  return sidesOf(memory).gpuBytes <= (vram?.freeBytes ?? 0);
}

/** What may be planned with: the rest is for the system and for what nobody counts. */
export function usableBytes(ramBytes: number): number {
  return ramBytes * 0.9;
}

/** Of what is put on the GPU, the part that is the computer's own memory: where there is other, that is filled first. */
function sharedBytes(gpuBytes: number, vram: MemoryFacts["vram"]): number {
  if (vram === null) return 0;
  const { totalBytes: all, freeBytes, unifiedBytes } = vram;
  const ownFreeBytes = Math.max(0, all - unifiedBytes - Math.max(0, all - freeBytes));
  return Math.min(unifiedBytes, Math.max(0, gpuBytes - ownFreeBytes));
}

const nothing: Sides = { gpuBytes: 0, cpuBytes: 0 };
const floatBytes = 4;
/** A conversation's logits: a row in the graph and one in the output. */
const outputBytes = 2 * floatBytes;
/** What sampling sorts, once as it was and once sorted: id, logit and probability of every token. */
const candidateBytes = 2 * 12;
/** The binding rounds contexts up to whole blocks of cells. */
const cellsPerBlock = 256;

/** The layers on the GPU are the last ones, before the output; each has its cache beside it. */
function kvCacheOf({
  kvBytesPerLayer,
  layersOnGpu,
  facts,
  contextLength,
  conversations,
}: Estimated): Sides | null {
  if (kvBytesPerLayer === null) return null;
  const cells = Math.ceil(contextLength / cellsPerBlock) * cellsPerBlock * conversations;
  const firstOnGpu = facts.layers - layersOnGpu;
  const sum = (layers: readonly number[]): number => layers.reduce((all, bytes) => all + bytes * cells, 0);
  return {
    gpuBytes: sum(kvBytesPerLayer.slice(firstOnGpu)),
    cpuBytes: sum(kvBytesPerLayer.slice(0, firstOnGpu)),
  };
}

/**
 * llama.cpp reserves logits for every token of a batch, and we ask for one row a conversation: on the CPU, memory that
 * nothing is ever written to is no need. A GPU has all of it from the beginning.
 */
function untouchedBytes({ facts, batchTokens, conversations }: Estimated, cpuBytes: number): number {
  const logitsBytes = Math.max(batchTokens, conversations) * facts.vocabularySize * floatBytes;
  return facts.vram === null && cpuBytes >= logitsBytes ? logitsBytes : 0;
}

function minus(a: Sides, b: Sides): Sides {
  return {
    gpuBytes: Math.max(0, a.gpuBytes - b.gpuBytes),
    cpuBytes: Math.max(0, a.cpuBytes - b.cpuBytes),
  };
}

import { EngineError, UnplayableError } from "../errors.ts";
import type { Inspection } from "./inspect.ts";
import {
  fitsGpu,
  type Memory,
  memoryAt,
  type MemoryLine,
  sidesOf,
  totalBytes,
  usableBytes,
} from "./memory.ts";
import { type Estimate, type Place, placeModel, type Shortage, type Wish } from "./placement.ts";
import { typedLine } from "../typed-line.ts";

export interface FitRequest
  extends Pick<Wish, "kvBytesPerLayer" | "layersAsked" | "batchTokens" | "droppableShare"> {
  readonly modelName: string;
  readonly trainContextLength: number | null;
  readonly context: number | "auto";
  readonly parallel: number | "auto";
  readonly rollouts: number;
  readonly turns: number;
  readonly inspection: Inspection;
  /** Where answers are cut, in tokens. */
  readonly answerLimit: number;
}

export interface Fit {
  readonly contextLength: number;
  readonly parallel: number;
  /** The most conversations that memory allows beside each other, up to 64 and never more than there are. */
  readonly parallelMost: number;
  /** Layers on the GPU, the output counted as one; null: nobody knows what fits, so the engine tries. */
  readonly layersOnGpu: number | null;
  /** Whether a GPU that there is has to be left out. */
  readonly isOffGpu: boolean;
  /** Null: not known. */
  readonly memory: Memory | null;
  /** What any number of conversations takes, where that is known. */
  readonly line: MemoryLine | null;
  readonly warnings: readonly string[];
}

/** Conversations at a time where nobody knows what they take. */
const parallelUnknown = 32;

/**
 * Resolves `auto` and refuses what cannot work, before any weights are loaded. Unknown memory refuses nothing.
 *
 * @param estimateOffGpu the same without the GPU, where that has not even room for its buffers; null: a GPU that was
 *   asked for is not left out
 * @throws EngineError `unfit` naming the flag, its value and the settings that would fit
 * @throws UnplayableError where the model was not trained for so much
 */
export async function fitTrial(
  request: FitRequest,
  estimate: Estimate,
  estimateOffGpu: Estimate | null,
): Promise<Fit> {
  const { inspection, parallel, rollouts, layersAsked } = request;
  const lengths = contextLengths(request);
  const place = await placeModel(
    { ...request, facts: inspection.memory, conversationsAsked: parallel, lengths },
    estimate,
  );
  if (place === null) {
    const conversations = Math.min(parallel === "auto" ? parallelUnknown : parallel, rollouts);
    const contextLength = lengths[0] ?? 0;
    return {
      contextLength,
      parallel: conversations,
      parallelMost: conversations,
      layersOnGpu: layersAsked === "auto" ? null : layersAsked,
      isOffGpu: false,
      memory: null,
      line: null,
      warnings: lengthWarnings(request, contextLength),
    };
  }
  if (!("line" in place)) {
    if (estimateOffGpu === null || !isGpuFull(request, place)) throw doesNotFit(request, place);
    return offGpu(request, place, estimateOffGpu);
  }
  const { contextLength, conversations, conversationsMost, layersOnGpu, line } = place;
  return {
    contextLength,
    parallel: conversations,
    parallelMost: conversationsMost,
    layersOnGpu,
    isOffGpu: false,
    memory: memoryAt(line, conversations),
    line,
    warnings: [...lengthWarnings(request, contextLength), ...diskWarnings(request, place)],
  };
}

/** The same with another number of conversations at a time, up to {@link Fit.parallelMost}. */
export function withParallel(fit: Fit, parallel: number): Fit {
  return { ...fit, parallel, memory: fit.line === null ? null : memoryAt(fit.line, parallel) };
}

/** Whether the GPU lacks room for what llama.cpp reserves on it in any case: batches are evaluated there. */
function isGpuFull({ inspection }: FitRequest, { layersOnGpu, memory }: Shortage): boolean {
  const { vram } = inspection.memory;
  return vram !== null && layersOnGpu === 0 && !fitsGpu(memory, vram);
}

async function offGpu(request: FitRequest, { memory }: Shortage, estimate: Estimate): Promise<Fit> {
  const fit = await fitTrial({ ...request, inspection: withoutGpu(request.inspection) }, estimate, null);
  const needed = gigabytes(sidesOf(memory).gpuBytes);
  const free = gigabytes(request.inspection.memory.vram?.freeBytes ?? 0);
  return {
    ...fit,
    isOffGpu: true,
    warnings: [
      `it runs on the CPU alone, as with --gpu off: the GPU has ${free} GB free, and even without any layer of the model ${needed} GB are needed there`,
      ...fit.warnings,
    ],
  };
}

/** A model as it is counted where nothing is put on a GPU. */
export function withoutGpu(inspection: Inspection): Inspection {
  return { ...inspection, backend: "cpu", memory: { ...inspection.memory, vram: null } };
}

function lengthWarnings(request: FitRequest, contextLength: number): string[] {
  const { trainContextLength } = request;
  const warnings: string[] = [];
  if (trainContextLength !== null && contextLength > trainContextLength) {
    warnings.push(
      `the context of ${contextLength} tokens is longer than the ${trainContextLength} that the model was trained on`,
    );
  }
  if (contextLength < longestTokens(request)) {
    warnings.push(
      "answers as long as --max-answer-tokens allows would not all fit into the context: such rollouts end early",
    );
  }
  return warnings;
}

function diskWarnings({ inspection }: FitRequest, { isFromDisk, line }: Place): string[] {
  if (!isFromDisk) return [];
  const { cpuBytes } = line.one.weights;
  const { ramBytes } = inspection.memory;
  const seconds = (cpuBytes / diskBytesPerSecond).toPrecision(2);
  return [
    `its weights (${gigabytes(cpuBytes)} GB) do not fit into the ${gigabytes(ramBytes)} GB of free memory and are read from disk again for every step: about ${Number(seconds)} s for every step, a guess from a disk that reads 1 GB a second`,
  ];
}

/** A guess: what a common solid-state disk reads in pieces. */
const diskBytesPerSecond = 1e9;

/** Room for the longest answers where the model was trained for it; if memory is short, down to that for right answers. */
function contextLengths(request: FitRequest): number[] {
  const { conversationTokens, openingTokens } = request.inspection;
  const { context, trainContextLength, turns } = request;
  const truthfulTokens = conversationTokens + request.answerLimit;
  // The binding keeps one cell free.
  const least = truthfulTokens + 1;
  if (context !== "auto") {
    if (context >= least) return [context];
    throw unfit(
      `--context ${context}: the instructions and ${turns} turns take ${least} tokens with ${request.modelName}. ` +
        `Use --context ${roundUp(least)} or auto, or fewer --turns (about ${turnsThatFit(context)} fit).`,
    );
  }
  const wanted = roundUp(longestTokens(request) + 1);
  if (trainContextLength === null || wanted <= trainContextLength) return downTo(least, wanted);
  if (least <= trainContextLength) return downTo(least, trainContextLength);
  throw new UnplayableError(
    `--turns ${turns}: the conversation takes ${least} tokens, and ${request.modelName} was trained for ${trainContextLength}. ` +
      `Use fewer --turns (about ${turnsThatFit(trainContextLength)} fit), or force it with --context ${roundUp(least)}.`,
  );

  function turnsThatFit(length: number): number {
    const perTurn = Math.max(1, (truthfulTokens - openingTokens) / Math.max(1, turns));
    return Math.max(0, Math.floor((length - openingTokens) / perTurn));
  }
}

/** From the best to the least that holds the run, a quarter of the way at a time. */
function downTo(least: number, best: number): number[] {
  const steps = [0.75, 0.5, 0.25, 0].map((part) => roundUp(least + (best - least) * part));
  return [...new Set([best, ...steps])].filter((length) => length <= best);
}

/** The whole conversation when every answer is as long as allowed. */
function longestTokens({ inspection, turns, answerLimit }: FitRequest): number {
  return inspection.questionTokens + turns * answerLimit;
}

function doesNotFit(request: FitRequest, shortage: Shortage): EngineError {
  const { modelName, parallel, layersAsked, context, inspection } = request;
  const { conversations, contextLength, affordable, layersOnGpu, memory } = shortage;
  const { vram, ramBytes } = inspection.memory;
  const { gpuBytes, cpuBytes } = sidesOf(memory);
  const free = `${gigabytes(ramBytes)} GB of memory are free (${gigabytes(usableBytes(ramBytes))} to plan with)`;
  const onGpu =
    vram === null
      ? ""
      : ` ${gigabytes(gpuBytes)} GB of it on the GPU, which has ${gigabytes(vram.freeBytes)} GB free,`;
  const needs = `${gigabytes(totalBytes(memory))} GB are needed (${partsText(memory)}),${onGpu} and ${free}`;
  if (affordable >= 1 && parallel !== "auto")
    return unfit(
      `--parallel ${conversations}: ${conversations} conversations of ${contextLength} tokens do not fit beside ${modelName}: ${needs}. ` +
        `Use --parallel ${affordable} or auto${layersAsked === "auto" || vram === null ? "" : ", or --gpu-layers auto"}.`,
    );
  const gpuIsShort = vram !== null && gpuBytes > vram.freeBytes && cpuBytes <= usableBytes(ramBytes);
  if (gpuIsShort && layersAsked !== "auto")
    return unfit(
      `--gpu-layers ${layersAsked}: ${layersOnGpu} layers of ${modelName} do not fit: ${needs}. Use --gpu-layers auto, or fewer.`,
    );
  const subject = context === "auto" ? modelName : `--context ${context}: ${modelName}`;
  const smaller = context === "auto" ? "fewer --turns" : "a smaller --context or auto";
  const off = gpuIsShort ? ", or --gpu off" : "";
  return unfit(
    `${subject} with a context of ${contextLength} tokens does not fit: ${needs}. ` +
      `Use a smaller model or quantization, ${smaller}, or --kv-type-k q8_0 --kv-type-v q8_0${off}. See what fits here: ${typedLine("models")}`,
  );
}

function unfit(message: string): EngineError {
  return new EngineError("unfit", message);
}

function partsText({ weights, kvCache, buffers, programBytes }: Memory): string {
  const both = ({ gpuBytes, cpuBytes }: Memory["weights"]): string => gigabytes(gpuBytes + cpuBytes);
  const cache = kvCache === null ? "" : `KV cache ${both(kvCache)}, `;
  return `weights ${both(weights)}, ${cache}buffers ${both(buffers)}, program ${gigabytes(programBytes)}`;
}

function roundUp(tokens: number): number {
  return Math.ceil(tokens / 256) * 256;
}

/** Two digits at least: 0.12, 4.7, 38. */
function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(bytes < 1e9 ? 2 : 1);
}

import { UnplayableError, UsageError } from "../errors.ts";
import type { Inspection } from "./inspect.ts";

export interface FitRequest {
  readonly modelName: string;
  readonly modelBytes: number;
  readonly trainContextLength: number | null;
  /** Null where the architecture does not tell. */
  readonly kvBytesPerToken: number | null;
  readonly context: number | "auto";
  readonly parallel: number | "auto";
  readonly rollouts: number;
  readonly turns: number;
  readonly inspection: Inspection;
  /** Where answers are cut, in tokens. */
  readonly answerLimit: number;
  /** Memory that can be had: free VRAM on a GPU, else available RAM. */
  readonly availableBytes: number;
}

export interface Fit {
  readonly contextLength: number;
  readonly parallel: number;
  readonly memoryBytes: number | null;
  readonly warnings: readonly string[];
}

/** More conversations than this bring no more tokens a second on the machines measured (bench/README.md). */
const parallelMax = 32;
/** Share of the available memory that may be planned with; the rest is for everything not counted here. */
const usableShare = 0.8;
/** Logits and graph buffers of a batch, roughly: they depend on the vocabulary. */
const computeBytes = 400e6;

/**
 * Resolves `auto` and refuses what cannot work, before any weights are loaded.
 *
 * @throws UsageError naming the flag, its value and the settings that would fit
 */
export function fitTrial(request: FitRequest): Fit {
  const contextLength = fitContext(request);
  const warnings: string[] = [];
  const { trainContextLength, kvBytesPerToken, modelBytes, rollouts } = request;
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
  const kvBytes = kvBytesPerToken === null ? null : kvBytesPerToken * contextLength;
  const room = request.availableBytes * usableShare - modelBytes - computeBytes;
  const affordable = kvBytes === null ? parallelMax : Math.floor(room / kvBytes);
  const wanted =
    request.parallel === "auto" ? Math.min(rollouts, parallelMax) : Math.min(request.parallel, rollouts);
  const parallel = request.parallel === "auto" ? Math.min(wanted, affordable) : wanted;
  if (parallel < 1 || affordable < parallel) throw doesNotFit(request, contextLength, wanted, affordable);
  const memoryBytes = kvBytes === null ? null : modelBytes + kvBytes * parallel + computeBytes;
  return { contextLength, parallel, memoryBytes, warnings };
}

/** Room for the longest answers where the model was trained for it, else for right answers at least. */
function fitContext(request: FitRequest): number {
  const { conversationTokens, openingTokens } = request.inspection;
  const { context, trainContextLength, turns } = request;
  const truthfulTokens = conversationTokens + request.answerLimit;
  // The binding keeps one cell free.
  const least = truthfulTokens + 1;
  if (context !== "auto") {
    if (context >= least) return context;
    throw new UsageError(
      `--context ${context}: the instructions and ${turns} turns take ${least} tokens with ${request.modelName}. ` +
        `Use --context ${roundUp(least)} or auto, or fewer --turns (about ${turnsThatFit(context)} fit).`,
    );
  }
  const wanted = roundUp(longestTokens(request) + 1);
  if (trainContextLength === null || wanted <= trainContextLength) return wanted;
  if (least <= trainContextLength) return trainContextLength;
  throw new UnplayableError(
    `--turns ${turns}: the conversation takes ${least} tokens, and ${request.modelName} was trained for ${trainContextLength}. ` +
      `Use fewer --turns (about ${turnsThatFit(trainContextLength)} fit), or force it with --context ${roundUp(least)}.`,
  );

  function turnsThatFit(length: number): number {
    const perTurn = Math.max(1, (truthfulTokens - openingTokens) / Math.max(1, turns));
    return Math.max(0, Math.floor((length - openingTokens) / perTurn));
  }
}

/** The whole conversation when every answer is as long as allowed. */
function longestTokens({ inspection, turns, answerLimit }: FitRequest): number {
  return inspection.questionTokens + turns * answerLimit;
}

function doesNotFit(
  request: FitRequest,
  contextLength: number,
  wanted: number,
  affordable: number,
): UsageError {
  const available = `${gigabytes(request.availableBytes)} GB are available`;
  if (affordable < 1) {
    return new UsageError(
      `${request.modelName} (${gigabytes(request.modelBytes)} GB) with a context of ${contextLength} tokens does not fit: ${available}. ` +
        "Use a smaller model or quantization, fewer --turns, or --kv-type-k q8_0 --kv-type-v q8_0.",
    );
  }
  return new UsageError(
    `--parallel ${wanted}: ${wanted} conversations of ${contextLength} tokens do not fit beside ${request.modelName}: ${available}. ` +
      `Use --parallel ${affordable} or auto.`,
  );
}

function roundUp(tokens: number): number {
  return Math.ceil(tokens / 256) * 256;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

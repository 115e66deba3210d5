import { UsageError } from "../errors.ts";
import { availableMemoryBytes } from "../hardware/machine.ts";
import { type Fit, fitTrial } from "./fit.ts";
import { optionsOf } from "./llama-trial.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";

/** The most conversations at a time, up to `wanted`, that there are and that memory holds. */
export function mostThatFit(request: RunRequest, candidate: PreparedModel, wanted: number): number {
  const { inspection, fit } = candidate;
  try {
    return fitTo(request, candidate, wanted, inspection.freeVramBytes ?? availableMemoryBytes()).parallel;
  } catch (error) {
    if (error instanceof UsageError) return fit.parallel;
    throw error;
  }
}

/**
 * How a model fits with so many conversations at a time.
 *
 * @param availableBytes left out: it is known that they fit
 * @throws UsageError where they do not
 */
export function fitTo(
  request: RunRequest,
  candidate: PreparedModel,
  parallel: number,
  availableBytes = Number.POSITIVE_INFINITY,
): Fit {
  const { model, inspection, limit } = candidate;
  return fitTrial({
    ...request.settings,
    parallel,
    modelName: model.name,
    modelBytes: model.bytes,
    trainContextLength: model.trainContextLength,
    kvBytesPerToken: optionsOf(request, candidate).kvBytesPerToken,
    inspection,
    answerLimit: limit.tokens,
    availableBytes,
  });
}

import { allowedCores, mostThreads, quotaCores } from "../hardware/cores.ts";
import { speedNames } from "../reading/rates.ts";
import { pick } from "../settings/settings.ts";
import { leastTokens } from "./forecast.ts";
import { optionsOf } from "./llama-options.ts";
import type { PreparedModel } from "./prepare.ts";
import type { RunRequest } from "./request.ts";
import { share, tokensPerCount } from "./tune-counts.ts";
import type { TuneJob } from "./tune-job.ts";

const wantedCounts = [1, 4, 8, 16, 32, 64] as const;

/** More conversations at a time are never tried. */
export const mostTried = 64;

/** The numbers that are tried where `most` is possible, itself included unless one tried is nearly as large. */
export function countsUpTo(most: number): number[] {
  const counts = wantedCounts.filter((count) => count <= most);
  const last = counts.at(-1) ?? 0;
  return most > 1.25 * last ? [...counts, most] : counts;
}

/**
 * The least milliseconds that a run can take, by a generous guess of what machines do: a parameter and a token is two
 * operations. Cheap, so that a run that is short anyway loads nothing to find that out.
 */
export function shortestMs(request: RunRequest, { model, inspection, limit }: PreparedModel): number {
  const { prefill, decode } = leastTokens(request.settings, inspection, limit.tokens);
  const cores = mostThreads({ physical: null, allowed: allowedCores(), quota: quotaCores() });
  const perMs = inspection.backend === "cpu" ? cores * parameterTokensPerMs.core : parameterTokensPerMs.gpu;
  return ((prefill + decode) * model.parameters) / perMs + decode * leastMsPerToken;
}

/** What was seen on a core of an AMD EPYC with AVX-512 and 32 conversations, and what large graphics cards reach. */
const parameterTokensPerMs = { core: 30e6, gpu: 20e9 };
/** What sampling and reading a token takes in any case. */
const leastMsPerToken = 0.05;

/** Whether reading the file alone may cost more than measuring may, by a guess of what disks do. */
export function costsTooMuchToLoad(candidate: PreparedModel, runMs: number): boolean {
  return candidate.model.bytes / readBytesPerMs > share * runMs;
}

const readBytesPerMs = 500e3;

/** Of a run that is measured although it is short, because that was asked for. */
const leastMsOnDemand = 10_000;

/** What a measurement of a model depends on besides the machine and the build. */
export function askedOf({ settings }: RunRequest, candidate: PreparedModel): Record<string, unknown> {
  return { ...pick(settings, speedNames), depth: 2 ** Math.round(Math.log2(depthOf(candidate))) };
}

/** The tokens that a conversation holds on average: it grows from its opening to its end. */
function depthOf({ inspection }: PreparedModel): number {
  return Math.max(1, Math.round((inspection.openingTokens + inspection.conversationTokens) / 2));
}

/** What a child is given to measure a model with. @param isOnDemand whether it may take longer than its share */
export function tuneJob(
  request: RunRequest,
  candidate: PreparedModel,
  counts: readonly number[],
  isOnDemand: boolean,
): TuneJob {
  const { inspection, limit } = candidate;
  const depth = depthOf(candidate);
  const options = optionsOf(request, candidate);
  const contextTokens = depth + (counts.length + 1) * tokensPerCount;
  return {
    options: {
      ...options,
      parallel: counts.at(-1) ?? 1,
      contextLength: Math.ceil(contextTokens / 256) * 256,
    },
    plan: {
      counts,
      depth,
      conversationBytes: options.kvBytesPerToken === null ? null : options.kvBytesPerToken * depth,
      expected: leastTokens(request.settings, inspection, limit.tokens),
      leastMs: isOnDemand ? leastMsOnDemand : 0,
    },
  };
}

import type { ModelFile } from "../gguf/files.ts";
import { withOpenLevel } from "../settings/on-level.ts";
import { largestLevel } from "../tasks/levels.ts";
import { leastTokens } from "./forecast.ts";
import type { Inspector } from "./inspector.ts";
import { probeSettings } from "./level-probes.ts";
import type { LevelRequest, LevelSubject } from "./level-subject.ts";
import { optionsOf } from "./llama-options.ts";
import { type PreparedModel, prepareModel } from "./prepare.ts";

/** A model file that levels are asked of; null: it cannot be read. One that cannot be asked says why. */
export async function llamaSubject(
  request: LevelRequest,
  file: ModelFile,
  inspector: Inspector,
): Promise<LevelSubject | null> {
  const { settings, name, templateText } = request;
  // One context has room for every level.
  const asked = { name, settings: probeSettings(settings, largestLevel), instances: null, templateText };
  const candidate = await prepareModel(file, asked, inspector);
  if (!("error" in candidate))
    return subjectOf(candidate, request, await expectedOf(request, file, inspector));
  const { name: called, error, why } = candidate;
  return why === "failed" ? null : { name: called, bytes: 0, error, job: never, forecastMs: () => null };
}

function subjectOf(
  candidate: PreparedModel,
  { loraPath }: LevelRequest,
  expected: Tokens | null,
): LevelSubject {
  const { name, model, settings, limit } = candidate;
  const options = optionsOf({ settings, loraPath }, candidate);
  return {
    name,
    bytes: model.bytes,
    error: null,
    job: (level, { done, isWhole }) => ({
      engine: { kind: "llama", options },
      probing: {
        settings: probeSettings(settings, level.name),
        answerLimit: limit.tokens,
        done,
        isWhole,
      },
    }),
    forecastMs: ({ prefillTokens, prefillMs, decodeTokens, decodeMs }) =>
      expected === null || prefillMs === 0 || decodeMs === 0
        ? null
        : (expected.prefill * prefillMs) / prefillTokens + (expected.decode * decodeMs) / decodeTokens,
  };
}

type Tokens = ReturnType<typeof leastTokens>;

/** What its run evaluates at least, taken for one on the usual task: which level it will be on nobody knows yet. */
async function expectedOf(
  { settings, name, templateText }: LevelRequest,
  file: ModelFile,
  inspector: Inspector,
): Promise<Tokens | null> {
  const asked = { name, settings: withOpenLevel(settings), instances: null, templateText };
  const candidate = await prepareModel(file, asked, inspector);
  return "error" in candidate
    ? null
    : leastTokens(candidate.settings, candidate.inspection, candidate.limit.tokens);
}

function never(): never {
  throw new Error("a model that cannot be asked was asked");
}

import { tokensOf } from "../engine/scripted/form.ts";
import { parseScript } from "../engine/scripted/script.ts";
import { taskNames } from "../tasks/index.ts";
import { answerLimit, longestAnswers } from "./answer-limit.ts";
import { fileForecastBytes } from "./file-forecast.ts";
import { answersOf } from "./forecast.ts";
import type { RunRequest } from "./request.ts";
import type { Trial } from "./trial.ts";
import type { PlannedModel } from "./view.ts";

/** Conversations at a time that a simulated model has unless told. */
const parallelUnlessTold = 256;

/** The trial of a simulated model, whose run has no number yet. @throws UsageError for a script that cannot be read */
export function scriptedTrial(
  {
    settings,
    name,
    instances,
    dbPath,
    isWatched,
  }: Pick<RunRequest, "settings" | "name" | "instances" | "dbPath" | "isWatched">,
  spec: string,
): { readonly plan: PlannedModel & { readonly answerLimit: number }; readonly trial: Omit<Trial, "runId"> } {
  const script = parseScript(spec, settings.seed, taskNames);
  const parallel = settings.parallel === "auto" ? parallelUnlessTold : settings.parallel;
  const longestAnswerTokens = Math.max(0, ...longestAnswers(settings, instances).map(tokensOf));
  const answers = answersOf(settings);
  const limit = answerLimit(settings, { longestAnswerTokens, isThinking: false });
  return {
    plan: {
      name: name ?? `scripted:${spec}`,
      contextLength: null,
      parallel,
      memoryBytes: null,
      memory: null,
      layers: null,
      answerLimit: limit.tokens,
      fileBytes: fileForecastBytes(answers, answers * longestAnswerTokens, parallel),
      warnings: limit.warning === null ? [] : [limit.warning],
      parallelBecause: null,
      error: null,
    },
    trial: {
      dbPath,
      settings,
      answerLimit: limit.tokens,
      instances,
      isWatched,
      engine: { kind: "scripted", script, parallel },
      expected: null,
    },
  };
}

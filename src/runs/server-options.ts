import type { ServerOptions } from "../engine/server/options.ts";
import type { ServerFacts } from "../serving/facts.ts";
import { pick, type Settings } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";
import { givenOrDrawn } from "../tasks/instance.ts";
import type { Instance } from "../tasks/task.ts";
import { type AnswerLimit, answerLimit, longestAnswers } from "./answer-limit.ts";
import { chatOptionsOf } from "./chat-options.ts";
import { firstMessages } from "./first-messages.ts";
import { rightConversation } from "./right-conversation.ts";
import type { ServedRequest } from "./served-model.ts";

/** Conversations at a time where the server does not say how many it takes. */
const parallelUnlessTold = 4;

/** How a model behind a server is asked. */
export async function serverOptions(
  request: ServedRequest,
  { model, slots }: ServerFacts,
  limit: AnswerLimit,
): Promise<ServerOptions> {
  const { settings, engine, instances } = request;
  const { address, requestTimeoutMs } = engine;
  const { thinking, keepReasoning, turns } = settings;
  const answersInView = thinking === "on" && keepReasoning === "all" ? turns : 1;
  const parallel = settings.parallel === "auto" ? (slots ?? parallelUnlessTold) : settings.parallel;
  return {
    address,
    model,
    parallel: Math.min(parallel, settings.rollouts),
    longestCharacters: longestCharacters(settings, instances),
    answerTokens: answersInView * limit.tokens,
    firstMessages: await firstMessages(request),
    chat: chatOptionsOf(settings),
    sampling: pick(settings, ["temperature", "topP", "topK", "minP"]),
    requestTimeoutMs,
  };
}

/**
 * No token is less than a byte, so that a limit by bytes cuts no right answer either. Whether a number that was asked for
 * does is not known without the model's tokenizer.
 */
export function servedLimit(settings: Settings, instances: readonly Instance[] | null): AnswerLimit {
  const { maxAnswerTokens } = settings;
  if (maxAnswerTokens !== "auto") return { tokens: maxAnswerTokens, warning: null };
  const bytes = longestAnswers(settings, instances).map((text) => Buffer.byteLength(text));
  const isThinking = settings.thinking === "on";
  return answerLimit(settings, { longestAnswerTokens: Math.max(0, ...bytes), isThinking });
}

const rolloutsCounted = 4;

/** Of the first few conversations, all messages but the last answer. */
function longestCharacters(settings: Settings, instances: readonly Instance[] | null): number {
  const { rollouts, seed } = settings;
  const sizes = Array.from({ length: Math.min(rollouts, rolloutsCounted) }, (_, rollout) => {
    const instance = givenOrDrawn(instances, tasks[settings.task], settings, seed, rollout);
    const { messages } = rightConversation(settings, instance);
    return messages.slice(0, -1).reduce((sum, { content }) => sum + content.length, 0);
  });
  return Math.max(...sizes);
}

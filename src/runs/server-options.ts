import type { ServerOptions } from "../engine/server/options.ts";
import type { ServerFacts } from "../serving/facts.ts";
import { pick, samplingNames, type Settings } from "../settings/settings.ts";
import type { Instance } from "../tasks/task.ts";
import { type AnswerLimit, answerLimit, longestAnswers } from "./answer-limit.ts";
import { chatOptionsOf } from "./chat-options.ts";
import { firstMessages } from "./first-messages.ts";
import { instancesCounted, rightConversation } from "./right-conversation.ts";
import type { ServedRequest } from "./request.ts";

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
  const { thinking, keepReasoning, parallel } = settings;
  const { characters, answers } = longestConversation(settings, instances);
  const answersInView = thinking === "on" && keepReasoning === "all" ? answers : 1;
  return {
    address,
    model,
    parallel: parallel === "auto" ? (slots ?? parallelUnlessTold) : parallel,
    longestCharacters: characters,
    answerTokens: answersInView * limit.tokens,
    firstMessages: await firstMessages(request),
    chat: chatOptionsOf(settings),
    sampling: pick(settings, samplingNames),
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

/** Of the first few conversations: characters of all messages but the last answer, and how many answers there are. */
function longestConversation(
  settings: Settings,
  instances: readonly Instance[] | null,
): { readonly characters: number; readonly answers: number } {
  const counted = instancesCounted(settings, instances).map((one) => rightConversation(settings, one));
  return {
    characters: Math.max(
      ...counted.map(({ messages }) =>
        messages.slice(0, -1).reduce((sum, { content }) => sum + content.length, 0),
      ),
    ),
    answers: Math.max(...counted.map(({ replies }) => replies.length)),
  };
}

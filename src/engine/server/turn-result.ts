import type { Reasoning } from "../../reply/reasoning.ts";
import { splitReply } from "../../reply/split.ts";
import type { TurnResult } from "../engine.ts";
import type { Answer } from "./server-session.ts";

/** A turn of a server as every engine tells it. What the server says of its own work stands apart. */
export function turnResult(answer: Answer, reasoning: Reasoning | null): TurnResult {
  const { told } = answer;
  const { promptTokens, cachedTokens } = told;
  // More from the cache than there is cannot be: one of the two counts is of something else.
  const isSound = cachedTokens === null || promptTokens === null || cachedTokens <= promptTokens;
  const reusedTokens = isSound ? cachedTokens : null;
  return {
    text: answer.text,
    stop: answer.stop,
    tokenIds: null,
    tokenConfidence: null,
    promptTokens,
    reusedTokens,
    prefilledTokens: promptTokens === null || reusedTokens === null ? null : promptTokens - reusedTokens,
    answerForm: null,
    againReason: null,
    decodedTokens: answer.decodedTokens,
    reasoningTokens: reasoningTokens(answer, reasoning),
    ttftMs: answer.ttftMs,
    decodeMs: answer.decodeMs,
    interTokenMs: answer.interTokenMs,
    cpuMs: null,
    conversations: null,
    firstBatch: null,
    lastBatch: null,
    startedAt: answer.startedAt,
    served: {
      promptTokens,
      cachedTokens,
      decodedTokens: told.decodedTokens,
      promptMs: told.promptMs,
      decodeMs: told.decodeMs,
      loadMs: told.loadMs,
      fingerprint: told.fingerprint,
      requests: answer.requests,
    },
  };
}

/** A server that reads no reasoning out of the text counts none, whatever stands there. */
function reasoningTokens({ told, text }: Answer, reasoning: Reasoning | null): number | null {
  if (told.reasoningTokens !== 0) return told.reasoningTokens;
  return splitReply(text, reasoning).reasoning === null ? 0 : null;
}

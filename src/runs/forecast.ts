import type { Batch } from "../engine/engine.ts";
import type { Inspection } from "./inspect.ts";
import type { Condition } from "./request.ts";

/**
 * How long the turns will take when every answer is right, in milliseconds: the tokens to evaluate over the rates of
 * the warm-up, decoding by all conversations together. Null when nothing was counted or the warm-up showed no rate.
 */
export function forecastMs(
  warmUp: readonly Batch[],
  conversations: number,
  expected: { readonly prefillTokens: number; readonly decodeTokens: number } | null,
): number | null {
  const prefill = rate(warmUp.filter(({ decodeTokens }) => decodeTokens === 0));
  const decode = rate(warmUp.filter(({ decodeTokens }) => decodeTokens === conversations));
  if (expected === null || prefill === null || decode === null) return null;
  return expected.prefillTokens / prefill + expected.decodeTokens / decode;
}

/** Tokens a millisecond over the batches' own time; null without any. */
function rate(batches: readonly Batch[]): number | null {
  const tokens = batches.reduce((sum, batch) => sum + batch.prefillTokens + batch.decodeTokens, 0);
  const ms = batches.reduce((sum, batch) => sum + batch.endMs - batch.startMs, 0);
  return tokens > 0 && ms > 0 ? tokens / ms : null;
}

/**
 * Tokens that all rollouts of a condition take together when every answer is right, by what its history does to the KV
 * cache. What is shared between conversations counts in each.
 */
export function expectedTokens(
  condition: Condition,
  inspection: Inspection,
): { readonly prefill: number; readonly decode: number } {
  const { settings, rollouts, maxAnswerTokens, protocol } = condition;
  const { turns } = settings;
  const opening = inspection.openingTokens;
  const answer = inspection.answerTokens / turns;
  const whole = inspection.truthfulTokens - maxAnswerTokens - inspection.answerTokens;
  const question = turns > 1 ? Math.max(0, whole - opening) / (turns - 1) : 0;
  const asked = protocol.probe?.length ?? turns;
  const prefill = opening + historyTokens(condition, question, answer);
  // Reasoning is as long as it likes; the limit is the most it can be.
  const reply = protocol.thinking === "on" ? maxAnswerTokens : answer;
  return { prefill: rollouts * prefill, decode: rollouts * asked * reply * samplesExpected(protocol.votes) };
}

/** Tokens after the opening that one rollout evaluates. */
function historyTokens({ settings, protocol }: Condition, question: number, answer: number): number {
  const { turns } = settings;
  const { history, probe } = protocol;
  const later = (probe?.at(-1) ?? turns) - 1;
  switch (history.kind) {
    case "window": {
      const behind = Array.from({ length: later }, (_, index) => Math.min(index + 1, history.turns));
      return behind.reduce((sum, seen) => sum + seen * (question + answer) + question, 0);
    }
    case "healed":
    case "heal":
    case "injected":
    case "stripped":
    case "filler":
      return later * (question + answer);
    case "own":
    case "recap":
    case "fresh":
      return later * question;
  }
}

function samplesExpected(votes: Condition["protocol"]["votes"]): number {
  if (votes === null) return 1;
  return votes.kind === "majority" ? votes.samples : Math.min(votes.most, 2 * votes.by);
}

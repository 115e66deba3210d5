import type { Batch } from "../engine/engine.ts";
import type { Inspection } from "./inspect.ts";
import { parseHistory } from "../rollout/history/index.ts";
import { parseVotes, samplesExpected } from "../rollout/votes.ts";
import type { Settings } from "../settings/settings.ts";
import { tasks } from "../tasks/index.ts";

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
 * Tokens that all rollouts take together when every answer is right, by what the history does to the KV cache. What is
 * shared between conversations counts in each.
 *
 * @param limit where answers are cut
 */
export function expectedTokens(
  settings: Settings,
  inspection: Inspection,
  limit: number,
): { readonly prefill: number; readonly decode: number } {
  const { turns, rollouts, votes, probe } = settings;
  const opening = inspection.openingTokens;
  const answer = inspection.answerTokens / turns;
  const whole = inspection.conversationTokens - inspection.answerTokens;
  const question = turns > 1 ? Math.max(0, whole - opening) / (turns - 1) : 0;
  const asked = probe?.length ?? turns;
  const prefill = opening + historyTokens(settings, inspection.isThinking, question, answer);
  // Reasoning is as long as it likes; the limit is the most it can be.
  const reply = inspection.isThinking ? limit : answer;
  return {
    prefill: rollouts * prefill,
    decode: rollouts * asked * reply * samplesExpected(parseVotes(votes)),
  };
}

/** The same where all of the opening is shared between the rollouts, and so evaluated once: it takes no fewer tokens. */
export function leastTokens(
  settings: Settings,
  inspection: Inspection,
  limit: number,
): { readonly prefill: number; readonly decode: number } {
  const { prefill, decode } = expectedTokens(settings, inspection, limit);
  return { prefill: Math.max(0, prefill - (settings.rollouts - 1) * inspection.openingTokens), decode };
}

/** Tokens after the opening that one rollout evaluates. */
function historyTokens(
  { history, keepReasoning, probe, turns, task, prompt }: Settings,
  isThinking: boolean,
  question: number,
  answer: number,
): number {
  const chosen = parseHistory(history);
  const later = (probe?.at(-1) ?? turns) - 1;
  const policy = chosen.create({ task: tasks[task], prompt }, emptySource);
  const past = Array.from({ length: later }, (_, turnIndex) => ({ ...somePast, turnIndex }));
  // Where all is seen, only what is new is evaluated; else all that is seen.
  const isRewritten = chosen.isRewritten || (isThinking && keepReasoning === "none");
  if (policy.visible(past).length === later) return later * (question + (isRewritten ? answer : 0));
  const sizes = Array.from({ length: Math.min(later, sizesLookedAt) }, (_, index) =>
    Math.ceil(((index + 1) * later) / Math.min(later, sizesLookedAt)),
  );
  const seen = sizes.map((size) => policy.visible(past.slice(0, size)).length);
  const perTurn = seen.reduce((sum, turnsSeen) => sum + turnsSeen, 0) / seen.length;
  return later * (perTurn * (question + answer) + question);
}

/** A long conversation is looked at here and there. */
const sizesLookedAt = 200;
const somePast = { content: "", number: null, isWrong: false, isOwn: true, question: "", isBreak: false };
const emptySource = {
  seed: 0,
  rollout: 0,
  start: 0,
  turns: [],
  dictionary: [],
  lastAsked: 0,
  ownErrors: [],
};

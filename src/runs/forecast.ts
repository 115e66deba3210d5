import type { Batch } from "../engine/engine.ts";
import type { Inspection } from "./inspect.ts";
import { parseHistory } from "../rollout/history/index.ts";
import { parseVotes, samplesExpected } from "../rollout/votes.ts";
import type { ExpectedTokens } from "./trial.ts";
import type { Settings } from "../settings/settings.ts";
import { blockOf } from "../settings/shard.ts";
import { tasks } from "../tasks/index.ts";

/**
 * How long the turns will take when every answer is right, in milliseconds: the tokens to evaluate at the speed of the
 * warm-up, decoding by all conversations together. Null where the warm-up shows no speed.
 *
 * @param expected tokens of all rollouts
 */
export function turnsForecastMs(
  warmUp: readonly Batch[],
  conversations: number,
  expected: { readonly prefill: number; readonly decode: number },
): number | null {
  const prefilling = warmUp.filter(({ decodeTokens }) => decodeTokens === 0);
  const together = warmUp.filter(
    (batch) => batch.conversations === conversations && batch.decodeTokens === conversations,
  );
  const prefillTokens = prefilling.reduce((sum, batch) => sum + batch.prefillTokens, 0);
  const prefillMs = prefilling.reduce((sum, batch) => sum + tookMs(batch), 0);
  // Of a few steps one may have tried other threads.
  const stepMs = median(together.map(tookMs));
  if (!(prefillTokens > 0 && prefillMs > 0) || stepMs === null) return null;
  return (expected.prefill / prefillTokens) * prefillMs + (expected.decode / conversations) * stepMs;
}

function tookMs({ startMs, endMs }: Batch): number {
  return endMs - startMs;
}

/** The lower one of two in the middle. */
function median(values: readonly number[]): number | null {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? null;
}

/**
 * Tokens that all rollouts take together when every answer is right, by what the history does to the KV cache. What is
 * shared between conversations counts in each.
 *
 * @param limit where answers are cut
 */
export function expectedTokens(settings: Settings, inspection: Inspection, limit: number): ExpectedTokens {
  const { turns } = settings;
  const { count: rollouts } = blockOf(settings);
  const opening = inspection.openingTokens;
  const answer = inspection.answerTokens / turns;
  const whole = inspection.conversationTokens - inspection.answerTokens;
  const question = turns > 1 ? Math.max(0, whole - opening) / (turns - 1) : 0;
  const prefill = opening + historyTokens(settings, inspection.isThinking, question, answer);
  // Reasoning is as long as it likes; the limit is the most it can be.
  const reply = inspection.isThinking ? limit : answer;
  return {
    prefill: rollouts * prefill,
    decode: answersOf(settings) * reply,
    isMost: inspection.isThinking,
  };
}

/** The same where all of the opening is shared between the rollouts, and so evaluated once: it takes no fewer tokens. */
export function leastTokens(settings: Settings, inspection: Inspection, limit: number): ExpectedTokens {
  const expected = expectedTokens(settings, inspection, limit);
  const shared = (blockOf(settings).count - 1) * inspection.openingTokens;
  return { ...expected, prefill: Math.max(0, expected.prefill - shared) };
}

/** How many answers a run asks for, each a row. */
export function answersOf(settings: Settings): number {
  const { turns, probe, votes } = settings;
  return blockOf(settings).count * (probe?.length ?? turns) * samplesExpected(parseVotes(votes));
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

import { aggregateSpeed, conversationSpeed, knownSum } from "../metrics/throughput.ts";
import type { RunRows } from "../reading/rows.ts";
import type { RunSummary } from "./run-schema.ts";

/** How fast these runs were, taken together; they must be of one speed setting. */
export function measureSpeed(runs: readonly RunRows[]): RunSummary["speed"] {
  const aggregate = aggregateSpeed(runs.flatMap(({ batches }) => batches));
  const conversation = conversationSpeed(
    runs.map(({ totals }) => totals),
    knownSum(
      runs.map(({ totals }) => totals),
      "prefixTokens",
    ),
    {
      ttftMs: runs.flatMap(({ ttftMs }) => ttftMs),
      interTokenMs: runs.flatMap(({ interTokenMs }) => interTokenMs),
    },
  );
  const [first] = runs;
  return {
    aggregate: {
      prefillTokensPerSecond: aggregate.prefillTokensPerSecond,
      decodeTokensPerSecond: aggregate.decodeTokensPerSecond,
      conversations: aggregate.conversations,
    },
    perConversation: {
      prefillTokensPerSecond: conversation.prefillTokensPerSecond,
      decodeTokensPerSecond: conversation.decodeTokensPerSecond,
    },
    ttftMs: conversation.ttftMs,
    interTokenMs: conversation.interTokenMs,
    prefillTokens: conversation.prefillTokens,
    reusedTokens: conversation.reusedTokens,
    decodeTokens: conversation.decodeTokens,
    reuseShare: conversation.reuseShare,
    mixedBatches: aggregate.mixedBatches,
    mixedTimeShare: aggregate.mixedTimeShare,
    prefix: { tokens: first?.run.prefixTokens ?? null, ms: first?.run.prefixMs ?? null },
  };
}

/** Speeds under different settings are never put together: of all of them only the numbers of tokens are known. */
export function unlikeSpeed(speeds: readonly RunSummary["speed"][]): RunSummary["speed"] {
  const none = { p50: null, p95: null };
  const noRates = { prefillTokensPerSecond: null, decodeTokensPerSecond: null };
  return {
    aggregate: { ...noRates, conversations: null },
    perConversation: noRates,
    ttftMs: none,
    interTokenMs: none,
    prefillTokens: knownSum(speeds, "prefillTokens"),
    reusedTokens: knownSum(speeds, "reusedTokens"),
    decodeTokens: knownSum(speeds, "decodeTokens"),
    reuseShare: { withPrefix: null, withoutPrefix: null },
    mixedBatches: speeds.reduce((total, speed) => total + speed.mixedBatches, 0),
    mixedTimeShare: null,
    prefix: { tokens: null, ms: null },
  };
}

import type { Batch } from "../engine/engine.ts";

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

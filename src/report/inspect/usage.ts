import type { TokenSums } from "../../store/rollout-courses.ts";

/** Inspect's token counts of one model; what came from the KV cache is no input there. Empty: not known. */
export function usageOf(model: string, tokens: TokenSums | null): Readonly<Record<string, object>> {
  if (tokens === null) return {};
  const { prefilled, reused, decoded, reasoning } = tokens;
  return {
    [model]: {
      input_tokens: prefilled,
      output_tokens: decoded,
      total_tokens: prefilled + (reused ?? 0) + decoded,
      input_tokens_cache_read: reused,
      reasoning_tokens: reasoning,
    },
  };
}

/** Null where one of them is not known. */
export function sumOfTokens(all: readonly (TokenSums | null)[]): TokenSums | null {
  const known = all.filter((one) => one !== null);
  if (known.length < all.length) return null;
  const optional = (name: "reused" | "reasoning"): number | null =>
    known.reduce<number | null>(
      (sum, one) => (sum === null || one[name] === null ? null : sum + one[name]),
      0,
    );
  return {
    prefilled: known.reduce((sum, one) => sum + one.prefilled, 0),
    reused: optional("reused"),
    decoded: known.reduce((sum, one) => sum + one.decoded, 0),
    reasoning: optional("reasoning"),
  };
}

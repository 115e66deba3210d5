import type { Token } from "node-llama-cpp";

/** How many ids two sequences have in common from the start. */
export function commonLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length++;
  return length;
}

/** The binding brands its ids; ours are plain numbers that came from it. */
export function asTokens(ids: readonly number[]): Token[] {
  return ids as Token[];
}

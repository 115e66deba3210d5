import { expect } from "vitest";
import { nearTie } from "./cold-evaluation.ts";
import type { CheckedTurn } from "./warm-engine.ts";

/**
 * What is wrong with a turn compared with its cold evaluation; null when nothing is. Where both evaluated the very
 * same chunks, every probability and the cache itself must be equal to the last bit. Where an erasure cut a chunk,
 * the greedy tokens must be the same except between near ties, and no probability further off than a near tie.
 */
export function faultOf({ comparison }: CheckedTurn): string | null {
  const { faults, nearTies, greatestDelta, isSameChunks, isSameState } = comparison;
  if (faults.length === 0 && (isSameChunks ? isSameState && greatestDelta === 0 : greatestDelta <= nearTie))
    return null;
  const cache = isSameState ? "the same cache" : "another cache";
  return `${cache}, probabilities differ by up to ${greatestDelta}; ${[...faults, ...nearTies].join("; ")}`;
}

/** Fails when a turn is not like its cold evaluation; near ties that were accepted are told. */
export function expectLikeCold(wave: readonly CheckedTurn[], expected: { isSameChunks: boolean }): void {
  expect(wave.length).toBeGreaterThan(0);
  for (const [index, turn] of wave.entries()) {
    const { isSameChunks, nearTies } = turn.comparison;
    expect(isSameChunks, `conversation ${index}: chunks`).toBe(expected.isSameChunks);
    expect(faultOf(turn), `conversation ${index}`).toBeNull();
    for (const tie of nearTies) process.stderr.write(`conversation ${index}, near tie: ${tie}\n`);
  }
}

/** The engine's counters add up, name the prompt that the test rendered, and are what the native side evaluated. */
export function expectExactCounters(wave: readonly CheckedTurn[]): void {
  for (const { result, prompt, nativeTokens, cached } of wave) {
    expect(result.promptTokens).toBe(prompt.length);
    expect(result.reusedTokens + result.prefilledTokens).toBe(result.promptTokens);
    expect(nativeTokens).toBe(result.prefilledTokens + result.decodedTokens - 1);
    expect(cached).toEqual([...prompt, ...result.tokenIds.slice(0, -1)]);
  }
}

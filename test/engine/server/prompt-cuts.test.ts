import { describe, expect, it } from "vitest";
import { type CountedTurn, isCut, leastPromptTokens } from "../../../src/engine/server/prompt-cuts.ts";

const system = { role: "system", content: "rules and a dictionary" } as const;
const ask = (content: string) => ({ role: "user", content }) as const;
const say = (content: string) => ({ role: "assistant", content }) as const;

/** Turns that only add, by how many tokens the server counted and how many of each answer were kept. */
function play(prompts: readonly number[], keptTokens: number, hasReasoning = false): boolean[] {
  const messages: CountedTurn["messages"][number][] = [system, ask("key 0")];
  let first: CountedTurn | null = null;
  let last: CountedTurn | null = null;
  return prompts.map((promptTokens, index) => {
    const least = leastPromptTokens(messages, first, last);
    const cut = isCut(promptTokens, least, messages, last);
    const answer = `answer ${index}`;
    last = {
      messages: [...messages],
      answer,
      promptTokens,
      leastTokens: Math.max(promptTokens, least),
      keptTokens,
      hasReasoning,
    };
    first ??= last;
    messages.push(say(answer), ask(`key ${index + 1}`));
    return cut;
  });
}

describe("a prompt", () => {
  it("is whole where it grows by each answer and question", () => {
    expect(play([4_000, 4_020, 4_040, 4_060], 6)).toEqual([false, false, false, false]);
  });

  it("is cut where it does not grow, or shrinks, by however little", () => {
    expect(play([4_000, 4_000], 6)).toEqual([false, true]);
    expect(play([4_000, 4_020, 4_019], 6)).toEqual([false, false, true]);
  });

  it("is cut where it grows by less than was added, once that is more than 2 % in all", () => {
    const creeping = Array.from({ length: 12 }, (_, turn) => 1_000 + turn);
    expect(play(creeping, 6).indexOf(true)).toBe(5);
  });

  it("may be a little shorter where answers take fewer tokens as they are read", () => {
    expect(play([1_000, 1_015, 1_030, 1_045], 20)).toEqual([false, false, false, false]);
  });

  it("is cut behind reasoning only where less is left than stands before the first question", () => {
    expect(play([4_000, 4_000, 3_995], 900, true)).toEqual([false, false, false]);
    expect(play([4_000, 3_000], 900, true)).toEqual([false, true]);
  });

  it("of another history has at least what stands before the first question, whose bytes are its most tokens", () => {
    const first: CountedTurn = {
      messages: [system, ask("κλειδί")],
      answer: "a",
      promptTokens: 300,
      leastTokens: 300,
      keptTokens: 3,
      hasReasoning: false,
    };
    const shown = [system, say("another answer"), ask("key")];
    expect(leastPromptTokens(shown, first, first)).toBe(300 - 12);
    expect(isCut(283, 288, shown, first)).toBe(false);
    expect(isCut(282, 288, shown, first)).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { answerConfidence, type TokenConfidence } from "../../src/reply/confidence.ts";
import type { Reasoning } from "../../src/reply/reasoning.ts";

/** A reply in tokens, each with its gap and the probability of two that share all there is. */
function tokensOf(...said: readonly (readonly [text: string, gap: number | null])[]) {
  let end = 0;
  const tokens = said.map(([text, gap]): TokenConfidence => {
    end += text.length;
    return { end, probability: 1 / (1 + Math.exp(-(gap ?? 1))), gap };
  });
  return { tokens, text: said.map(([text]) => text).join("") };
}

const plain = tokensOf(["<answer>", 9], ["-", 8], ["1", 7], ["2", 2], ["</", 3], ["answer>", 9]);

describe("how sure a model was of its answer", () => {
  it("is told of the tokens that hold it and of the one behind them, which ends it", () => {
    const found = answerConfidence(plain.tokens, plain.text, null, null);
    expect(found).toMatchObject({ first: 1, gaps: [8, 7, 2, 3] });
    expect(found?.probabilities).toHaveLength(4);
  });

  it("is decided by the least sure of a right answer's tokens", () => {
    expect(answerConfidence(plain.tokens, plain.text, null, null)?.decides).toBe(2);
  });

  it.each([
    ["34", 0],
    ["-34", 1],
    ["-13", 2],
    ["-123", 3],
    // What is left out at the end was to come where the answer was ended.
    ["-12", 3],
  ])("is decided where a wrong number departs from the right one, %s", (right, decides) => {
    expect(answerConfidence(plain.tokens, plain.text, null, right)?.decides).toBe(decides);
  });

  it("skips white space before the number, and goes by the least sure token where that is not plain", () => {
    const spaced = tokensOf(["<answer>", 9], [" ", 9], ["5", 4], ["7", 3], ["</answer>", 9]);
    expect(answerConfidence(spaced.tokens, spaced.text, null, "54")).toMatchObject({ first: 1, decides: 2 });
    const worded = tokensOf(["<answer>", 9], ["1,2", 4], ["34", 3], ["</answer>", 9]);
    expect(answerConfidence(worded.tokens, worded.text, null, "1235")?.decides).toBe(1);
  });

  it("takes tokens that hold more than the answer", () => {
    const { tokens, text } = tokensOf(["<answer>1", 5], ["2</answer>", 4]);
    expect(answerConfidence(tokens, text, null, null)).toMatchObject({ first: 0, gaps: [5, 4] });
  });

  it("leaves reasoning out, and answers in it", () => {
    const reasoning: Reasoning = {
      isOpened: false,
      start: "<think>",
      ends: ["</think>"],
      closing: "</think>",
      wrappers: [],
      foundBy: "family",
    };
    const { tokens, text } = tokensOf(
      ["<think>", 1],
      ["<answer>", 1],
      ["7", 1],
      ["</answer>", 1],
      ["</think>", 1],
      ["<answer>", 9],
      ["8", 6],
      ["</answer>", 9],
    );
    expect(answerConfidence(tokens, text, reasoning, null)).toMatchObject({ first: 6, gaps: [6, 9] });
    const cut = { tokens: tokens.slice(0, 4), text: text.slice(0, tokens[3]?.end) };
    expect(answerConfidence(cut.tokens, cut.text, reasoning, null)).toBeNull();
  });

  it("is told without gaps where nobody asked for them", () => {
    const { tokens, text } = tokensOf(["<answer>", null], ["5", null], ["</answer>", null]);
    expect(answerConfidence(tokens, text, null, null)).toMatchObject({ first: 1, gaps: null });
  });

  it("is not told where there is no answer, or where it was put in the model's mouth", () => {
    const unclosed = tokensOf(["<answer>", 9], ["5", 8]);
    expect(answerConfidence(unclosed.tokens, unclosed.text, null, null)).toBeNull();
    expect(answerConfidence(null, plain.text, null, null)).toBeNull();
    const given = plain.tokens.map((token) => ({ ...token, probability: null, gap: null }));
    expect(answerConfidence(given, plain.text, null, null)).toBeNull();
  });
});

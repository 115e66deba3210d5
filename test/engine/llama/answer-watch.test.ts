import { describe, expect, it } from "vitest";
import { type AnswerLimits, AnswerWatch } from "../../../src/engine/llama/answer-watch.ts";

const limits: AnswerLimits = { maxTokens: 40, stop: "answer", reasoningBudget: null };

/** Feeds a text in pieces of some characters; the end of generation comes last unless the reply ends before. */
function follow(
  text: string,
  size: number,
  change: Partial<AnswerLimits> = {},
  opener: string | null = null,
) {
  const watch = new AnswerWatch({ ...limits, maxTokens: 1000, ...change }, opener);
  const closings: string[] = [];
  for (let at = 0; at < text.length; at += size) {
    const stop = watch.push(text.slice(at, at + size), false);
    if (stop !== null) return { stop, at: at + size, reasoning: watch.reasoningTokens, closings };
    const closing = watch.takeClosing();
    if (closing !== null) closings.push(closing);
  }
  return { stop: watch.push("", true), at: text.length, reasoning: watch.reasoningTokens, closings };
}

describe.each([1, 2, 5, 9])("a reply in pieces of %i characters", (size) => {
  it("ends with the closing answer tag", () => {
    expect(follow("<answer>12</answer> and so on", size)).toMatchObject({ stop: "answer", reasoning: 0 });
  });

  it("does not end with an answer inside reasoning", () => {
    const found = follow("<think>maybe <answer>3</answer>?</think><answer>4</answer>", size);
    expect(found.stop).toBe("answer");
    expect(found.at).toBeGreaterThanOrEqual(
      "<think>maybe <answer>3</answer>?</think><answer>4</answer>".length,
    );
    expect(found.reasoning).toBeGreaterThan(0);
  });

  it("knows that a prompt opened the reasoning", () => {
    expect(follow("so <answer>3</answer>", size, {}, "<think>\n").stop).toBe("eog");
    expect(follow("so</think><answer>3</answer>", size, {}, "<think>\n").stop).toBe("answer");
  });

  it("runs on after the answer where it was asked to", () => {
    expect(follow("<answer>1</answer> bye", size, { stop: "eog" }).stop).toBe("eog");
  });
});

describe("limits", () => {
  it("cut a reply after so many tokens", () => {
    expect(follow("x".repeat(100), 1, { maxTokens: 40 })).toMatchObject({ stop: "limit", at: 40 });
  });

  it("close reasoning once, with the tag it was opened with, when its budget is used up", () => {
    const { closings, reasoning } = follow(`<reasoning>${"so ".repeat(50)}`, 3, { reasoningBudget: 10 });
    expect(closings).toEqual(["\n</reasoning>\n\n"]);
    expect(reasoning).toBe(10);
    expect(follow("<think>short</think><answer>1</answer>", 3, { reasoningBudget: 100 }).closings).toEqual(
      [],
    );
  });

  it("count reasoning from its opening tag on", () => {
    const watch = new AnswerWatch(limits, null);
    for (const piece of ["<think>", "a", "b", "</think>", "<answer>", "1", "</answer>"])
      watch.push(piece, false);
    expect(watch.reasoningTokens).toBe(4);
    expect(watch.generatedTokens).toBe(7);
  });
});

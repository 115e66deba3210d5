import { describe, expect, it } from "vitest";
import { answerLimit, longestAnswers } from "../../src/runs/answer-limit.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";

const limit = (change: Partial<Settings>, longestAnswerTokens: number, isThinking = false) =>
  answerLimit({ ...standardSettings, ...change }, { longestAnswerTokens, isThinking });

describe("the answer limit", () => {
  it("is what the way of asking needs, and never less than the longest right answer with room to end", () => {
    expect(limit({}, 9).tokens).toBe(32);
    expect(limit({}, 24).tokens).toBe(32);
    expect(limit({}, 25).tokens).toBe(33);
    expect(limit({ prompt: "cot" }, 40).tokens).toBe(256);
    expect(limit({ prompt: "verify" }, 40).tokens).toBe(256);
    expect(limit({ prompt: "cot" }, 400).tokens).toBe(408);
    expect(limit({ thinking: "on" }, 9).tokens).toBe(2048);
    expect(limit({}, 9, true).tokens).toBe(2048);
  });

  it("that was asked for stands, and says what it cuts", () => {
    expect(limit({ maxAnswerTokens: 9 }, 9)).toEqual({ tokens: 9, warning: null });
    expect(limit({ maxAnswerTokens: 8 }, 9)).toEqual({
      tokens: 8,
      warning: "right answers take up to 9 tokens: longer ones than 8 are cut",
    });
  });
});

describe("the longest right answers", () => {
  it("are those of all rollouts, longest first, each once", () => {
    const settings = { ...standardSettings, rollouts: 40, turns: 30, values: "free" as const };
    const found = longestAnswers(settings, null);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(found.toSorted((one, other) => other.length - one.length));
    const fewer = longestAnswers({ ...settings, rollouts: 1 }, null);
    expect(found[0]?.length).toBeGreaterThanOrEqual(fewer[0]?.length ?? 0);
    expect(found[0]).toMatch(/^<answer>-?\d+<\/answer>$/);
  });

  it("hold the reasoning where it is asked for", () => {
    expect(longestAnswers({ ...standardSettings, prompt: "cot", rollouts: 1 }, null)[0]).toMatch(
      / is .*<answer>/,
    );
  });
});

import { describe, expect, it } from "vitest";
import { type FitRequest, fitTrial } from "../../src/runs/fit.ts";

function request(overrides: Partial<FitRequest> = {}): FitRequest {
  return {
    modelName: "m",
    modelBytes: 1e9,
    trainContextLength: 4096,
    kvBytesPerToken: 50_000,
    context: "auto",
    parallel: "auto",
    rollouts: 32,
    turns: 60,
    inspection: {
      openingTokens: 400,
      conversationTokens: 1468,
      questionTokens: 980,
      answerTokens: 600,
      longestAnswerTokens: 12,
      isThinking: false,
      backend: "cpu",
      release: "b1",
      freeVramBytes: null,
      warnings: [],
    },
    answerLimit: 32,
    availableBytes: 16e9,
    ...overrides,
  };
}

describe("fitTrial", () => {
  it("gives every conversation room for the longest answers", () => {
    expect(fitTrial(request())).toMatchObject({ contextLength: 3072, parallel: 32, warnings: [] });
  });

  it("takes the trained context where only right answers fit, and warns", () => {
    const fit = fitTrial(request({ trainContextLength: 2048 }));
    expect(fit.contextLength).toBe(2048);
    expect(fit.warnings.join()).toContain("--max-answer-tokens");
  });

  it("refuses turns that the model was not trained for, with a number that fits", () => {
    expect(() => fitTrial(request({ trainContextLength: 1024 }))).toThrow(
      /--turns 60: .*about 34 fit.*--context 1536/s,
    );
  });

  it("refuses a context that right answers do not fit into, with the settings that do", () => {
    expect(() => fitTrial(request({ context: 1000 }))).toThrow(
      /--context 1000: .* 1501 tokens .* --context 1536 or auto.*about 32 fit/s,
    );
    expect(fitTrial(request({ context: 1501 })).contextLength).toBe(1501);
  });

  it("warns of a context beyond the trained one", () => {
    expect(fitTrial(request({ context: 8000 })).warnings.join()).toContain("4096");
  });

  it("lowers auto parallel to what memory holds and refuses an explicit one", () => {
    const tight = { availableBytes: 3e9, kvBytesPerToken: 50_000 };
    const { parallel } = fitTrial(request(tight));
    expect(parallel).toBeGreaterThanOrEqual(1);
    expect(parallel).toBeLessThan(32);
    expect(() => fitTrial(request({ ...tight, parallel: 32 }))).toThrow(
      new RegExp(`--parallel 32: .*--parallel ${parallel} or auto`, "s"),
    );
  });

  it("refuses a model that does not fit at all", () => {
    expect(() => fitTrial(request({ modelBytes: 20e9 }))).toThrow(/does not fit.*smaller model/s);
  });

  it("never asks for more conversations than rollouts, and plans without knowing the cache's size", () => {
    expect(fitTrial(request({ rollouts: 3, parallel: 8 })).parallel).toBe(3);
    expect(fitTrial(request({ kvBytesPerToken: null }))).toMatchObject({ parallel: 32, memoryBytes: null });
  });
});

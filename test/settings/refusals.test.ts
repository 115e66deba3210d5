import { describe, expect, it } from "vitest";
import { badValues, inFlags, inNames, refusalOf } from "../../src/settings/refusals.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";

const refused = (change: Partial<Settings>, engine: Parameters<typeof refusalOf>[1] = null) =>
  refusalOf({ ...standardSettings, ...change }, engine);

describe("settings that do not go together", () => {
  it.each<[Partial<Settings>, string[], RegExp]>([
    [{ task: "retrieval", keysPerTurn: 2 }, ["keysPerTurn", "task"], /^--keys-per-turn 2: .*--task dict-sum/],
    [
      { valueMax: 1, dictionarySize: 3 },
      ["valueMax", "dictionarySize", "values"],
      /^--value-max 1 with --dictionary-size 3: .*--values free/,
    ],
    [{ probe: [3] }, ["probe", "history"], /^--probe 3: .*--history healed/],
    [{ probe: [61], history: "healed" }, ["probe", "turns"], /^--probe 61: there are 60 turns/],
    [{ history: "filler" }, ["history", "probe"], /^--history filler: .*--probe 60/],
    [
      { probe: [3], history: "healed", until: "first-error" },
      ["until", "probe"],
      /^--until first-error: probed turns/,
    ],
    [
      { votes: "majority:3" },
      ["votes", "temperature"],
      /^--votes majority:3: greedy .*--temperature above 0/,
    ],
    [{ thinkingBudget: 5 }, ["thinkingBudget", "thinking"], /^--thinking-budget 5: .*--thinking on/],
    [{ task: "matrix-unbounded", history: "recap" }, ["history", "task"], /cannot be written into a history/],
    [{ task: "addition", history: "injected:error=look-up" }, ["history", "task"], /has no dictionary/],
    [
      { chatTemplateKwargs: '{"style":"x","enable_thinking":true}' },
      ["chatTemplateKwargs", "thinking"],
      /^--chat-template-kwargs: enable_thinking is what --thinking sets/,
    ],
    [
      { chatTemplateKwargs: '{"reasoning_effort":"low"}' },
      ["chatTemplateKwargs", "reasoningEffort"],
      /what --reasoning-effort sets/,
    ],
    [
      { chatTemplateKwargs: '{"clear_thinking":false}' },
      ["chatTemplateKwargs", "keepReasoning"],
      /what --keep-reasoning sets/,
    ],
    [{ chatTemplateKwargs: '{"messages":[]}' }, ["chatTemplateKwargs"], /is given messages anyway/],
    [{ history: "injected:error=replay" }, ["history", "task"], /needs run=N/],
    [{ kvTypeV: "q8_0", flashAttention: "off" }, ["kvTypeV", "flashAttention"], /needs flash attention/],
  ])("are refused: %j", (change, names, text) => {
    const refusal = refused(change);
    expect(refusal?.names).toEqual(names);
    expect(refusal === null ? "" : inFlags(refusal)).toMatch(text);
  });

  it("are said in a suite's names where a suite gives them", () => {
    const refusal = refused({ valueMax: 1, dictionarySize: 3 });
    expect(refusal === null ? "" : inNames(refusal)).toBe(
      "valueMax: 1 with dictionarySize: 3: an odd number of +-1 cannot sum to zero. Use an even size, a larger valueMax, or values: free.",
    );
  });

  it("depend on the engine where its limit is meant", () => {
    expect(refused({ parallel: 257 }, "llama")?.names).toEqual(["parallel"]);
    expect(refused({ parallel: 257 }, "scripted")).toBeNull();
    expect(refused({ parallel: 256 }, "llama")).toBeNull();
  });

  it("are none among the standard ones", () => {
    expect(refused({}, "llama")).toBeNull();
    expect(badValues(standardSettings)).toEqual([]);
  });
});

describe("values that the table does not allow", () => {
  it.each([
    [{ start: "rnadom" }, "start"],
    [{ dictionarySize: 1_000_000 }, "dictionarySize"],
    [{ maxAnswerTokens: 0 }, "maxAnswerTokens"],
    [{ history: "window:0" }, "history"],
    [{ minP: 2 }, "minP"],
  ])("are found: %j", (change, name) => {
    expect(badValues({ ...standardSettings, ...change } as Settings)).toEqual([name]);
  });

  it("but for what a data set holds, which may be larger than what is drawn", () => {
    const dataset = { file: "a.json", sha256: "x" };
    expect(badValues({ ...standardSettings, dataset, dictionarySize: 1_000_000 })).toEqual([]);
  });
});

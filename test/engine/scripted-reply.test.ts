import { describe, expect, it } from "vitest";
import { tokensOf } from "../../src/engine/scripted/form.ts";
import { scriptedReply } from "../../src/engine/scripted/reply.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { readAnswer } from "../../src/tasks/answer.ts";
import { requestOf } from "./scripted-request.ts";

describe("the simulated thinking model", () => {
  it("reasons before it answers", () => {
    const { text, reasoningTokens } = scriptedReply(parseScript("p=1,think=10"), requestOf());
    expect(readAnswer(text, false)).toMatchObject({ answer: 42, class: "number" });
    expect(reasoningTokens).toBe(10);
  });

  it("is cut within its reasoning where that is longer than the limit, and where it is never closed", () => {
    for (const script of ["p=1,think=100", "p=1,think=10,unclosed=1"]) {
      const { text } = scriptedReply(parseScript(script), requestOf());
      expect(tokensOf(text)).toBe(64);
      expect(readAnswer(text, true).class).toBe("reasoning_unclosed");
    }
  });

  it("closes it in time where there is a budget", () => {
    const { text, reasoningTokens } = scriptedReply(
      parseScript("p=1,think=100"),
      requestOf({ reasoningBudget: 20 }),
    );
    expect(reasoningTokens).toBe(20);
    expect(readAnswer(text, false).answer).toBe(42);
  });

  it("draws other samples from other streams, and the first from the one it always had", () => {
    const script = parseScript("p=0.5,seed=3");
    const texts = Array.from(
      { length: 20 },
      (_, sample) => scriptedReply(script, requestOf({ sample })).text,
    );
    expect(new Set(texts).size).toBeGreaterThan(1);
    expect(scriptedReply(script, requestOf()).text).toBe(texts[0]);
  });
});

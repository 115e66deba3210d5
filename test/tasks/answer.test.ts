import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/tasks/answer.ts";

describe("readAnswer", () => {
  const cases: [string, string, boolean, string, number | null, number | null][] = [
    ["a plain answer", "<answer>42</answer>", false, "number", 42, 42],
    ["a negative one, with space around it", "Total: <answer> -7 \n</answer>", false, "number", -7, -7],
    ["a plus sign", "<answer>+5</answer>", false, "number", 5, 5],
    ["a typographic minus", "<answer>\u22125</answer>", false, "number", -5, -5],
    ["the last of several tags", "<answer>1</answer> no, <answer>2</answer>", false, "number", 2, 1],
    ["the last well-formed one", "<answer>1</answer><answer>x</answer>", false, "number", 1, 1],
    ["a nested opening", "<answer><answer>3</answer>", false, "number", 3, 3],
    ["no tag", "42", false, "no_tag", null, null],
    ["an unclosed tag", "<answer>42", false, "no_tag", null, null],
    ["an unclosed tag at the limit", "<answer>42", true, "truncated", null, null],
    ["a sum instead of its result", "<answer>39 + 51 = 90</answer>", false, "not_a_number", null, null],
    ["thousands separators", "<answer>1,234</answer>", false, "not_a_number", null, null],
    ["a decimal", "<answer>5.0</answer>", false, "not_a_number", null, null],
    [
      "digits beyond what can be kept",
      "<answer>99999999999999999999</answer>",
      false,
      "not_a_number",
      null,
      null,
    ],
    ["other scripts' digits", "<answer>\u0664\u0662</answer>", false, "not_a_number", null, null],
    ["nothing", "", false, "empty", null, null],
    ["white space", " \n", false, "empty", null, null],
    ["closed reasoning before it", "<think>5? 6!</think><answer>6</answer>", false, "number", 6, 6],
    [
      "an answer inside reasoning does not count",
      "<think><answer>5</answer></think>",
      false,
      "empty",
      null,
      null,
    ],
    [
      "reasoning that is never closed",
      "<think>so <answer>5</answer>",
      false,
      "reasoning_unclosed",
      null,
      null,
    ],
    ["reasoning cut at the limit", "<think>so", true, "reasoning_unclosed", null, null],
    ["an answer before open reasoning", "<answer>5</answer><think>or 6", false, "number", 5, 5],
  ];
  for (const [name, text, reachedLimit, expected, answer, firstAnswer] of cases) {
    it(`reads ${name}`, () => {
      expect(readAnswer(text, reachedLimit)).toMatchObject({ class: expected, answer, firstAnswer });
    });
  }

  it("keeps the reasoning apart", () => {
    expect(readAnswer("<think>a</think>x<think>b</think>", false).reasoning).toBe("a\nb");
    expect(readAnswer("x", false).reasoning).toBeNull();
  });

  it("never throws, and finds whatever integer was put in a tag", () => {
    fc.assert(fc.property(fc.string(), fc.boolean(), (text, limit) => void readAnswer(text, limit)));
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(readAnswer(`<answer>${number}</answer>`, false).answer).toBe(number);
      }),
    );
  });
});

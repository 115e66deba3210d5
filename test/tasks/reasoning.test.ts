import { describe, expect, it } from "vitest";
import { readAnswer } from "../../src/tasks/answer.ts";
import { tasks } from "../../src/tasks/index.ts";
import { Judge } from "../../src/tasks/judge.ts";
import { judgeTurn } from "./builders.ts";

/** Transcripts of thinking models as they come out of the engine, and how each must read. */
const transcripts = [
  {
    name: "closed",
    text: "<think>\nThe total is 5, about is 7.\n</think>\n\n<answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12, reasoning: "\nThe total is 5, about is 7.\n" },
  },
  {
    name: "unclosed at the token limit, an answer inside",
    text: "<think>\nSo it is <answer>12</answer>. But wait, ",
    cut: true,
    reads: { class: "reasoning_unclosed", answer: null },
  },
  {
    name: "unclosed though the model ended by itself",
    text: "<think>\n12, I am sure.",
    cut: false,
    reads: { class: "reasoning_unclosed", answer: null },
  },
  {
    name: "empty",
    text: "<think>\n\n</think>\n\n<answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12 },
  },
  {
    name: "nothing after it",
    text: "<think>\nhm\n</think>\n\n",
    cut: false,
    reads: { class: "empty", answer: null },
  },
  {
    name: "an answer inside, another one outside",
    text: "<think>first I say <answer>11</answer></think><answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12, firstAnswer: 12 },
  },
  {
    name: "an answer inside only",
    text: "<think><answer>12</answer></think> That is it.",
    cut: false,
    reads: { class: "no_tag", answer: null },
  },
  {
    name: "closed for it when the budget was used up",
    text: "<think>\nso so so\n</think>\n\n<answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12 },
  },
  {
    name: "two answers after it",
    text: "<think>hm</think><answer>11</answer> no, <answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12, firstAnswer: 11 },
  },
  {
    name: "opened in the prompt, so that only its end is in the text",
    text: "The total is 5. <answer>9</answer>?\n</think>\n<answer>12</answer>",
    cut: false,
    reads: { class: "number", answer: 12, firstAnswer: 12 },
  },
  {
    name: "two blocks, the second open",
    text: "<think>a</think><answer>12</answer><think>wait, <answer>13</answer>",
    cut: true,
    reads: { class: "number", answer: 12 },
  },
] as const;

describe("a thinking model's transcript", () => {
  it.each(transcripts)("$name", ({ text, cut, reads }) => {
    expect(readAnswer(text, cut)).toMatchObject(reads);
  });

  it("that never closes its reasoning is wrong once; the next turn continues the last number shown", () => {
    const judge = new Judge(tasks["dict-sum"]);
    const turns = [5, 7, -3].map((value, index) => ({ keys: ["a"], value, truth: [5, 12, 9][index] ?? 0 }));
    const texts = [
      "<think></think><answer>5</answer>",
      "<think>and so on",
      "<think></think><answer>9</answer>",
    ];
    const verdicts = turns.map(
      (turn, index) => judgeTurn(judge, turn, texts[index] ?? "", index === 1).verdict,
    );
    expect(verdicts.map((verdict) => verdict.class)).toEqual(["right", "reasoning_unclosed", "right"]);
  });
});

import { describe, expect, it } from "vitest";
import { Random } from "../../src/random.ts";
import type { Reasoning } from "../../src/reply/reasoning.ts";
import { splitReply } from "../../src/reply/split.ts";

const think: Reasoning = {
  isOpened: false,
  start: "<think>",
  ends: ["</think>"],
  closing: "\n</think>\n\n",
  wrappers: [],
  foundBy: "template",
};
const granite: Reasoning = { ...think, wrappers: [["<response>", "</response>"]] };
const gptOss: Reasoning = {
  ...think,
  start: "<|channel|>analysis<|message|>",
  ends: ["<|end|>", "<|channel|>final<|message|>"],
  closing: "<|end|><|start|>assistant<|channel|>final<|message|>",
  wrappers: [
    ["<|start|>assistant", ""],
    ["<|channel|>final<|message|>", "<|return|>"],
    ["<|channel|>commentary<|message|>", "<|end|>"],
  ],
};
const kimi: Reasoning = {
  ...think,
  start: "<|open|>think<|sep|>",
  ends: ["<|close|>think<|sep|>"],
  wrappers: [["<|open|>response<|sep|>", "<|close|>response<|sep|>"]],
};
const bare: Reasoning = { ...think, isOpened: true, start: "", ends: ["[BEGIN FINAL RESPONSE]"] };

describe("a reply's parts", () => {
  it.each<[string, Reasoning | null, string, ReturnType<typeof splitReply>]>([
    ["nothing but content", think, "5 it is", { content: "5 it is", reasoning: null, isOpen: false }],
    [
      "white space stays",
      think,
      " <think>\na\n</think>\n\n5 ",
      { content: " \n\n5 ", reasoning: "\na\n", isOpen: false },
    ],
    [
      "several parts",
      think,
      "<think>a</think>5<think>b</think>7",
      { content: "57", reasoning: "a\nb", isOpen: false },
    ],
    ["never closed", think, "5<think>a", { content: "5", reasoning: "a", isOpen: true }],
    [
      "opened by the prompt",
      { ...think, isOpened: true },
      "a<think>b</think>5",
      { content: "5", reasoning: "a<think>b", isOpen: false },
    ],
    [
      "opened by the prompt, never closed",
      { ...think, isOpened: true },
      "a 5",
      { content: "", reasoning: "a 5", isOpen: true },
    ],
    [
      "ended without a beginning",
      think,
      "a</think>5</think>7",
      { content: "57", reasoning: "a", isOpen: false },
    ],
    [
      "an end only",
      bare,
      "so 5 [BEGIN FINAL RESPONSE]7",
      { content: "7", reasoning: "so 5 ", isOpen: false },
    ],
    [
      "wrappers",
      granite,
      "<think>a</think><response>5</response>",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    ["a wrapper without reasoning", granite, "<response>5", { content: "5", reasoning: null, isOpen: false }],
    [
      "gpt-oss",
      gptOss,
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>5",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "gpt-oss, more in its marks",
      gptOss,
      "<|channel|>analysis to=x <|constrain|>json<|message|>a<|end|><|start|>assistant<|channel|>final <|constrain|>json<|message|>5",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "gpt-oss, more messages",
      gptOss,
      "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>b<|end|><|start|>assistant<|channel|>analysis<|message|>c<|end|><|start|>assistant<|channel|>final<|message|>5",
      { content: "b5", reasoning: "a\nc", isOpen: false },
    ],
    [
      "gpt-oss, reasoning that is not ended before the answer",
      gptOss,
      "<|channel|>analysis<|message|>a<|channel|>final<|message|>5<|return|>",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "Kimi",
      kimi,
      "<|open|>think<|sep|>a<|close|>think<|sep|><|open|>response<|sep|>5<|close|>response<|sep|>",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "unknown: each usual pair",
      null,
      "<think>a</think>5<thinking>b</thinking>6<reasoning>c</reasoning>7",
      { content: "567", reasoning: "a\nb\nc", isOpen: false },
    ],
    [
      "unknown: another end ends nothing",
      null,
      "<thinking>a</think>5",
      { content: "", reasoning: "a</think>5", isOpen: true },
    ],
    [
      "unknown: a row of earlier versions, which holds the opener",
      null,
      "<think>\na</think>5",
      { content: "5", reasoning: "\na", isOpen: false },
    ],
    [
      "unknown: ended without a beginning",
      null,
      "a</think>5",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "unknown: marks that nobody writes by chance",
      null,
      "[THINK]a[/THINK]5",
      { content: "5", reasoning: "a", isOpen: false },
    ],
    [
      "unknown: words that somebody may write, and an end that means something else elsewhere",
      null,
      "Here are my reasoning steps: a<|end|>[BEGIN FINAL RESPONSE]5",
      {
        content: "Here are my reasoning steps: a<|end|>[BEGIN FINAL RESPONSE]5",
        reasoning: null,
        isOpen: false,
      },
    ],
    [
      "a text that looks like a long mark",
      gptOss,
      `<|channel|>analysis${" to=".repeat(60)}<|message|>5`,
      { content: `<|channel|>analysis${" to=".repeat(60)}<|message|>5`, reasoning: null, isOpen: false },
    ],
  ])("%s", (_, reasoning, text, parts) => {
    expect(splitReply(text, reasoning)).toEqual(parts);
  });

  it.each([think, granite, gptOss, kimi, bare, { ...kimi, isOpened: true }])(
    "lose nothing but marks, whatever they are ($start $isOpened)",
    (reasoning) => {
      const random = new Random("parts of replies");
      for (let trial = 0; trial < 500; trial++) {
        const made = madeReply(reasoning, random);
        expect(splitReply(made.text, reasoning), made.text).toEqual({
          content: made.content,
          reasoning: made.thoughts.length === 0 ? null : made.thoughts.join("\n"),
          isOpen: made.isOpen,
        });
      }
    },
  );
});

const words = ["so ", "<answer>5</answer>", "\n", " ", "<", "|>", "<|", "</", "think", "[", "a < b > c"];

/** A reply of parts in turn, reasoning and content, with marks in between. */
function madeReply(reasoning: Reasoning, random: Random) {
  const { start, ends, wrappers, isOpened } = reasoning;
  const made = { text: "", content: "", thoughts: [] as string[], isOpen: isOpened };
  const said = (): string => Array.from({ length: random.below(5) }, () => random.pick(words)).join("");
  const parts = 1 + random.below(5);
  let inside = isOpened;
  for (let part = 0; part < parts; part++) {
    const text = said();
    made.text += text;
    if (inside) made.thoughts.push(text);
    else made.content += text;
    made.isOpen = inside;
    if (part === parts - 1) break;
    const [open] = wrappers.length > 0 ? random.pick(wrappers) : [""];
    if (inside) made.text += ends[0];
    else if (start === "") made.text += open;
    else made.text += start;
    inside = inside ? false : start !== "";
  }
  return made;
}

import { describe, expect, it } from "vitest";
import { type AnswerLimits, AnswerWatch } from "../../src/engine/answer-watch.ts";
import { Random } from "../../src/random.ts";
import type { Reasoning } from "../../src/reply/reasoning.ts";
import { splitReply } from "../../src/reply/split.ts";
import { parseInteger } from "../../src/tasks/answer.ts";
import { currentParser } from "../../src/tasks/parsers.ts";

const limits: AnswerLimits = { maxTokens: 40, stop: "answer", reasoningBudget: null };

const think: Reasoning = {
  isOpened: false,
  start: "<think>",
  ends: ["</think>"],
  closing: "\n</think>\n\n",
  wrappers: [],
  foundBy: "template",
};
const harmony: Reasoning = {
  ...think,
  start: "<|channel|>analysis<|message|>",
  ends: ["<|end|>", "<|channel|>final<|message|>"],
  closing: "<|end|><|start|>assistant<|channel|>final<|message|>",
  wrappers: [
    ["<|start|>assistant", ""],
    ["<|channel|>final<|message|>", "<|return|>"],
  ],
};

interface Change extends Partial<AnswerLimits> {
  readonly reasoning?: Reasoning | null;
  readonly turnStarts?: readonly string[];
}

function watchOf({ reasoning = null, turnStarts = [], ...change }: Change): AnswerWatch {
  return new AnswerWatch({ ...limits, maxTokens: 1000, ...change }, reasoning, turnStarts);
}

/** Feeds pieces until one ends the reply; the end of generation comes last. */
function feed(pieces: readonly string[], change: Change = {}) {
  const watch = watchOf(change);
  const closings: string[] = [];
  let said = "";
  for (const piece of pieces) {
    said += piece;
    const stop = watch.push(piece, false);
    if (stop !== null) return { stop, said, watch, reasoning: watch.reasoningTokens, closings };
    const closing = watch.takeClosing();
    if (closing !== null) closings.push(closing);
  }
  return { stop: watch.push("", true), said, watch, reasoning: watch.reasoningTokens, closings };
}

function inPieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

/** Ten ways of reasoning, each with an answer inside that is none. */
const families: readonly (readonly [text: string, reasoning: Reasoning])[] = [
  ["<think>maybe <answer>5</answer>, no, 7</think><answer>7</answer>", think],
  [
    "[THINK]maybe <answer>5</answer>, no, 7[/THINK]<answer>7</answer>",
    { ...think, start: "[THINK]", ends: ["[/THINK]"] },
  ],
  [
    "<|channel|>analysis<|message|>maybe <answer>5</answer>, no, 7<|end|><|start|>assistant<|channel|>final<|message|><answer>7</answer>",
    harmony,
  ],
  [
    "<|channel>thought\nmaybe <answer>5</answer>, no, 7<channel|><answer>7</answer>",
    { ...think, start: "<|channel>thought", ends: ["<channel|>"] },
  ],
  [
    "<seed:think>maybe <answer>5</answer>, no, 7</seed:think><answer>7</answer>",
    { ...think, start: "<seed:think>", ends: ["</seed:think>"] },
  ],
  [
    "<|START_THINKING|>maybe <answer>5</answer>, no, 7<|END_THINKING|><answer>7</answer>",
    { ...think, start: "<|START_THINKING|>", ends: ["<|END_THINKING|>"] },
  ],
  [
    "<mm:think>maybe <answer>5</answer>, no, 7</mm:think><answer>7</answer>",
    { ...think, start: "<mm:think>", ends: ["</mm:think>"] },
  ],
  [
    "Here are my reasoning steps: maybe <answer>5</answer>, no, 7 [BEGIN FINAL RESPONSE]<answer>7</answer>",
    { ...think, start: "", isOpened: true, ends: ["[BEGIN FINAL RESPONSE]"] },
  ],
  [
    "◁think▷maybe <answer>5</answer>, no, 7◁/think▷<answer>7</answer>",
    { ...think, start: "◁think▷", ends: ["◁/think▷"] },
  ],
  [
    "<thought>maybe <answer>5</answer>, no, 7</thought><answer>7</answer>",
    { ...think, start: "<thought>", ends: ["</thought>"] },
  ],
];

describe.each([1, 2, 5, 9, 200])("a reply in pieces of %i characters", (size) => {
  const follow = (text: string, change: Change = {}) => feed(inPieces(text, size), change);

  it("ends with the closing answer tag, in any case of letters", () => {
    for (const tag of ["</answer>", "</ANSWER>", "</Answer>"]) {
      const { stop, said, reasoning } = follow(`<answer>12${tag} and so on`);
      expect({ stop, reasoning }).toEqual({ stop: "answer", reasoning: 0 });
      expect(said).toContain(tag);
    }
  });

  it.each(families)("does not end with an answer inside reasoning: %s", (text, reasoning) => {
    const found = follow(text, { reasoning });
    expect(found).toMatchObject({ stop: "answer", said: text });
    expect(currentParser.read(found.said, false, parseInteger, reasoning)).toMatchObject({
      answer: 7,
      firstAnswer: 7,
    });
    expect(splitReply(found.said, reasoning).content).not.toContain("5");
    expect(found.reasoning).toBeGreaterThan(0);
  });

  it("knows the usual pairs where nothing is known of the model, and beside its own", () => {
    for (const name of ["think", "thinking", "reasoning"]) {
      const text = `<${name}><answer>5</answer></${name}><answer>7</answer>`;
      expect(follow(text)).toMatchObject({ stop: "answer", said: text });
      expect(follow(text, { reasoning: harmony })).toMatchObject({ stop: "answer", said: text });
    }
  });

  it("knows that a prompt opened the reasoning, and every end of it", () => {
    const opened = { ...harmony, isOpened: true };
    expect(follow("so <answer>3</answer>", { reasoning: opened }).stop).toBe("eog");
    for (const end of opened.ends)
      expect(follow(`so <answer>3</answer>${end}<answer>4</answer>`, { reasoning: opened })).toMatchObject({
        stop: "answer",
        said: `so <answer>3</answer>${end}<answer>4</answer>`,
      });
  });

  it("runs on after the answer where it was asked to", () => {
    expect(follow("<answer>1</answer> bye", { stop: "eog" }).stop).toBe("eog");
  });

  it("ends where another turn begins, and tells how much came before", () => {
    const turnStarts = ["\nUser:", "\nAssistant:"];
    const found = follow("It is 5.\nUser: about\nAssistant: 6", { turnStarts, stop: "eog" });
    expect(found.stop).toBe("turn");
    expect(found.watch.visibleLength).toBe("It is 5.".length);
  });

  it("may speak of turns while it reasons", () => {
    const text = "<think>\nUser: about</think>5<|im_start|>user";
    const found = follow(text, { turnStarts: ["\nUser:", "<|im_start|>user"], reasoning: think });
    expect(found.stop).toBe("turn");
    expect(found.watch.visibleLength).toBe("<think>\nUser: about</think>5".length);
  });
});

describe("limits", () => {
  it("cut a reply after so many tokens", () => {
    const found = feed(inPieces("x".repeat(100), 1), { maxTokens: 40 });
    expect(found).toMatchObject({ stop: "limit", said: "x".repeat(40) });
  });

  it("close reasoning once, as its model closes it, when its budget is used up", () => {
    const long = "so ".repeat(50);
    expect(feed(inPieces(`<reasoning>${long}`, 3), { reasoningBudget: 10 })).toMatchObject({
      closings: ["\n</reasoning>\n\n"],
      reasoning: 10,
    });
    const opened = { ...harmony, isOpened: true };
    expect(feed(inPieces(long, 3), { reasoningBudget: 10, reasoning: opened })).toMatchObject({
      closings: [harmony.closing],
      reasoning: 10,
    });
    const short = inPieces("<think>short</think><answer>1</answer>", 3);
    expect(feed(short, { reasoningBudget: 100 }).closings).toEqual([]);
  });

  it("count what is put in the model's mouth as text of the reply", () => {
    const { watch } = feed(["<think>", "a", "b", "5", "\nUs", "er:"], {
      reasoning: think,
      reasoningBudget: 2,
      turnStarts: ["\nUser:"],
    });
    expect(watch.visibleLength).toBe(`<think>a${think.closing}b5`.length);
  });
});

describe("tokens of reasoning", () => {
  it.each([
    ["from the opening mark to the closing one", "<think>|a|b|</think>|<answer>|1|</answer>", 4],
    ["with marks in several tokens", "x|<|th|ink|>|a|b|</|think|>|y", 9],
    ["with tokens that hold more than a mark", "x|y <th|ink> a|b|c </think> d|e", 4],
    ["with two in one token", "<think>a|</think><think>|b|</think>|c", 4],
    ["with two whose marks share a token", "<think>|a|</think> <th|ink>|b|</think>|c", 6],
    ["with empty tokens", "x||<think>||a|</think>||y", 4],
    ["never closed, and then its end is one too", "x|<think>|a|b", 4],
    ["ended without a beginning", "a|b|</think>|c", 3],
    ["none", "a|b|c", 0],
  ])("are counted: %s", (_, text, tokens) => {
    for (const reasoning of [null, think]) {
      const found = feed(text.split("|"), { reasoning });
      expect(found.reasoning).toBe(tokens);
      expect(found.watch.generatedTokens).toBe(text.split("|").length + (found.stop === "eog" ? 1 : 0));
    }
  });

  it("are counted where a mark's first character comes in several, and the first of them have no text", () => {
    const reasoning = { ...think, start: "◁think▷", ends: ["◁/think▷"] };
    const pieces = ["x", "", "", "◁", "think", "", "▷", "a", "", "◁/think▷", "y"];
    expect(feed(pieces, { reasoning }).reasoning).toBe(9);
  });

  it("are counted from the first one on where the prompt opened it", () => {
    const reasoning = { ...think, isOpened: true };
    expect(feed(["a", "b</th", "ink>", "c"], { reasoning }).reasoning).toBe(3);
  });
});

it("sees in pieces what is seen in the whole", () => {
  const random = new Random("watch and split");
  const words = [
    "<think>",
    "</think>",
    "<|channel|>analysis",
    "<|message|>",
    "<|end|>",
    "<|start|>assistant",
    "<|channel|>final",
    " to=x",
    "so",
    "<",
    "\n",
  ];
  for (let trial = 0; trial < 2000; trial++) {
    const text = Array.from({ length: random.below(12) }, () => random.pick(words)).join("");
    const reasoning = { ...random.pick([think, harmony]), isOpened: random.below(2) === 0 };
    const pieces = inPieces(text, 1 + random.below(7));
    const watch = watchOf({ reasoning });
    for (const piece of pieces) watch.push(piece, false);
    const parts = splitReply(text, reasoning);
    const isSaidOver = watch.push("</answer>", false) === "answer";
    expect(isSaidOver, text).toBe(!splitReply(`${text}</answer>`, reasoning).isOpen);
    expect(watch.reasoningTokens > 0 || pieces.length === 0, text).toBe(
      parts.reasoning !== null || pieces.length === 0,
    );
  }
});

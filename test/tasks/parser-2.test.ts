import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Reasoning } from "../../src/reply/reasoning.ts";
import { parseInteger } from "../../src/tasks/answer.ts";
import { tasks } from "../../src/tasks/index.ts";
import { currentParser, parserOf, parsers } from "../../src/tasks/parsers.ts";

const first = parserOf(1)?.read;
const second = parserOf(2)?.read;
if (first === undefined || second === undefined) throw new Error("a parser is missing");

const read = (text: string, marks: Reasoning | null = null, isCut = false) =>
  second(text, isCut, parseInteger, marks);
const inTag = (content: string) => read(`<answer>${content}</answer>`).answer;

it("is the parser that judges new turns, beside the first", () => {
  expect(parsers.map(({ version }) => version)).toEqual([1, 2]);
  expect(currentParser.version).toBe(2);
});

describe("the table of decisions: what a tag holds", () => {
  it.each([
    ["5", 5],
    ["-5", -5],
    ["+5", 5],
    ["007", 7],
    [" 5 ", 5],
    ["5\n", 5],
    ["-42 ", -42],
    ["-0", 0],
    ["\u22125", -5],
    ["1,234", 1234],
    ["-12,345,678", -12_345_678],
    ["+1,000", 1000],
    ["1,234.0", 1234],
    ["5.", 5],
    ["5.0", 5],
    ["-5.00", -5],
    ["-0.0", 0],
    ["\u20105", -5],
    ["\u201142", -42],
    ["\u20125", -5],
    ["\u201342", -42],
    ["\uff15", 5],
    ["\uff0d\uff11\uff0c\uff12\uff13\uff14", -1234],
    ["\uff1d\uff15", 5],
    ["**5**", 5],
    [" ** -5 ** ", -5],
    ["\\boxed{5}", 5],
    ["\\boxed {1,234}", 1234],
    ["**\\boxed{5}**", 5],
    ["\\boxed{**5**}", 5],
    ["=5", 5],
    ["= -5", -5],
    ["5 = 5", 5],
    ["12 + -7 = 5", 5],
    ["12 + (-7) = 5", 5],
    ["12 \u2212 7 = 5", 5],
    ["39+51=90", 90],
    ["1 + 2 + 3 = 3 + 3 = 6", 6],
    ["= 2 + 3 = 5", 5],
    ["2 + 3 = **5**", 5],
    ["**2 + 3 = \\boxed{5}**", 5],
    ["999 + 2 = 1,001.", 1001],
    ["2 + 2 = 5", 5],
  ])("%j reads %d", (content, number) => {
    expect(inTag(content)).toBe(number);
  });

  it.each([
    ["a point before other digits", ["1.234", "5.000", "0.5", "5.01", "1.000.000", ".0", ".5"]],
    ["no groups of three", ["12,34", "1,2345", "0,123", "1234,567", "1,23,456", "1,234,5", "5,"]],
    ["another notation", ["1e3", "0x1F", "5e0", "V"]],
    ["two numbers", ["1 234", "5, 6", "3-5", "3\u20135", "2 + 3", "5 or 6", "5/1", "1_000"]],
    [
      "what stands last is not one number",
      ["5 = 2 + 3", "2 + 3 =", "==5", "5==5", "=", "a = 5", "2 x 3 = 6"],
    ],
    ["words", ["total: 5", "minus 5", "five", "5 apples", "x = 5", "not 5", "about 5"]],
    ["a unit", ["$5", "5 %", "5 \u20ac", "$5$"]],
    ["a dash or a bracket", ["- 5", "(5)", "--5", "5-", "+-5", "[5]"]],
    ["digits of other scripts", ["\u0665", "\u096b", "\u09ea"]],
    ["other marks", ["****5****", "__5__", "`5`", "*5*", "**5", "\\boxed{5", "\\boxed{\\boxed{5}}", '"5"']],
    ["digits beyond what can be kept", ["99999999999999999999", "9,007,199,254,740,993"]],
    ["nothing", ["", " ", "x"]],
  ])("is not read where there is doubt: %s", (_, contents) => {
    for (const content of contents) {
      expect([content, inTag(content)]).toEqual([content, null]);
      expect(read(`<answer>${content}</answer>`).class).toBe("not_a_number");
    }
  });

  it("of a matrix signs and marks are read, and one number is none", () => {
    const { parse } = tasks["matrix"];
    const held = (content: string) => second(`<answer>${content}</answer>`, false, parse, null).answer;
    const plain = held("1, 2, 3, 4");
    expect(plain).not.toBeNull();
    for (const same of [
      "[1, 2, 3, 4]",
      "**1, 2, 3, 4**",
      "\\boxed{1, 2, 3, 4}",
      "\uff11, \uff12\uff0c \uff13, \uff14",
    ])
      expect([same, held(same)]).toEqual([same, plain]);
    expect(held("\u20131, 2, 3, 4")).toBe(held("-1, 2, 3, 4"));
    for (const none of ["1,234", "5.0", "= 1, 2, 3, 4", "1 + 2 = 3", "1.0, 2, 3, 4"])
      expect([none, held(none)]).toEqual([none, null]);
  });
});

describe("the table of decisions: which tag", () => {
  it.each([
    ["<Answer>5</Answer>", "number", 5],
    ["<ANSWER>5</answer>", "number", 5],
    ["<answer> 5</ answer>", "number", 5],
    ["< answer >5< / answer >", "number", 5],
    ["<answer>5</answer", "no_tag", null],
    ["<answer>5", "no_tag", null],
    ["&lt;answer&gt;5&lt;/answer&gt;", "no_tag", null],
    ["\\boxed{5}", "no_tag", null],
    ["**5**", "no_tag", null],
    ["<answer>5</answer><answer>6", "number", 5],
    ["<answer>3</answer> no wait <answer>x</answer>", "number", 3],
    ["<answer>3</answer> no, <Answer>4</Answer>", "number", 4],
    ["<answer>3</answer> or rather <answer>1.234</answer>", "not_a_number", null],
    ["<answer><answer>3</answer>", "number", 3],
    ["5</answer>", "no_tag", null],
  ])("%s", (text, kind, answer) => {
    expect(read(text)).toMatchObject({ class: kind, answer });
  });

  it("keeps the first number that was said beside the last", () => {
    expect(read("<answer>1,000</answer> no, <ANSWER>2</ANSWER>")).toMatchObject({
      answer: 2,
      firstAnswer: 1000,
    });
  });
});

describe("reasoning", () => {
  const channels: Reasoning = {
    isOpened: false,
    start: "<|channel|>analysis<|message|>",
    ends: ["<|end|>"],
    closing: "<|end|><|start|>assistant<|channel|>final<|message|>",
    wrappers: [["<response>", "</response>"]],
    foundBy: "family",
  };
  const opened: Reasoning = { ...channels, isOpened: true, start: "", ends: ["</think>"], wrappers: [] };

  it("is told by the marks of the run's model", () => {
    const text =
      "<|channel|>analysis<|message|>5? <answer>5</answer><|end|><response><answer>7</answer></response>";
    expect(read(text, channels)).toMatchObject({ answer: 7, reasoning: "5? <answer>5</answer>" });
    const open = "<|channel|>analysis<|message|>5? <answer>5</answer>";
    expect(read(open, channels)).toMatchObject({ class: "reasoning_unclosed", answer: null });
  });

  it("that the prompt opened and that never ends is no answer, to either parser", () => {
    const text = "so <answer>5</answer>";
    for (const parse of [first, second]) {
      expect(parse(text, true, parseInteger, opened)).toMatchObject({ class: "reasoning_unclosed" });
      expect(parse(`${text}</think><answer>7</answer>`, false, parseInteger, opened)).toMatchObject({
        answer: 7,
        firstAnswer: 7,
        reasoning: text,
      });
    }
  });
});

describe("the two parsers on 10,000 generated texts", () => {
  it("differ only by the rules of the table, and each rule is met", () => {
    const met = new Map<string, number>();
    fc.assert(
      fc.property(anyText(), fc.boolean(), ({ text, isThought }, isCut) => {
        const marks = isThought ? bracketed : null;
        const one = first(text, isCut, parseInteger, marks);
        const other = second(text, isCut, parseInteger, marks);
        const { rules, ...expected } = explained(text, isCut);
        expect({ ...other, reasoning: null }).toEqual({ ...expected, reasoning: null });
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        if (rules.size === 0 && !isThought) expect(other).toEqual(one);
        if (!isSame) for (const rule of [...rules, ...(isThought ? ["reasoning"] : [])]) count(rule);
      }),
      { numRuns: 10_000, seed: 2 },
    );
    const names = ["reasoning", "tags", "last word", ...contentRules.map(([name]) => name)];
    expect([...met.keys()].toSorted()).toEqual(names.toSorted());
    for (const [name, times] of met) expect([name, times > 20]).toEqual([name, true]);

    function count(rule: string): void {
      met.set(rule, (met.get(rule) ?? 0) + 1);
    }
  });
});

const bracketed: Reasoning = {
  isOpened: false,
  start: "[THINK]",
  ends: ["[/THINK]"],
  closing: "[/THINK]",
  wrappers: [],
  foundBy: "family",
};

/** What parser 2 adds, as rewriting to what parser 1 reads: each rule turns its own form into a plainer one. */
const contentRules: readonly (readonly [string, (content: string) => string])[] = [
  ["dash", (content) => content.replace(/[‐‑‒–−]/g, "-")],
  ["wide", (content) => content.replace(/[０-９＋－，．＝]/g, (wide) => wide.normalize("NFKC"))],
  ["marked", withoutMarks],
  ["equation", resultOf],
  ["grouped", (content) => (isGrouped(content) ? content.replaceAll(",", "") : content)],
  ["whole", (content) => content.trim().replace(/^([+-]?\d+)\.0?0?$/, "$1")],
];

function withoutMarks(content: string): string {
  const trimmed = content.trim();
  const isBold = (text: string) => text.length > 3 && text.startsWith("**") && text.endsWith("**");
  const bare = (text: string) =>
    isBold(text) && text.split("*").length === 5 ? text.slice(2, -2).trim() : text;
  const unboxed = (text: string) =>
    /^\\boxed *\{[^{}]*\}$/.test(text) ? text.replace(/^.*?\{|\}$/g, "").trim() : text;
  return bare(trimmed) === trimmed ? bare(unboxed(trimmed)) : unboxed(bare(trimmed));
}

/** Of numbers put together by + - = the last, if it stands alone: told by the skeleton that is left without the digits. */
function resultOf(content: string): string {
  const at = content.lastIndexOf("=");
  if (at < 0) return content;
  const numbers = content.slice(0, at).replace(/\d[\d,.]*/g, (one) => (isOne(one) ? "n" : "?"));
  const skeleton = numbers.replace(/\(([+-]?n)\)/g, "$1").replace(/\s/g, "");
  const sums = skeleton.split("=");
  // Blanks are no part of it but between digits, and behind a sign that is a number's own.
  const isSound =
    !/[n)]\s+[n(]/.test(numbers) && !/(^|[+\-=(])\s*[+-]\s+[n(]/.test(numbers) && !/\(\s|\s\)/.test(numbers);
  const isSum = (one: string) => /^[+-]?n([+-][+-]?n)*$/.test(one);
  const isWhole = sums.every((one, index) => isSum(one) || (index === 0 && one === ""));
  const isBracketed = !/[+-]\([^)]*\)/.test(numbers) || !/[+-][+-]\(/.test(numbers.replace(/\s/g, ""));
  return isSound && isWhole && isBracketed ? withoutMarks(content.slice(at + 1)) : content;
}

function isOne(text: string): boolean {
  return /^\d+\.?0?0?$/.test(text) || isGrouped(text);
}

function isGrouped(text: string): boolean {
  const [digits = "", zeros = "", ...more] = text.trim().replace(/^[+-]/, "").split(".");
  const [head = "", ...groups] = digits.split(",");
  return (
    more.length === 0 &&
    ["", "0", "00"].includes(zeros) &&
    /^[1-9]\d?\d?$/.test(head) &&
    groups.length > 0 &&
    groups.every((group) => /^\d\d\d$/.test(group))
  );
}

/** What parser 2 has to read, by parser 1 and the rules; and which of them it takes. */
function explained(text: string, isCut: boolean) {
  const rules = new Set<string>();
  const plainTags = text.replace(/<[ \t]?(\/?)[ \t]?answer[ \t]?>/gi, "<$1answer>");
  if (plainTags !== text) rules.add("tags");
  const said = plainTags.replace(/^\[THINK\].*?\[\/THINK\]/s, "");
  const reading = first!(said, isCut, parseInteger, null);
  const contents = said
    .split("</answer>")
    .slice(0, -1)
    .flatMap((part) => part.split("<answer>").slice(1).slice(-1));
  const numbers = contents.map((content) => {
    const [number] = [parseInteger(content)];
    if (number !== null) return number;
    const used: string[] = [];
    const plain = contentRules.reduce((left, [name, rule]) => {
      const right = rule(left);
      if (right.trim() !== left.trim()) used.push(name);
      return right;
    }, content);
    const found = parseInteger(plain);
    if (found !== null) for (const name of used) rules.add(name);
    return found;
  });
  const last = contents.findLastIndex((content) => /\p{Nd}/u.test(content));
  const answer = last < 0 ? null : (numbers[last] ?? null);
  const firstAnswer = numbers.find((number) => number !== null) ?? null;
  if (answer === null && firstAnswer !== null) rules.add("last word");
  const isRead = answer !== null;
  const kind = isRead ? "number" : contents.length > 0 ? "not_a_number" : reading.class;
  return { rules, class: kind, answer, firstAnswer };
}

/** Forms of numbers, tags and what stands around them, put together at random. */
function anyText(): fc.Arbitrary<{ text: string; isThought: boolean }> {
  const digits = fc.oneof(
    fc.integer({ min: -2000, max: 2000 }).map(String),
    fc.integer({ min: 1000, max: 99_999_999 }).map((number) => number.toLocaleString("en-US")),
    fc.constantFrom(
      "5.0",
      "5.00",
      "5.",
      "1.234",
      "1.000",
      "1e3",
      "12,34",
      "1,2345",
      "0,123",
      "007",
      "+5",
      "５",
      "－５",
      "１，２３４",
    ),
  );
  const dashed = fc
    .tuple(fc.constantFrom("‐", "‑", "‒", "–", "−", "－", "-", "- "), digits)
    .map(([dash, number]) => dash + number);
  const number = fc.oneof(digits, dashed);
  const term = fc.oneof(
    { weight: 3, arbitrary: number },
    { weight: 1, arbitrary: number.map((one) => `(${one})`) },
  );
  const operator = fc.constantFrom(" + ", " - ", "+", "-", " – ", " = ", "=", " ", ", ", " x ");
  const expression = fc
    .tuple(fc.constantFrom("", "", "=", "= "), term, fc.array(fc.tuple(operator, term), { maxLength: 3 }))
    .map(([lead, head, tail]) => lead + head + tail.map(([sign, one]) => sign + one).join(""));
  const plainContent = fc.oneof(
    { weight: 4, arbitrary: number },
    { weight: 3, arbitrary: expression },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "",
        "x",
        "total: 5",
        "$5",
        "5 %",
        "٥",
        "1 234",
        "five",
        "`5`",
        "99999999999999999999",
      ),
    },
    {
      weight: 1,
      arbitrary: fc.string({ unit: fc.constantFrom(...Array.from("0159+-=.,*() {}\\–５")), maxLength: 8 }),
    },
  );
  const mark = fc.constantFrom("", "", "", "**", "\\boxed{", "\n", " ");
  const content = fc
    .tuple(mark, mark, plainContent)
    .map(([outer, inner, one]) =>
      [inner, outer].reduce((text, sign) => sign + text + (sign.startsWith("\\") ? "}" : sign), one),
    );
  const opening = fc.constantFrom(
    "<answer>",
    "<answer>",
    "<answer>",
    "<Answer>",
    "<ANSWER>",
    "< answer>",
    "",
  );
  const closing = fc.constantFrom(
    "</answer>",
    "</answer>",
    "</answer>",
    "</Answer>",
    "</ answer>",
    "</answer",
    "",
  );
  const tagged = fc.tuple(opening, content, closing).map((parts) => parts.join(""));
  const noise = fc.constantFrom(
    "",
    "",
    " so ",
    "\n",
    "The total is 5.",
    "no wait",
    "&lt;answer&gt;",
    "<b>",
    "\\boxed{5}",
  );
  const thought = fc.constantFrom(
    "",
    "",
    "",
    "[THINK]5? <answer>6</answer>[/THINK]",
    "[THINK]hm, 7[/THINK]\n",
  );
  return fc
    .tuple(thought, fc.array(fc.oneof(tagged, noise), { minLength: 1, maxLength: 4 }))
    .map(([before, parts]) => ({ text: before + parts.join(""), isThought: before !== "" }));
}

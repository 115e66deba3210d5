import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { Judge } from "../../src/tasks/judge.ts";
import {
  type PaperMarks,
  type PaperTurn,
  readPaperAnswer,
  scoreFinal,
  scoreLive,
} from "../../src/audit/paper-evaluators.ts";
import { judgeTurn } from "../tasks/builders.ts";

function turnsOf(values: readonly number[]): PaperTurn[] {
  let truth = 0;
  return values.map((value) => ({ value, truth: (truth += value) }));
}

const given = (answers: readonly (number | null)[]) =>
  answers.map((answer) => (answer === null ? null : BigInt(answer)));

const bits = ({ step, index, prefix }: PaperMarks) => ({
  step: step.map(Number),
  index: index.map(Number),
  prefix: prefix.map(Number),
});

describe("the released live evaluator", () => {
  it("carries a missing answer forward: values 5, 7, -3, 4 with answers 5, none, 9, 13", () => {
    expect(bits(scoreLive(given([5, null, 9, 13]), turnsOf([5, 7, -3, 4])))).toEqual({
      step: [1, 0, 0, 1],
      index: [1, 0, 1, 1],
      prefix: [1, 0, 0, 0],
    });
  });

  it("takes a missing answer for right where the turn changes nothing", () => {
    const marks = bits(scoreLive(given([5, null, 8]), turnsOf([5, 0, 3])));
    expect(marks.step).toEqual([1, 1, 1]);
    expect(marks.index).toEqual([1, 0, 1]);
  });

  it("starts from 0 after a missing first answer, whose step mark is its index mark", () => {
    expect(bits(scoreLive(given([null, 7]), turnsOf([0, 7])))).toMatchObject({ step: [0, 1], index: [0, 1] });
    expect(bits(scoreLive(given([null, 12]), turnsOf([5, 7]))).step).toEqual([0, 0]);
  });

  it("judges a turn after a wrong number by that number", () => {
    expect(bits(scoreLive(given([6, 13, 9]), turnsOf([5, 7, -3])))).toEqual({
      step: [0, 1, 0],
      index: [0, 0, 1],
      prefix: [0, 0, 0],
    });
  });
});

describe("the released final evaluator", () => {
  it("makes the turn after a missing answer wrong as well", () => {
    expect(bits(scoreFinal(given([5, null, 9, 13]), turnsOf([5, 7, -3, 4])))).toEqual({
      step: [1, 0, 0, 1],
      index: [1, 0, 1, 1],
      prefix: [1, 0, 0, 0],
    });
  });

  it("takes no missing answer for right, and turns that were never played for missing", () => {
    expect(bits(scoreFinal(given([5, null, 8]), turnsOf([5, 0, 3]))).step).toEqual([1, 0, 0]);
    expect(bits(scoreFinal(given([5]), turnsOf([5, 7, -3])))).toEqual({
      step: [1, 0, 0],
      index: [1, 0, 0],
      prefix: [1, 0, 0],
    });
  });

  it("differs from the live one exactly where nothing changes: values 5, 0, 3", () => {
    const turns = turnsOf([5, 0, 3]);
    const answers = given([5, null, 8]);
    expect(scoreLive(answers, turns).step).not.toEqual(scoreFinal(answers, turns).step);
  });
});

describe("the released parser", () => {
  const cases: [string, string, bigint | null][] = [
    ["a plain answer", "<answer>42</answer>", 42n],
    ["a plus sign", "<answer>+5</answer>", 5n],
    ["underscores between digits", "<answer>1_000</answer>", 1000n],
    ["leading zeros", "<answer> -007\n</answer>", -7n],
    ["digits of another script", "<answer>\u0664\u0662</answer>", 42n],
    ["mathematical digits, of which five runs touch", "<answer>\u{1d7db}\u{1d7e2}</answer>", 30n],
    ["more digits than a number can hold", "<answer>99999999999999999999</answer>", 99999999999999999999n],
    ["Python's white space", "<answer>\u001c5\u0085</answer>", 5n],
    ["a byte order mark, which Python keeps", "<answer>\ufeff5</answer>", null],
    ["a doubled underscore", "<answer>1__0</answer>", null],
    ["an underscore at the end", "<answer>1_</answer>", null],
    ["a sign apart from its digits", "<answer>- 5</answer>", null],
    ["a typographic minus", "<answer>\u22125</answer>", null],
    ["a thousands separator", "<answer>1,234</answer>", null],
    ["a decimal", "<answer>5.0</answer>", null],
    ["a calculation", "<answer>39 + 51 = 90</answer>", null],
    ["no tag", "42", null],
    ["an empty tag", "<answer></answer>", null],
    ["the first of two tags", "<answer>1</answer> no, <answer>2</answer>", 1n],
    ["a first tag that holds no number, whatever follows", "<answer>x</answer><answer>2</answer>", null],
    ["a nested opening", "<answer><answer>3</answer>", null],
    ["a closed think block", "<think><answer>5</answer></think><answer>6</answer>", 6n],
    ["two of them", "<think>a</think><think>b</think><answer>6</answer>", 6n],
    ["an answer inside an open think block", "<think>so <answer>5</answer>", 5n],
    ["only a closing think tag, which stays", "<answer>5</answer></think><answer>6</answer>", 5n],
  ];
  for (const [name, text, answer] of cases) {
    it(`reads ${name}`, () => expect(readPaperAnswer(text)).toBe(answer));
  }

  it("stops at 4300 digits, as CPython does", () => {
    expect(readPaperAnswer(`<answer>${"9".repeat(4300)}</answer>`)).toBe(BigInt("9".repeat(4300)));
    expect(readPaperAnswer(`<answer>${"9".repeat(4301)}</answer>`)).toBeNull();
  });
});

describe("our judging beside the released evaluators", () => {
  const anyRollout = fc
    .array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -30, max: 30 })), { minLength: 1 })
    .map((pairs) => ({ values: pairs.map(([value]) => value), answers: pairs.map(([, answer]) => answer) }));

  it("is the same wherever every turn has an answer", () => {
    fc.assert(
      fc.property(anyRollout, ({ values, answers }) => {
        const turns = turnsOf(values);
        const judge = new Judge(tasks["dict-sum"]);
        const ours = turns.map(
          (turn, index) =>
            judgeTurn(judge, { keys: [], ...turn }, `<answer>${answers[index]}</answer>`, false).verdict,
        );
        for (const marks of [scoreLive(given(answers), turns), scoreFinal(given(answers), turns)]) {
          expect(marks.step).toEqual(ours.map(({ turnCorrect }) => turnCorrect));
          expect(marks.index).toEqual(ours.map(({ indexCorrect }) => indexCorrect));
          expect(marks.prefix).toEqual(ours.map(({ taskCorrect }) => taskCorrect));
        }
      }),
    );
  });
});

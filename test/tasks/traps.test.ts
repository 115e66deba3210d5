import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { Judge, type Verdict } from "../../src/tasks/judge.ts";
import { readPaperAnswer, scoreFinal, scoreLive } from "../../src/audit/paper-evaluators.ts";
import { judgeTurn } from "./builders.ts";

/**
 * Ways in which scorers of this task have gone wrong, each as a transcript that ours must get right. Where a trap is
 * known from another program, its result stands beside ours.
 */

const values = [5, 7, -3, 4];
const truths = [5, 12, 9, 13];
const turns = values.map((value, index) => ({ keys: ["key"], value, truth: truths[index] ?? 0 }));

/** Judges texts turn by turn; a text that ends in "..." was cut at the token limit. */
function judged(...texts: string[]): Verdict[] {
  const judge = new Judge(tasks["dict-sum"]);
  return turns.map((turn, index) => {
    const text = texts[index] ?? "";
    return judgeTurn(judge, turn, text, text.endsWith("...")).verdict;
  });
}

const turnMarks = (verdicts: readonly Verdict[]) => verdicts.map(({ turnCorrect }) => Number(turnCorrect));
const taskMarks = (verdicts: readonly Verdict[]) => verdicts.map(({ taskCorrect }) => Number(taskCorrect));
const indexMarks = (verdicts: readonly Verdict[]) => verdicts.map(({ indexCorrect }) => Number(indexCorrect));
const classes = (verdicts: readonly Verdict[]) => verdicts.map((verdict) => verdict.class);
const tag = (answer: number) => `<answer>${answer}</answer>`;

describe("trap: a missing answer", () => {
  it("a model that adds silently and omits one tag is not wrong on the next turn", () => {
    const verdicts = judged(tag(5), "The total is 12.", tag(9), tag(13));
    expect(turnMarks(verdicts)).toEqual([1, 0, 1, 1]);
    expect(taskMarks(verdicts)).toEqual([1, 0, 0, 0]);
    expect(verdicts[2]).toMatchObject({ class: "right", afterMissing: true });
    // Both released evaluators mark that turn wrong.
    const answers = [5n, null, 9n, 13n];
    expect(scoreLive(answers, turns).step).toEqual([true, false, false, true]);
    expect(scoreFinal(answers, turns).step).toEqual([true, false, false, true]);
  });

  it("a model that did not add while it was silent is wrong on the next turn", () => {
    const verdicts = judged(tag(5), "hm", tag(2), tag(6));
    expect(turnMarks(verdicts)).toEqual([1, 0, 0, 1]);
    expect(verdicts[2]).toMatchObject({ class: "wrong_number", afterMissing: true });
  });

  it("is wrong even where the turn changes nothing and carrying forward would make it right", () => {
    const judge = new Judge(tasks["dict-sum"]);
    judgeTurn(judge, { keys: ["a"], value: 5, truth: 5 }, tag(5), false);
    const { verdict } = judgeTurn(judge, { keys: ["b"], value: 0, truth: 5 }, "still the same", false);
    expect(verdict).toMatchObject({ class: "no_tag", turnCorrect: false, indexCorrect: false });
  });

  it("does not shift later answers onto earlier turns", () => {
    const missingFirst = judged("hm", tag(12), tag(9), tag(13));
    expect(turnMarks(missingFirst)).toEqual([0, 1, 1, 1]);
    const texts = ["hm", tag(12), tag(9), tag(13)];
    expect(scoreDropping(texts, truths)).toEqual({ turnAccuracy: 0, allCorrect: false });
  });

  it("at the last turn leaves no rollout without an error", () => {
    const texts = [tag(5), tag(12), tag(9), "I am done."];
    expect(taskMarks(judged(...texts))).toEqual([1, 1, 1, 0]);
    expect(scoreDropping(texts, truths)).toEqual({ turnAccuracy: 1, allCorrect: true });
  });

  it("at every turn is no answer to divide by, and every turn wrong", () => {
    expect(turnMarks(judged("a", "b", "c", "d"))).toEqual([0, 0, 0, 0]);
    expect(scoreDropping(["a", "b", "c", "d"], truths).turnAccuracy).toBeNaN();
  });

  it("costs one turn of 30 wherever it lies, not all that follow", () => {
    const total = (turn: number) => tag(turn * 3);
    const asked = Array.from({ length: 30 }, (_, index) => ({
      keys: ["k"],
      value: 3,
      truth: 3 * (index + 1),
    }));
    for (const [missing, dropping] of [
      [1, 0],
      [16, 15 / 29],
      [30, 1],
    ] as const) {
      const texts = asked.map((_, index) => (index + 1 === missing ? "-" : total(index + 1)));
      const judge = new Judge(tasks["dict-sum"]);
      const right = asked.filter(
        (turn, index) => judgeTurn(judge, turn, texts[index] ?? "", false).verdict.turnCorrect,
      );
      expect(right).toHaveLength(29);
      expect(
        scoreDropping(
          texts,
          asked.map(({ truth }) => truth),
        ).turnAccuracy,
      ).toBeCloseTo(dropping, 12);
    }
  });
});

describe("trap: a doubled answer", () => {
  it("the last well-formed tag counts, and the first is kept", () => {
    const verdicts = judged(tag(5), `${tag(11)} no: ${tag(12)}`, tag(9), tag(13));
    expect(turnMarks(verdicts)).toEqual([1, 1, 1, 1]);
    expect(verdicts[1]).toMatchObject({ answer: 12, firstAnswer: 11 });
    expect(readPaperAnswer(`${tag(11)} no: ${tag(12)}`)).toBe(11n);
  });

  it("does not give the second tag to the next turn", () => {
    const verdicts = judged(`${tag(4)}${tag(5)}`, tag(12), tag(9), tag(13));
    expect(verdicts.map(({ answer }) => answer)).toEqual([5, 12, 9, 13]);
  });

  it("a model that answers ahead is judged by its last number, and its state is that number", () => {
    const verdicts = judged(`${tag(5)}${tag(12)}`, tag(19), tag(16), tag(20));
    expect(turnMarks(verdicts)).toEqual([0, 1, 1, 1]);
  });
});

describe("trap: a malformed answer", () => {
  it("is wrong, is named, and is no number for the next turn to start from", () => {
    const verdicts = judged(tag(5), "<answer>12.5</answer>", tag(9), tag(13));
    expect(turnMarks(verdicts)).toEqual([1, 0, 1, 1]);
    expect(verdicts[1]?.class).toBe("not_a_number");
  });

  it("a calculation in the tag is not searched for a number that fits: what it comes to, or nothing", () => {
    expect(judged(tag(5), "<answer>5 + 7 = 12</answer>")[1]?.class).toBe("right");
    expect(judged(tag(5), "<answer>12 + 7 = 19</answer>")[1]?.class).toBe("wrong_number");
    expect(judged(tag(5), "<answer>5 + 7, 12</answer>")[1]?.class).toBe("not_a_number");
  });

  it("a well-formed tag beside a malformed one counts, whichever comes first", () => {
    expect(judged(tag(5), `<answer>twelve</answer> ${tag(12)}`)[1]?.class).toBe("right");
    expect(judged(tag(5), `${tag(12)} <answer>twelve</answer>`)[1]?.class).toBe("right");
    expect(readPaperAnswer(`<answer>twelve</answer> ${tag(12)}`)).toBeNull();
  });

  it("a bar or a separator in the text cuts nothing off", () => {
    expect(
      judged(`5 | ok ${tag(5)}`, `\u001f${tag(12)}`)
        .slice(0, 2)
        .map(({ class: name }) => name),
    ).toEqual(["right", "right"]);
  });

  it("echoing the tag's name before answering loses no answer", () => {
    expect(judged(`I write <answer> as asked: ${tag(5)}`)[0]?.class).toBe("right");
    expect(readPaperAnswer(`I write <answer> as asked: ${tag(5)}`)).toBeNull();
  });
});

describe("trap: a shifted answer", () => {
  it("one slip shifts every later total; the turns after it are right given what was shown", () => {
    const verdicts = judged(tag(6), tag(13), tag(10), tag(14));
    expect(turnMarks(verdicts)).toEqual([0, 1, 1, 1]);
    expect(indexMarks(verdicts)).toEqual([0, 0, 0, 0]);
    expect(taskMarks(verdicts)).toEqual([0, 0, 0, 0]);
  });

  it("a model that is one turn late is wrong on each, not right by luck", () => {
    const verdicts = judged(tag(0), tag(5), tag(12), tag(9));
    expect(indexMarks(verdicts)).toEqual([0, 0, 0, 0]);
    expect(turnMarks(verdicts)).toEqual([0, 0, 0, 0]);
  });

  it("returning to the true total after a slip is seen as index, not as turn", () => {
    const verdicts = judged(tag(5), tag(99), tag(9), tag(13));
    expect(turnMarks(verdicts)).toEqual([1, 0, 0, 1]);
    expect(indexMarks(verdicts)).toEqual([1, 0, 1, 1]);
  });
});

describe("trap: an unclosed answer or thought", () => {
  it("an unclosed tag is no answer, and the next turn bridges it", () => {
    const verdicts = judged(tag(5), "<answer>12", tag(9), tag(13));
    expect(turnMarks(verdicts)).toEqual([1, 0, 1, 1]);
    expect(verdicts[1]?.class).toBe("no_tag");
  });

  it("a text cut at the token limit is called truncated, apart from other missing tags", () => {
    expect(classes(judged(tag(5), "First I look up...", tag(9), tag(13)))).toEqual([
      "right",
      "truncated",
      "right",
      "right",
    ]);
  });

  it("an answer inside an open thought is not taken for the answer", () => {
    const verdicts = judged(tag(5), `<think>perhaps ${tag(12)}, or...`, tag(9), tag(13));
    expect(verdicts[1]).toMatchObject({ class: "reasoning_unclosed", answer: null });
    expect(turnMarks(verdicts)).toEqual([1, 0, 1, 1]);
    expect(readPaperAnswer(`<think>perhaps ${tag(12)}, or`)).toBe(12n);
  });

  it("an open thought swallows neither the next turn's text nor another rollout's", () => {
    const verdicts = judged("<think>hm", tag(12), tag(9), tag(13));
    expect(classes(verdicts)).toEqual(["reasoning_unclosed", "right", "right", "right"]);
  });

  it("an answer inside a closed thought does not count, the one after it does", () => {
    expect(judged(`<think>${tag(4)}</think>${tag(5)}`)[0]).toMatchObject({ class: "right", firstAnswer: 5 });
    expect(judged(`<think>${tag(5)}</think>`)[0]?.class).toBe("empty");
  });
});

/** A scorer that leaves turns without a tag out of its list, so that later answers meet earlier targets. */
function scoreDropping(
  texts: readonly string[],
  expected: readonly number[],
): { turnAccuracy: number; allCorrect: boolean } {
  const answers = texts.flatMap((text) => /<answer>(-?\d+)<\/answer>/.exec(text)?.[1] ?? []).map(Number);
  const right = answers.filter((answer, index) => answer === expected[index]).length;
  return { turnAccuracy: right / answers.length, allCorrect: right === answers.length };
}

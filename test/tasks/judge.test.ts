import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { Judge } from "../../src/tasks/judge.ts";
import { judgeTurn } from "./builders.ts";

/** Judges answers against one-key turns of these values. */
function judgeAll(values: number[], answers: (number | null)[]) {
  const judge = new Judge(tasks["dict-sum"]);
  let truth = 0;
  return values.map((value, index) => {
    truth += value;
    const answer = answers[index] ?? null;
    const text = answer === null ? "hm" : `<answer>${answer}</answer>`;
    return judgeTurn(judge, { keys: ["x"], value, truth }, text, false);
  });
}

const flags = (judged: ReturnType<typeof judgeAll>, name: "turnCorrect" | "indexCorrect" | "taskCorrect") =>
  judged.map(({ verdict }) => Number(verdict[name]));

describe("Judge", () => {
  it("judges a turn by the state shown before it, the task by the first error", () => {
    const judged = judgeAll([5, 7, -3, 4], [5, 13, 10, 13]);
    expect(flags(judged, "turnCorrect")).toEqual([1, 0, 1, 0]);
    expect(flags(judged, "indexCorrect")).toEqual([1, 0, 0, 1]);
    expect(flags(judged, "taskCorrect")).toEqual([1, 0, 0, 0]);
    expect(judged.map(({ shownBefore }) => shownBefore)).toEqual([null, 5, 13, 10]);
  });

  it("bridges a missing answer with all values since the last number shown", () => {
    const judged = judgeAll([5, 7, -3, 4], [5, null, 9, 13]);
    expect(flags(judged, "turnCorrect")).toEqual([1, 0, 1, 1]);
    expect(flags(judged, "taskCorrect")).toEqual([1, 0, 0, 0]);
    expect(judged.map(({ verdict }) => verdict.afterMissing)).toEqual([false, false, true, false]);
    expect(judged[2]).toMatchObject({ shownBefore: 5, valuesSince: 7, expected: 9 });
  });

  it("bridges several, the first turn among them", () => {
    const judged = judgeAll([5, 7, -3], [null, null, 9]);
    expect(flags(judged, "turnCorrect")).toEqual([0, 0, 1]);
    expect(judged[2]).toMatchObject({ shownBefore: null, valuesSince: 12, expected: 9 });
  });

  it("counts a missing answer as wrong even when the turn changes nothing", () => {
    expect(judgeAll([5, 0], [5, null])[1]?.verdict).toMatchObject({ turnCorrect: false, class: "no_tag" });
  });
});

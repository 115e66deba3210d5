import { describe, expect, it } from "vitest";
import { shownNumbers } from "../../src/reading/shown-numbers.ts";

/** Turn 5 of a rollout whose answers were 10, 20, none and 40; before turn 4 the last number shown was still 20. */
const facts = {
  shownBefore: new Map([
    [2, 10],
    [3, 20],
    [4, 20],
    [5, 40],
  ]),
  answers: new Map([
    [1, 10],
    [2, 20],
    [4, 40],
  ]),
};
const turn = { turn: 5, expected: 47, value: 7 };

describe("the numbers that a history showed", () => {
  it.each([
    ["own", [40, 20, 20, 10]],
    ["window:1", [40]],
    ["window:2", [40]],
    ["window:3", [40, 20]],
    ["window:9", [40, 20, 10]],
    ["fresh", [40]],
  ])("are those of a %s history", (history, shown) => {
    expect(shownNumbers({ history }, turn, facts)).toEqual(shown);
  });

  it("are none behind a window that holds no number", () => {
    expect(shownNumbers({ history: "window:1" }, { turn: 4, expected: 29, value: 4 }, facts)).toEqual([]);
  });

  it("are the state that a fresh conversation is told, though no answer said it", () => {
    expect(shownNumbers({ history: "fresh" }, { turn: 4, expected: 29, value: 4 }, facts)).toEqual([25]);
    expect(shownNumbers({ history: "fresh" }, { turn: 1, expected: 3, value: 3 }, facts)).toEqual([]);
  });
});

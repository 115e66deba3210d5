import { describe, expect, it } from "vitest";
import { factsOf } from "../../src/datasets/facts.ts";
import { drawPublished, firstDifference, published } from "../../src/datasets/published.ts";

/** A stand-in for the word list, which is not ours to ship: w000 to w100. */
const words = Array.from({ length: published.words }, (_, index) => `w${String(index).padStart(3, "0")}`);

describe("the published data set, drawn again", () => {
  const { dictionary, rows } = drawPublished(words);
  const firstRows = [...rows];

  it("has the published dictionary's values, in its order", () => {
    const begin = dictionary.slice(0, 6).map(({ key, value }) => [key, value]);
    expect(begin).toEqual([
      ["w081", -45],
      ["w014", 46],
      ["w003", 84],
      ["w094", -19],
      ["w035", -45],
      ["w031", 68],
    ]);
    expect(dictionary.slice(-4).map(({ value }) => value)).toEqual([-78, 88, 25, -82]);
    expect(words.filter((word) => !dictionary.some(({ key }) => key === word))).toEqual(["w044"]);
  });

  it("has the published rows: the first begins 88, -31, -64, -32, 46", () => {
    const values = new Map(dictionary.map(({ key, value }) => [key, value]));
    const keys = firstRows[0]?.keys.slice(0, 5) ?? [];
    expect(keys).toEqual(["w009", "w062", "w075", "w047", "w001"]);
    expect(keys.map((key) => values.get(key))).toEqual([88, -31, -64, -32, 46]);
    expect(firstRows).toHaveLength(100);
  });

  it("ends as CPython 3.11.7 ends it: no draw is lost on the way through five million", () => {
    const begins = [1, 5, 99].map((row) => firstRows[row]?.keys.slice(0, 3));
    expect(begins).toEqual([
      ["w040", "w091", "w051"],
      ["w007", "w038", "w080"],
      ["w085", "w042", "w009"],
    ]);
    expect(firstRows[99]?.keys.slice(-3)).toEqual(["w083", "w029", "w086"]);
  });

  it("has the facts that are known of it", () => {
    const cut = firstRows.map(({ keys }) => ({ dictionary, keys: keys.slice(0, 50) }));
    const { dictionary: facts, zeroSumPairs } = factsOf({
      task: "dict-sum",
      keysPerTurn: null,
      isGathered: false,
      valueMax: null,
      horizon: 50,
      rows: cut,
    });
    expect(facts).toMatchObject({
      entries: 100,
      mean: 2.44,
      min: -99,
      max: 97,
      duplicateValues: 24,
      zeroValues: 0,
    });
    expect(zeroSumPairs).toBeCloseTo(0.0034, 10);
  });

  it("tells a list that cannot be the published one", () => {
    expect(firstDifference(words)).toEqual({ place: 0, word: "about" });
  });
});

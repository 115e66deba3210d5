import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { accuracyByTurn, pooledAccuracy, type Tally } from "../../src/metrics/accuracy.ts";
import { proportion, wilsonInterval } from "../../src/metrics/proportion.ts";

const { wilson } = JSON.parse(readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8")) as {
  wilson: { correct: number; n: number; low: number; high: number }[];
};

describe("Wilson's interval", () => {
  test.each(wilson)("of $correct in $n is that of R's prop.test", ({ correct, n, low, high }) => {
    const found = proportion(correct, n);
    expect(found.accuracy).toBe(correct / n);
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
  });

  test("of nothing is unknown", () => {
    expect(proportion(0, 0)).toEqual({ n: 0, correct: 0, accuracy: null, low: null, high: null });
    expect(wilsonInterval(null, 5)).toEqual({ low: null, high: null });
  });
});

test("accuracy by turn is each turn's share with its interval", () => {
  const tallies = [
    { turn: 1, n: 2, correct: 2 },
    { turn: 2, n: 2, correct: 1 },
  ];
  expect(accuracyByTurn(tallies)).toEqual([
    { turn: 1, ...proportion(2, 2) },
    { turn: 2, ...proportion(1, 2) },
  ]);
});

describe("accuracy over all turns", () => {
  function marksOf(rollouts: readonly (readonly boolean[])[]): Tally[] {
    return rollouts.map((turns) => ({ n: turns.length, correct: turns.filter(Boolean).length }));
  }

  test("has Wilson's interval on all turns when rollouts are alike", () => {
    const marks = marksOf(Array.from({ length: 10 }, () => [true, true, true, false]));
    expect(pooledAccuracy(marks)).toEqual(proportion(30, 40));
  });

  test("knows no more than the rollouts when a rollout is all right or all wrong", () => {
    const marks = marksOf(
      Array.from({ length: 20 }, (_, i) => Array.from({ length: 50 }, () => i % 2 === 0)),
    );
    const { accuracy, low } = pooledAccuracy(marks);
    expect(accuracy).toBe(0.5);
    // deff = 50 * 20 / 19: 1000 turns are worth 19.
    expect(low).toBeCloseTo(wilsonInterval(0.5, 19).low ?? 0, 12);
  });

  test("is unknown without turns and plain with one rollout", () => {
    expect(pooledAccuracy([]).accuracy).toBeNull();
    expect(pooledAccuracy(marksOf([[true, false]]))).toEqual(proportion(1, 2));
  });
});

describe("accuracy over rollouts that share dictionaries", () => {
  const tally = (index: number, dictionaries: number) => ({
    n: 10,
    correct: index % dictionaries < dictionaries / 2 ? 9 : 5,
    dictionary: String(index % dictionaries),
  });
  const tallies = (count: number, dictionaries: number) =>
    Array.from({ length: count }, (_, index) => tally(index, dictionaries));
  const widthOf = ({ low, high }: { low: number | null; high: number | null }) => (high ?? 1) - (low ?? 0);

  test("is as sure as dictionaries allow, not rollouts", () => {
    const own = pooledAccuracy(tallies(120, 8).map(({ n, correct }) => ({ n, correct })));
    const shared = pooledAccuracy(tallies(120, 8));
    expect(shared).toMatchObject({ n: own.n, correct: own.correct, accuracy: own.accuracy });
    expect(widthOf(shared)).toBeGreaterThan(2 * widthOf(own));
    expect(widthOf(pooledAccuracy(tallies(240, 8)))).toBeCloseTo(widthOf(shared), 10);
  });

  test("holds for few dictionaries alone, as if they were not shared", () => {
    const few = tallies(120, 4);
    expect(pooledAccuracy(few)).toEqual(pooledAccuracy(few.map(({ n, correct }) => ({ n, correct }))));
  });

  test("is so at each turn", () => {
    const parts = Array.from({ length: 8 }, (_, index) => [{ turn: 1, n: 15, correct: index < 4 ? 14 : 8 }]);
    const [shared] = accuracyByTurn([{ turn: 1, n: 120, correct: 88 }], parts);
    const [own] = accuracyByTurn([{ turn: 1, n: 120, correct: 88 }]);
    expect(shared).toMatchObject({ turn: 1, n: 120, correct: 88 });
    expect(widthOf(shared ?? { low: 0, high: 0 })).toBeGreaterThan(1.5 * widthOf(own ?? { low: 0, high: 1 }));
  });
});

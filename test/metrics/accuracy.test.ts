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

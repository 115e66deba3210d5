import { describe, expect, test } from "vitest";
import * as numbers from "../../src/report/words/numbers.ts";
import * as horizons from "../../src/report/sentences/horizons.ts";

test.each([
  [459_000, "0.46M"],
  [13_500_000, "14M"],
  [135_000_000, "135M"],
  [7_240_000_000, "7.2B"],
  [null, "unknown"],
])("%s parameters read %s", (parameters, text) => {
  expect(numbers.parametersText(parameters)).toBe(text);
});

test.each([
  [980, "980 B"],
  [1_940_000, "1.94 MB"],
  [7_620_000_000, "7.62 GB"],
])("%d bytes read %s", (bytes, text) => {
  expect(numbers.bytesText(bytes)).toBe(text);
});

test.each([
  [2370, { low: 2350, high: 2400 }, "2,370 ±1.3 %"],
  [100, { low: 99.99, high: 100.01 }, "100 ±<0.1 %"],
  [100, { low: 88, high: 116 }, "100 ±16 %"],
  [100, { low: 60, high: 300 }, "100 (60 to 300)"],
  [100, { low: 60, high: null }, "100 (from 60)"],
  [100, { low: null, high: null }, "100"],
  [null, { low: null, high: null }, "unknown"],
])("a rate of %s with its interval %o reads %s", (rate, interval, text) => {
  expect(numbers.rateWithMargin(rate, interval)).toBe(text);
});

test.each([
  [0.34, "0.34 ms"],
  [12.345, "12.3 ms"],
  [12_345, "12.3 s"],
  [246_000, "4.1 min"],
  [null, "unknown"],
])("%s ms read %s", (ms, text) => {
  expect(numbers.durationText(ms)).toBe(text);
});

describe("shares", () => {
  test.each([
    [{ accuracy: 0.96875, low: 0.843, high: 0.9945 }, "97 % (84 to 99)"],
    [{ accuracy: 0.9958, low: 0.9917, high: 0.9979 }, "99.6 % (99.2 to 99.8)"],
    [{ accuracy: 0.99006, low: 0.98976, high: 0.99036 }, "99.01 % (98.98 to 99.04)"],
    [{ accuracy: null, low: null, high: null }, "unknown"],
    [{ accuracy: 255 / 256, low: 0.9782, high: 0.9993 }, "99.6 % (97.8 to 99.9)"],
    [{ accuracy: 0.9998, low: 0.9989, high: 1 }, "99.98 % (99.89 to 100.00)"],
    [{ accuracy: 0.004, low: 0.0001, high: 0.03 }, "0.4 % (<0.1 to 3.0)"],
    [{ accuracy: 0.99999999, low: 0.5, high: 1 }, ">99.9999 % (50.0000 to 100.0000)"],
    [{ accuracy: 1, low: 0.89, high: 1 }, "100 % (89 to 100)"],
    [{ accuracy: 0.9998, low: null, high: null }, "99.98 %"],
  ])("carry the decimals that the interval supports: %o", (share, text) => {
    expect(numbers.shareText(share)).toBe(text);
  });

  test.each([
    [0.9999, 0, ">99 %"],
    [1, 0, "100 %"],
    [0.0004, 1, "<0.1 %"],
    [0, 1, "0.0 %"],
    [0.99999, 1, ">99.9 %"],
  ])("%d is never rounded to all or to none", (share, decimals, text) => {
    expect(numbers.partText(share, decimals)).toBe(text);
  });
});

describe("horizons", () => {
  const base = { s: 0.5, status: "beyond" as const, lastTurn: 60, begun: 32, cut: 0 };

  test.each([
    [{ ...base, turns: 23, low: 17, high: 31 }, "23", "17 to 31"],
    [{ ...base, turns: 23, low: 17, high: null }, "23", "17 to > 60"],
    [{ ...base, turns: null, low: 44, high: null }, "> 60", "44 to > 60"],
    [{ ...base, turns: null, low: null, high: null }, "> 60", null],
    [{ ...base, turns: 1, low: 1, high: 1 }, "fails at turn 1", "1 to 1"],
    [{ ...base, s: 0.95, turns: 1, low: 1, high: 4 }, "1", "1 to 4"],
    [{ ...base, status: "unknown" as const, turns: null, low: null, high: null }, "unknown", null],
  ])("%o", (horizon, text, interval) => {
    expect(horizons.horizonText(horizon)).toBe(text);
    expect(horizons.horizonIntervalText(horizon)).toBe(interval);
  });
});

test("a horizon that others than the model ended says so", () => {
  const cut = {
    s: 0.5,
    turns: null,
    low: 4,
    high: null,
    lastTurn: 3,
    status: "unknown" as const,
    cut: 19,
    begun: 20,
  };
  expect(horizons.horizonText(cut)).toBe("unknown: 19 of 20 rollouts were cut");
  expect(horizons.horizonWithInterval(cut)).toBe("unknown: 19 of 20 rollouts were cut");
});

describe("steps", () => {
  const base = { status: "reached" as const, lastTurn: 60 };
  test.each([
    [{ ...base, turns: 1 }, 12, "1 to 12"],
    [{ ...base, turns: 142 }, 12, "1,693 to 1,704"],
    [{ ...base, turns: 17 }, 1, "17"],
    [{ ...base, turns: null }, 12, "> 720"],
    [{ ...base, status: "unknown" as const, turns: null }, 12, "unknown"],
  ])("%o of %i keys a turn read %s", (horizon, keysPerTurn, text) => {
    expect(horizons.stepsText(horizon, keysPerTurn)).toBe(text);
  });
});

test("p-values have two digits and a floor", () => {
  expect(numbers.pValueText(0.04123)).toBe("p = 0.041");
  expect(numbers.pValueText(0.0000001)).toBe("p < 0.0001");
});

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { holmAdjusted, logRankTest } from "../../src/metrics/log-rank.ts";
import { survivalCurve } from "../../src/metrics/survival.ts";
import { censoredAfter, erredAt, finished } from "./rollouts.ts";

const { cases, holm } = JSON.parse(
  readFileSync(new URL("fixtures/survival.json", import.meta.url), "utf8"),
) as {
  cases: {
    name: string;
    turns: number;
    samples: [Sample, Sample];
    logRank: { observed: number; expected: number; variance: number; chiSquare: number; pValue: number };
  }[];
  holm: { pValues: number[]; adjusted: number[] };
};

interface Sample {
  readonly time: number[];
  readonly event: number[];
}

function points({ time, event }: Sample, turns: number) {
  const rollouts = time.map((turn, i) => (event[i] === 1 ? erredAt(turn, turns) : censoredAfter(turn)));
  return survivalCurve(rollouts, turns).points;
}

describe("the log-rank test", () => {
  test.each(cases)("agrees with R's survdiff, $name", ({ samples, turns, logRank }) => {
    const test = logRankTest(points(samples[0], turns), points(samples[1], turns));
    if (test === null) throw new Error("no test");
    expect(test.chiSquare).toBeCloseTo(logRank.chiSquare, 10);
    expect(test.variance).toBeCloseTo(logRank.variance, 10);
    expect(test.observed - test.expected).toBeCloseTo(logRank.observed - logRank.expected, 10);
    expect(test.pValue / logRank.pValue).toBeCloseTo(1, 10);
  });

  test("does not depend on which sample is first", () => {
    for (const { samples, turns } of cases) {
      const [first, second] = samples.map((sample) => points(sample, turns)) as [
        ReturnType<typeof points>,
        ReturnType<typeof points>,
      ];
      expect(logRankTest(second, first)?.pValue).toBeCloseTo(logRankTest(first, second)?.pValue ?? -1, 12);
    }
  });

  test("finds nothing to tell when nobody erred or nobody was there", () => {
    const flawless = survivalCurve([finished(5), finished(5)], 5).points;
    expect(logRankTest(flawless, flawless)).toBeNull();
    expect(logRankTest(flawless, [])).toBeNull();
    const allAtOnce = survivalCurve([erredAt(1, 5), erredAt(1, 5)], 5).points;
    expect(logRankTest(allAtOnce, allAtOnce)).toBeNull();
  });

  test("finds no difference between a sample and itself", () => {
    const curve = survivalCurve([erredAt(1, 5), erredAt(3, 5), finished(5)], 5).points;
    expect(logRankTest(curve, curve)).toMatchObject({ chiSquare: 0, pValue: 1 });
  });
});

test("Holm's adjustment agrees with R's p.adjust", () => {
  for (const [i, adjusted] of holmAdjusted(holm.pValues).entries())
    expect(adjusted).toBeCloseTo(holm.adjusted[i] ?? -1, 14);
  expect(holmAdjusted([])).toEqual([]);
});

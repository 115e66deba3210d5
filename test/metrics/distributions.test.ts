import { describe, expect, it } from "vitest";
import {
  chiSquareUpperTail,
  normalTwoSided,
  studentQuantile,
  studentTwoSided,
} from "../../src/metrics/distributions.ts";

describe("tails", () => {
  it("are small where they can be told, and 0 beyond what a double holds", () => {
    expect(normalTwoSided(1.959963984540054)).toBeCloseTo(0.05, 12);
    expect(normalTwoSided(30)).toBeGreaterThan(0);
    for (const z of [37, 38, 40, 1000]) expect(normalTwoSided(z)).toBeLessThan(1e-290);
    expect(chiSquareUpperTail(1e9, 3)).toBe(0);
  });

  it("of Student's t belong to its quantiles", () => {
    // One degree of freedom is Cauchy's law: 1 - 2 arctan(t) / pi.
    expect(studentTwoSided(1, 1)).toBeCloseTo(0.5, 12);
    expect(studentTwoSided(-12.706204736432095, 1)).toBeCloseTo(0.05, 10);
    for (const freedom of [2, 9, 80])
      expect(studentTwoSided(studentQuantile(0.975, freedom), freedom)).toBeCloseTo(0.05, 9);
    expect(studentTwoSided(0, 5)).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import { chiSquareUpperTail, normalTwoSided } from "../../src/metrics/distributions.ts";

describe("tails", () => {
  it("are small where they can be told, and 0 beyond what a double holds", () => {
    expect(normalTwoSided(1.959963984540054)).toBeCloseTo(0.05, 12);
    expect(normalTwoSided(30)).toBeGreaterThan(0);
    for (const z of [37, 38, 40, 1000]) expect(normalTwoSided(z)).toBeLessThan(1e-290);
    expect(chiSquareUpperTail(1e9, 3)).toBe(0);
  });
});

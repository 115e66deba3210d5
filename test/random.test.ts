import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveSeed, Random } from "../src/random.ts";

describe("Random", () => {
  it("gives the same numbers for the same path, for ever", () => {
    const random = new Random(1, "keys", 0);
    const first = Array.from({ length: 6 }, () => random.uint32());
    expect(first).toMatchInlineSnapshot(`
      [
        1237021399,
        3166172595,
        530851586,
        3241512894,
        3817214691,
        1838485075,
      ]
    `);
    expect(deriveSeed(7, "sampler", 3, 2)).toMatchInlineSnapshot(`735209206`);
  });

  it("draws every integer below n, each about as often", () => {
    const fair = new Random(3, "fair");
    const seen = new Map<number, number>();
    for (let i = 0; i < 70_000; i++) {
      const value = fair.below(7);
      seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // Five standard deviations of a binomial count.
    for (const count of seen.values())
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(70_000 * (1 / 7) * (6 / 7)));
  });

  it("samples without repeats and leaves the items as they were", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 50 }), fc.nat(), (items, seed) => {
        const copy = items.slice();
        const count = seed % (items.length + 1);
        const drawn = new Random(seed).sample(items, count);
        expect(items).toEqual(copy);
        expect(new Set(drawn).size).toBe(count);
        expect(drawn.every((item) => items.includes(item))).toBe(true);
      }),
    );
  });

  it("has streams that do not depend on each other's names", () => {
    expect(new Random(1, "a").uint32()).not.toBe(new Random(1, "b").uint32());
    expect(new Random(1, "a", 1).uint32()).not.toBe(new Random(1, "a", 11).uint32());
  });
});

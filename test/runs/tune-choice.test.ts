import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chosenNumber, fastestForAll, type Speeds } from "../../src/runs/tune-choice.ts";

const counts = [1, 4, 8, 16, 32, 64];

function speeds(...rates: readonly number[]): Speeds {
  return rates.map((tokensPerSecond, index) => ({ parallel: counts[index] ?? 0, tokensPerSecond }));
}

const anySpeeds = fc
  .array(fc.double({ min: 1, max: 10_000, noNaN: true }), { minLength: 1, maxLength: counts.length })
  .map((rates) => speeds(...rates));

describe("the fastest number of conversations", () => {
  it("is a larger one only where that is faster by a tenth", () => {
    expect(fastestForAll([speeds(100, 300, 412, 420)])).toBe(8);
    expect(fastestForAll([speeds(100, 109, 109)])).toBe(1);
    expect(fastestForAll([speeds(100, 110)])).toBe(4);
    // Against the one that was taken, not against the one just before.
    expect(fastestForAll([speeds(100, 108, 116)])).toBe(8);
  });

  it("is never one that a smaller number reaches, nor one that a larger number beats by a tenth", () => {
    fc.assert(
      fc.property(anySpeeds, (tried) => {
        const chosen = fastestForAll([tried]) ?? 0;
        const rate = tried.find(({ parallel }) => parallel === chosen)?.tokensPerSecond ?? 0;
        for (const other of tried) {
          if (other.parallel < chosen) expect(other.tokensPerSecond).toBeLessThan(rate);
          if (other.parallel > chosen) expect(other.tokensPerSecond).toBeLessThan(1.1 * rate);
        }
        const [first] = tried;
        if (chosen > 1) expect(rate).toBeGreaterThanOrEqual(1.1 * (first?.tokensPerSecond ?? 0));
      }),
    );
  });

  it("of several models is the best by the geometric mean, in whatever order they stand", () => {
    // Alone 4 and 32; together 16 gains 1.6 times for the second and loses a tenth for the first.
    const [one, two] = [speeds(100, 200, 200, 180, 120), speeds(100, 200, 300, 480, 560)];
    expect([fastestForAll([one]), fastestForAll([two]), fastestForAll([one, two])]).toEqual([4, 32, 16]);
    fc.assert(
      fc.property(fc.array(anySpeeds, { minLength: 1, maxLength: 5 }), (models) => {
        const chosen = fastestForAll(models);
        expect(fastestForAll(models.toReversed())).toBe(chosen);
        for (const tried of models) expect(tried.some(({ parallel }) => parallel === chosen)).toBe(true);
      }),
    );
  });
});

describe("the number that is taken", () => {
  const measured = (ended: string, ...rates: readonly number[]) => ({ tried: speeds(...rates), ended });

  it("is the fastest, and no more than is possible", () => {
    expect(chosenNumber([measured("noGain", 100, 200, 300, 310, 310)], 32, 64)).toBe(8);
    expect(chosenNumber([measured("all", 100, 200, 300, 400, 500, 600)], 32, 20)).toBe(20);
  });

  it("is the usual one where more would have been faster still, but there was no time", () => {
    expect(chosenNumber([measured("budget", 100, 200, 300)], 32, 64)).toBe(32);
    expect(chosenNumber([measured("budget", 100, 200, 300)], 6, 6)).toBe(6);
    expect(chosenNumber([measured("budget", 100, 200, 300, 310)], 32, 64)).toBe(8);
    expect(chosenNumber([measured("budget")], 32, 64)).toBe(32);
    expect(chosenNumber([], 32, 64)).toBe(32);
  });
});

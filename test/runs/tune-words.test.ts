import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chosenNumber, type Speeds } from "../../src/runs/tune-choice.ts";
import type { Measurement } from "../../src/runs/tune-counts.ts";
import { becauseOf, type Room } from "../../src/runs/tune-words.ts";

const counts = [1, 4, 8, 16, 32, 64];
const roomy: Room = { most: 64, limit: "memory" };

function measured(rates: readonly number[], ended: Measurement["ended"] = "all"): Measurement {
  const tried: Speeds = rates.map((tokensPerSecond, index) => ({
    parallel: counts[index] ?? 0,
    tokensPerSecond,
  }));
  return { depth: 400, tried, ended, forecastMs: 1e6, spentMs: 1e4 };
}

/** What is told of each of these models where they are to play together. */
function told(models: readonly Measurement[], room = roomy, at: string | null = null): string[] {
  const parallel = chosenNumber(models, Math.min(32, room.most), room.most);
  const choice = { ...room, parallel, isForAll: models.length > 1 };
  return models.map((measurement) => becauseOf({ measurement, at, isDisturbed: false }, choice));
}

describe("why so many conversations at a time", () => {
  it("is that more are less than a tenth faster, or no faster", () => {
    expect(told([measured([100, 280, 412, 420])])).toEqual([
      "412 tokens/s against 280 with 4 (16: 420, less than 10 % more), at 400 tokens",
    ]);
    expect(told([measured([100, 280, 412, 400])])).toEqual([
      "412 tokens/s against 280 with 4 (16: 400), at 400 tokens",
    ]);
  });

  it("is another for a model that more would serve better, where several play together", () => {
    const [one, two] = told([measured([100, 200, 190, 100]), measured([100, 200, 300, 420])]);
    expect(one).toBe(
      "190 tokens/s against 200 with 4 (16: 100), at 400 tokens; the same number for all models",
    );
    expect(two).toBe(
      "300 tokens/s against 200 with 4 (16: 420, but the number is chosen for all models together), at 400 tokens; the same number for all models",
    );
  });

  it("is what is possible now where more were faster then", () => {
    const then = measured([100, 200, 300, 400, 500, 600]);
    const at = "2026-11-01T00:00:00.000Z";
    expect(told([then], { most: 16, limit: "memory" }, at)).toEqual([
      "400 tokens/s against 300 with 8 (64: 600, but memory holds only 16), at 400 tokens; measured on 2026-11-01, --retune measures anew",
    ]);
    expect(told([then], { most: 16, limit: "rollouts" })[0]).toContain(
      "(64: 600, but the run has only 16 rollouts)",
    );
    expect(told([then], { most: 32, limit: "unknown" })[0]).toContain(
      "but what more than 32 take is not known",
    );
    expect(told([then, then], { most: 16, limit: "memory" })[0]).toContain(
      "but memory holds only 16 of every model",
    );
    expect(told([measured([100, 200, 300, 400, 500, 600])], { most: 20, limit: "memory" })[0]).toMatch(
      /^memory holds only 20; measured only with 1 \(100 tokens\/s\), .*, 64 \(600 tokens\/s\), at 400 tokens$/,
    );
  });

  it("is what is usual where measuring more would have cost too much", () => {
    expect(told([measured([100, 200, 300], "budget")])).toEqual([
      "the usual number; measured only with 1 (100 tokens/s), 4 (200 tokens/s), 8 (300 tokens/s), at 400 tokens, more would have cost too much of the run's time",
    ]);
  });

  it("is the other arms of a suite, or what keeps this one from their number", () => {
    const choice = { ...roomy, parallel: 16, isForAll: true };
    expect(becauseOf({ likeArms: 16 }, choice)).toBe("as the other arms of this suite");
    expect(becauseOf({ likeArms: 16 }, { ...choice, parallel: 8, most: 8 })).toBe(
      "the other arms of this suite play 16, but memory holds only 8 of every model",
    );
  });

  it("tells what was measured beside other programs", () => {
    const choice = { ...roomy, parallel: 4, isForAll: false };
    const because = (isDisturbed: boolean): string =>
      becauseOf({ measurement: measured([100, 200, 210]), at: null, isDisturbed }, choice);
    expect(because(true)).toContain("; other programs had cores meanwhile, so the next run measures anew");
    expect(because(false)).not.toContain("other programs");
  });

  it("never calls less than a tenth what is more", () => {
    const anyModel = fc
      .array(fc.integer({ min: 10, max: 9_999 }), { minLength: 1, maxLength: counts.length })
      .map((rates) => measured(rates));
    const anyRoom = fc.record({
      most: fc.constantFrom(4, 8, 20, 32, 64),
      limit: fc.constantFrom(...(["memory", "rollouts", "unknown"] as const)),
    });
    fc.assert(
      fc.property(fc.array(anyModel, { minLength: 1, maxLength: 3 }), anyRoom, (models, room) => {
        for (const [index, because] of told(models, room).entries()) {
          const [, speed, count, rate, why] = /^(\d+).*? \((\d+): (\d+)(.*?)\)/.exec(because) ?? [];
          if (count === undefined || because.includes("measured only")) continue;
          const ratio = Number(rate) / Number(speed);
          if (ratio < 1.09) expect(["", ", less than 10 % more"]).toContain(why);
          if (ratio >= 1.11) expect(why).toMatch(/^, but/);
          if (why?.includes("only") === true) expect(Number(count)).toBeGreaterThan(room.most);
          if (models.length === 1) expect(why).not.toContain("all models");
          expect(models[index]?.tried.some(({ parallel }) => parallel === Number(count))).toBe(true);
        }
      }),
    );
  });
});

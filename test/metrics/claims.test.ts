import { describe, expect, it } from "vitest";
import { claims, gateOf, levels } from "../../bench/statistics/claims.ts";
import { claimsOf, equals } from "../../bench/statistics/crossing.ts";
import { cutShort, drawEqualModels, sharing, sizes, stopped } from "../../bench/statistics/equal-models.ts";
import { Random } from "../../src/random.ts";

// A small version of bench/statistics/results/claims.md and crossing.md; gates of four standard errors.
const studies = 400;
const isSmall = ({ first, second }: { first: number; second: number }): boolean => first + second <= 132;

describe("equal models", () => {
  const worlds = [...sizes, ...stopped, ...cutShort, ...sharing].filter(isSmall);
  it.each(worlds.filter((_, index) => index % 5 === 2))(
    "are told apart no oftener than the level says: $name, $first and $second rollouts, $common pairs",
    (models) => {
      for (const [index, share] of claims(models, studies).entries())
        expect(share).toBeLessThanOrEqual(gateOf(levels[index] ?? 0, studies));
    },
  );

  it.each(equals.filter(({ first }) => first === 50).filter((_, index) => index % 4 === 0))(
    "are told apart no oftener by crossing curves, too: $name",
    (models) => {
      const random = new Random("crossing test", models.name);
      const found = claimsOf(() => drawEqualModels(models, random), models.turns, studies);
      expect(found.either).toBeLessThanOrEqual(gateOf(0.05, studies));
    },
  );
});

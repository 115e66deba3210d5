import { describe, expect, it } from "vitest";
import {
  contest,
  contestWorlds,
  degradation,
  degradationWorlds,
} from "../../bench/statistics/turn-accuracy.ts";

// The tables that these are a small version of: bench/statistics/results/turn-accuracy.md.
const studies = 400;
const error = (share: number): number => Math.sqrt((share * (1 - share)) / studies);
const most = 0.05 + 4 * error(0.05);
const least = 0.95 - 4 * error(0.95);

describe("degradation", () => {
  it.each(degradationWorlds.filter(({ rollouts }) => rollouts[0] === 10))(
    "finds what is planted and nothing else: $name",
    (world) => {
      const { length, errors } = degradation(world, studies);
      for (const [name, share] of Object.entries({ length, errors }))
        if ((world.planted as readonly string[]).includes(name)) expect(share, name).toBeGreaterThan(0.8);
        else expect(share, name).toBeLessThan(most);
    },
  );
});

describe("turn accuracy of two models", () => {
  const small = contestWorlds.filter(({ sizes }) => sizes[0] <= 30 && sizes[1] <= 100);
  it.each(small.filter(({ models: [one, other] }) => one.p === other.p))(
    "claims nothing between equal ones, and its interval holds that: $name, $sizes",
    (world) => {
      const { claims, held } = contest(world, studies);
      expect(claims).toBeLessThan(most);
      expect(held).toBeGreaterThan(least);
    },
  );

  it.each(small.filter(({ models: [one, other] }) => one.p !== other.p))(
    "has the true difference in its interval: $name, $sizes",
    (world) => {
      expect(contest(world, studies).held).toBeGreaterThan(least);
    },
  );
});

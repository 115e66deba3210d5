import { describe, expect, it } from "vitest";
import { tierShares, type TierWorld, worlds } from "../../bench/statistics/tiers.ts";
import { gateOf } from "../../bench/statistics/claims.ts";

// A small version of bench/statistics/results/tiers.md; gates of four standard errors.
const studies = 150;
const gate = gateOf(0.05, studies);

function named(name: string, rollouts: number): TierWorld {
  const found = worlds.find((world) => world.name === name && world.rollouts === rollouts);
  if (found === undefined) throw new Error(`no world ${name}`);
  return found;
}

describe("rows that are as good as the best", () => {
  it.each([
    named("6 equal", 20),
    named("12 equal", 20),
    named("12 equal, half of the errors shared", 50),
    named("3 equal, 9 far behind", 50),
  ])("are left out no oftener than 5 %, though the best is chosen by the same rollouts: $name", (world) => {
    const { namedBestOut, falseClaims, someBestOut } = tierShares(world, studies);
    expect(namedBestOut).toBeLessThanOrEqual(gate);
    expect(falseClaims).toBeLessThanOrEqual(gate);
    expect(someBestOut).toBeLessThanOrEqual(gate);
  });

  it("would be called worse far oftener, were p-values adjusted for the comparisons with the best alone", () => {
    expect(tierShares(named("12 equal", 20), studies).falseIfUnchosen).toBeGreaterThan(0.07);
  });
});

describe("rows that are far apart", () => {
  it("come out in the tiers that were planted", () => {
    expect(tierShares(named("p 0.99, 0.95, 0.9", 100), studies).right).toBeGreaterThan(0.8);
    expect(tierShares(named("3 equal, 9 far behind", 50), studies).right).toBeGreaterThan(0.8);
  });

  it("and a tier holds more where rollouts are too few to tell", () => {
    const few = tierShares(named("p 0.99, 0.95, 0.9", 20), studies);
    expect(few.right).toBeLessThan(0.5);
    expect(few.someBestOut).toBeLessThanOrEqual(gate);
  });
});

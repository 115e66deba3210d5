import { describe, expect, it } from "vitest";
import { recovery } from "../../bench/statistics/self-conditioning.ts";

// The table that this is a small version of: bench/statistics/results/self-conditioning.md.
describe("the self-conditioning experiment", () => {
  it("finds a planted effect, and its interval holds it", async () => {
    const { held, breeds, mean } = await recovery(2, "noise", 20);
    expect(held).toBeGreaterThanOrEqual(0.8);
    expect(breeds).toBe(1);
    expect(mean).toBeCloseTo(-2, 0);
  });

  it("claims none where there is none", async () => {
    const { breeds, careful } = await recovery(0, "look-up", 20);
    expect(breeds + careful).toBeLessThanOrEqual(0.15);
  });
});

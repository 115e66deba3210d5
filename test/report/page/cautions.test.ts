import { describe, expect, it } from "vitest";
import { cautionsOf } from "../../../src/report/page/cautions.ts";
import { madeGroup } from "./made-groups.ts";

describe("cautionsOf", () => {
  it("says once what holds for all rows, and names the rows of what does not", () => {
    const lost = {
      turns: null,
      low: null,
      high: null,
      lastTurn: 7,
      status: "unknown",
      cut: 19,
      begun: 20,
    } as const;
    const found = cautionsOf([
      madeGroup({ label: "one", half: { turns: 4, low: 2, high: 9 } }),
      madeGroup({ label: "other", half: lost }),
    ]);
    expect(found.filter((caution) => caution.includes("H90"))).toHaveLength(1);
    expect(found.find((caution) => caution.includes("H90"))).not.toMatch(/one|other:/);
    expect(found.filter((caution) => caution.includes("H50 is unknown"))).toEqual([
      expect.stringMatching(/^other: H50 is unknown: 19 of 20/),
    ]);
  });
});

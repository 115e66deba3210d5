import { describe, expect, test } from "vitest";
import type { CompareGroup } from "../../src/figures/compare-schema.ts";
import { proportion } from "../../src/metrics/proportion.ts";
import { columnsOf } from "../../src/report/compare/metrics.ts";
import { renderMeasures } from "../../src/report/tables/measure-table.ts";

/** A row with so many slips of each kind. */
function row(counts: Readonly<Record<string, number>>): CompareGroup {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(counts).map(([kind, count]) => ({
    ...proportion(count, all),
    kind,
    chance: 0.01,
    isAboveChance: true,
  }));
  return {
    model: { bitsPerWeight: null },
    slips: { slips: all, all, kinds, lookUps: null, findings: [] },
    afterSlip: null,
  } as unknown as CompareGroup;
}

function titlesOf(...rows: readonly CompareGroup[]): string[] {
  const isShown = (title: string): boolean =>
    columnsOf("slips", rows).some(
      (one) => one.title === title && rows.some((own) => one.cell(own) !== "unknown"),
    );
  return columnsOf("slips", rows)
    .map(({ title }) => title)
    .filter(isShown);
}

describe("the table of slips", () => {
  test("begins with the kinds that there are most of", () => {
    const found = titlesOf(row({ other_key: 1, unknown: 3, ambiguous: 21, value_only: 75 }));
    expect(found).toEqual([
      "slips",
      "total forgotten / chance",
      "several ways / chance",
      "unexplained / chance",
      "other key",
    ]);
  });

  test("hides no kind that a row with few slips has most of", () => {
    const large = row({ other_key: 900, digit_slip: 100 });
    const small = row({ example_total: 8, other_key: 2 });
    expect(titlesOf(large, small).slice(1)).toEqual([
      "other key / chance",
      "examples' total / chance",
      "digit off / chance",
    ]);
  });

  test("breaks a tie by the row with the most slips", () => {
    const few = row({ stale_state: 5, repair: 5 });
    const many = row({ stale_state: 40, repair: 50, unknown: 10 });
    expect(titlesOf(few, many).slice(1)).toEqual([
      "back to the truth / chance",
      "older total / chance",
      "unexplained / chance",
    ]);
  });

  test("keeps the largest share where the terminal is narrow", () => {
    const group = row({ other_key: 10, digit_slip: 9, unknown: 30, repeated_answer: 1, value_only: 750 });
    const text = renderMeasures([group], ["model"], columnsOf("slips", [group]), 60, false);
    expect(text).toContain("total forgotten");
    expect(text).not.toContain("digit off");
  });
});

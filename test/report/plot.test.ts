import { describe, expect, it } from "vitest";
import { renderPlot } from "../../src/report/words/plot.ts";

const point = (accuracy: number | null, reach = 0.1) => ({
  accuracy,
  low: accuracy === null ? null : Math.max(0, accuracy - reach),
  high: accuracy === null ? null : Math.min(1, accuracy + reach),
});
const falling = Array.from({ length: 40 }, (_, index) => point(0.95 ** index));
const steady = Array.from({ length: 40 }, () => point(1, 0));

describe("a plot", () => {
  it("draws one curve with its band", () => {
    expect(
      renderPlot([{ label: "one", points: falling }], { width: 46, unicode: true }).join("\n"),
    ).toMatchSnapshot();
  });

  it("draws several on one pair of axes, with letters that the legend explains, in plain characters too", () => {
    const curves = [
      { label: "far", points: steady },
      { label: "near", points: falling },
    ];
    const text = renderPlot(curves, { width: 46, unicode: false }).join("\n");
    expect(text).toMatchSnapshot();
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain("A far   B near");
    expect(text.split("\n")[0]).toContain("AAAA");
  });

  it("leaves blank what is unknown, and is never wider than it may be", () => {
    const [top = ""] = renderPlot([{ label: "", points: [point(1), point(1), point(null), point(null)] }], {
      width: 26,
      unicode: false,
    });
    expect(top.trimEnd().length).toBeLessThan(20);
    for (const width of [16, 30, 80, 200])
      for (const unicode of [true, false])
        for (const line of renderPlot(
          [
            { label: "a model's name", points: falling },
            { label: "b", points: steady },
          ],
          { width, unicode },
        ))
          expect(line.length).toBeLessThanOrEqual(Math.max(width, 24));
  });
});

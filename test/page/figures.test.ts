import { describe, expect, it } from "vitest";
import { figureSvg } from "../../src/page/figure-svg.ts";
import type { Figure } from "../../src/page/figures/drawing.ts";
import { headlineOf } from "../../src/figures/headline.ts";
import { headlineFigures } from "../../src/page/figures/headline.ts";
import { paretoFigure } from "../../src/page/figures/models.ts";
import { concurrencyFigure, decodeDepthFigure } from "../../src/page/figures/speed.ts";
import { areaStyleOf, dark, light, styleOf } from "../../src/page/figures/palette.ts";
import type { CompareGroup } from "../../src/figures/compare-schema.ts";
import type { PageDocument } from "../../src/report/page/page-schema.ts";
import { madeGroup } from "../report/page/made-groups.ts";
import { madeSettings } from "../report/runs.ts";

const groups = [
  madeGroup({ label: "far", half: { turns: 40, low: 30, high: 50, lastTurn: 60 }, rate: 200 }),
  madeGroup({
    label: "open",
    half: { turns: null, low: 50, high: null, lastTurn: 60 },
    model: { bytes: 9e6 },
  }),
  madeGroup({
    label: "lost",
    half: { turns: null, low: null, high: null, lastTurn: 7, status: "unknown", cut: 19, begun: 20 },
  }),
];

function documentOf(shown: readonly CompareGroup[], more: Partial<PageDocument> = {}): PageDocument {
  const document: Partial<PageDocument> = {
    comparison: {
      schemaVersion: 1,
      db: [],
      by: "model",
      baseline: null,
      verdict: "",
      notes: [],
      groups: shown,
      headline: headlineOf(shown),
      pairs: [],
    },
    details: shown.map(({ label }) => ({
      label,
      curve: [],
      turnCurve: [],
      outcomes: [],
      depths: [],
      depthsOf: label,
      evenHorizon: null,
      beatenBy: label === "open" ? ["far"] : [],
    })),
    unlike: [],
    ...more,
  };
  return document as PageDocument;
}

/** Points and lines of a figure by the name of their series. @param axis of its charts */
function drawn(figure: Figure | null, axis = 0): Record<string, unknown> {
  const { series } = (figure?.option(light) ?? { series: [] }) as {
    series: { name: string; data: unknown; xAxisIndex?: number }[];
  };
  const own = series.filter(({ xAxisIndex = 0 }) => xAxisIndex === axis);
  return Object.fromEntries(own.map(({ name, data }) => [name, data]));
}

/** Of the sheet: both charts by size, and the paper's curve. */
function sheetOf({ comparison }: PageDocument): Figure[] {
  return comparison === null ? [] : headlineFigures(comparison);
}

describe.each([
  ["speed", paretoFigure, 0],
  ["size", (document: PageDocument) => sheetOf(document)[0] ?? null, 1],
])("horizon against %s", (_, figureOf, axis) => {
  const figure = figureOf(documentOf(groups));

  it("has no point for a horizon that is unknown, and says why in the table", () => {
    expect(Object.keys(drawn(figure, axis))).not.toContain("lost");
    const row = figure?.rows.find(([label]) => label === "lost");
    expect(row).toContain("unknown: 19 of 20 rollouts were cut");
    expect(row?.join(" ")).not.toContain("> 7");
    expect(figure?.label).toContain("lost");
  });

  it("draws intervals, and those of open horizons to the top", () => {
    const [, farY] = (drawn(figure, axis)["far interval"] as number[][]).map(([, y]) => y);
    expect(farY).toBe(50);
    const [from, to] = drawn(figure, axis)["open interval"] as [
      number[],
      { value: number[]; symbol: string },
    ];
    expect(from[1]).toBe(50);
    expect(to.value[1]).toBeGreaterThan(60);
    expect(to.symbol).toBe("triangle");
    expect(figure?.rows.find(([label]) => label === "open")).toContain("> 60");
  });
});

it("horizon against speed is not drawn of rows that were asked different things", () => {
  expect(paretoFigure(documentOf(groups, { unlike: ["keysPerTurn"] }))).toBeNull();
});

describe("figures of speed", () => {
  const bin = { from: 100, to: 200, depth: 150.4, decodeTokensPerSecond: 50, low: 48, high: 53 };
  const point = { conversations: 8, tokensPerSecond: 300, low: 290, high: 310, from: "run" as const };
  const tried = [1, 4, 8].map((conversations) => ({
    ...{ conversations, tokensPerSecond: 40 * conversations, low: null, high: null },
    from: "trial" as const,
  }));
  const document = documentOf(groups, {
    decodeDepths: [
      { label: "far", runs: ["1"], bins: [{ ...bin, conversations: 8, batches: 40 }] },
      { label: "open", runs: ["2"], bins: [] },
    ],
    concurrency: [
      { label: "far", points: [...tried, point] },
      { label: "open", points: [point] },
    ],
  });

  it("draw decode against depth with its interval, and leave out whoever tells no depth", () => {
    const figure = decodeDepthFigure(document);
    expect(figure.rows).toEqual([["far", 150, 50, 48, 53, 8]]);
    expect(drawn(figure)).toEqual({
      far: [[150.4, 50]],
      "far interval": [
        [150.4, 48],
        [150.4, 53],
      ],
    });
  });

  it("draw decode against conversations where there are several numbers of them", () => {
    const figure = concurrencyFigure(document);
    expect(
      figure?.rows.map(([label, conversations, rate, , , from]) => [label, conversations, rate, from]),
    ).toEqual([
      ["far", 1, 40, "tried before a run"],
      ["far", 4, 160, "tried before a run"],
      ["far", 8, 320, "tried before a run"],
      ["far", 8, 300, "run"],
    ]);
    expect(concurrencyFigure({ ...document, concurrency: [{ label: "open", points: [point] }] })).toBeNull();
  });
});

describe("figures of models", () => {
  it("tell who is beaten", () => {
    const figure = paretoFigure(documentOf(groups));
    expect(figure?.rows.map((row) => row.at(-1))).toEqual(["nobody shown", "far", "nobody shown"]);
  });

  it("put horizons beside the paper's curve, those beyond the turns hollow, and none that is unknown", () => {
    const [, figure] = sheetOf(documentOf(groups));
    const option = figure?.option(light) as {
      series: { name: string; type: string; itemStyle: { color: string } }[];
    };
    const hollow = option.series
      .filter(({ type }) => type === "scatter")
      .map(({ name, itemStyle }) => [name, itemStyle.color === light.ground]);
    expect(hollow).toEqual([
      ["far", false],
      ["open", true],
    ]);
    expect(figure?.rows.find(([label]) => label === "lost")).toContain("unknown: 19 of 20 rollouts were cut");
  });

  it("has charts for each question, since turns asked otherwise share no axis, and none of sizes for one model", () => {
    const other = madeGroup({ label: "other", run: { settings: madeSettings({ valueMax: 9 }) } });
    expect(sheetOf(documentOf([...groups, other])).map(({ id }) => id)).toEqual([
      "headline",
      "illusion",
      "illusion-2",
    ]);
  });

  it("are found by their name where only a later question's models differ in size", () => {
    const asked = { run: { settings: madeSettings({ valueMax: 9 }) } };
    const shown = [
      madeGroup({ label: "one" }),
      madeGroup({ label: "small", ...asked }),
      madeGroup({ label: "large", ...asked, model: { bytes: 9e6 } }),
    ];
    const document = documentOf(shown, { suites: [], decodeDepths: [], concurrency: [] });
    expect(figureSvg(document, "headline")).toContain("large");
    expect(figureSvg(document, "nothing")).toBeNull();
  });
});

describe("the palette", () => {
  it("stands out on white and on the dark ground by 3 to 1, and has no two models alike", () => {
    const styles = Array.from({ length: 12 }, (_, index) => styleOf(index));
    for (const { color } of styles)
      for (const { ground } of [light, dark]) expect(contrast(color, ground), color).toBeGreaterThan(3);
    expect(new Set(styles.map(({ color }) => color)).size).toBe(12);
    expect(new Set(styles.map(({ mark, dash }) => `${mark} ${dash.toString()}`)).size).toBe(12);
  });

  it("tells areas apart by hatching, so that no error looks like another or like what is right", () => {
    const areas = [null, 0, 1, 2, 3, 4, 5].map(areaStyleOf);
    expect(new Set(areas.map(({ color, hatch }) => `${color} ${hatch}`)).size).toBe(areas.length);
  });
});

/** Ratio of luminances as WCAG has it. */
function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

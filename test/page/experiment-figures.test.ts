import { describe, expect, it } from "vitest";
import { experimentFigures } from "../../src/page/figures/experiments.ts";
import type { Figure } from "../../src/page/figures/drawing.ts";
import { light } from "../../src/page/figures/palette.ts";
import type { PageDocument } from "../../src/report/page/page-schema.ts";
import { madeGroup } from "../report/page/made-groups.ts";
import { madeSettings } from "../report/runs.ts";

type Experiment = PageDocument["suites"][number]["experiments"][number];

function documentOf(experiment: Partial<Experiment>): PageDocument {
  return { suites: [{ suite: "s", experiments: [experiment] }] } as unknown as PageDocument;
}

/** An arm of one size of turns, for a small and a large model. */
function arms(keysPerTurn: number, turns: readonly (number | null)[], parameters = [1e8, 4e9]) {
  return turns.map((turn, index) => ({
    row: { arm: `K=${keysPerTurn}`, setting: null, model: index === 0 ? "small" : "large" },
    group: madeGroup({
      label: `${index}, K=${keysPerTurn}`,
      half: {
        turns: turn,
        low: turn === null ? null : turn - 1,
        high: turn === null ? null : turn + 1,
        lastTurn: 60,
      },
      run: { settings: madeSettings({ keysPerTurn }) },
      model: { parameters: parameters[index] ?? null },
    }),
  }));
}

function horizonOf(places: ReturnType<typeof arms>): Figure[] {
  return experimentFigures(
    documentOf({
      experiment: "horizon: several keys",
      rows: places.map(({ row }) => row),
      comparison: { groups: places.map(({ group }) => group) },
    } as unknown as Partial<Experiment>),
  );
}

function seriesOf(
  figure: Figure | undefined,
): { name: string; type: string; symbol: string; data: unknown }[] {
  const { series } = (figure?.option(light) ?? { series: [] }) as { series: ReturnType<typeof seriesOf> };
  return series;
}

describe("horizon by size", () => {
  it("has a line for each arm, in steps where turns hold several keys, what lies beyond as an arrow", () => {
    const [figure] = horizonOf([...arms(2, [4, 20]), ...arms(10, [2, null])]);
    const lines = seriesOf(figure).filter(({ type, name }) => type === "line" && !name.includes("interval"));
    expect(lines.map(({ name, data }) => [name, data])).toEqual([
      [
        "K=2",
        [
          [1e8, 8],
          [4e9, 40],
        ],
      ],
      [
        "K=10",
        [
          [1e8, 20],
          [4e9, 600],
        ],
      ],
    ]);
    const bars = seriesOf(figure).filter(({ name }) => name === "K=10 interval");
    // An error in turn 1 may have been in any of its keys.
    expect(bars[0]?.data).toEqual([
      [1e8, 1],
      [1e8, 30],
    ]);
    const points = seriesOf(figure).filter(({ type }) => type === "scatter");
    expect(points.map(({ symbol }) => symbol)).toEqual(["circle", "circle", "circle", "triangle"]);
    expect(JSON.stringify(figure?.option(light))).toContain("H50, steps");
    expect(figure?.rows.map((row) => [row[0], row[1], row[4], row[5], row.at(-1)])).toEqual([
      ["K=2", "small", 2, 4, "7 to 8"],
      ["K=2", "large", 2, 20, "39 to 40"],
      ["K=10", "small", 10, 2, "11 to 20"],
      ["K=10", "large", 10, "> 60", "> 600"],
    ]);
  });

  it("counts turns where each holds one key, and is not drawn of models of about one size", () => {
    expect(JSON.stringify(horizonOf(arms(1, [4, 20]))[0]?.option(light))).toContain("H50, turns");
    expect(horizonOf(arms(1, [4, 20], [1e8, 1e8]))).toEqual([]);
  });
});

describe("turns right by errors shown", () => {
  const proportion = (correct: number) => ({ n: 10, correct, accuracy: correct / 10, low: 0.1, high: 0.9 });
  const slope = (model: string, own: number | null) => ({
    model,
    kind: "noise",
    rates: [0, 1].map((rate) => ({ rate, shown: rate === 0 ? 0 : 0.98, ...proportion(9 - 5 * rate) })),
    own: own === null ? null : { shown: 0.3, ...proportion(own) },
  });
  const [figure] = experimentFigures(
    documentOf({
      experiment: "self-conditioning",
      slopes: [slope("one", 7), slope("other", null)],
    } as unknown as Partial<Experiment>),
  );

  it("has a line for each model over what was shown, not over what was asked for", () => {
    const lines = seriesOf(figure).filter(({ type, name }) => type === "line" && !name.includes("interval"));
    expect(lines.map(({ name }) => name)).toEqual(["one", "other"]);
    expect(lines[0]?.data).toEqual([
      [0, 0.9],
      [0.98, 0.4],
    ]);
  });

  it("marks the model's own history where its own errors stood, and nothing where it was not played", () => {
    const marks = seriesOf(figure).filter(({ symbol }) => symbol === "diamond");
    expect(marks.map(({ name, data }) => [name, data])).toEqual([["one", [[0.3, 0.7]]]]);
    expect(figure?.rows.filter((row) => row[1] === "own")).toEqual([["one", "own", 0.3, 0.7, 0.1, 0.9]]);
  });
});

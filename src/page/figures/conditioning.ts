import type { PageDocument } from "../../report/page/page-schema.ts";
import { partText } from "../../report/words/numbers.ts";
import { below, type Figure, itemBase, lineLook, percentAxis } from "./drawing.ts";
import type { Styles } from "./model-styles.ts";
import { type Ground, type Style, styleOf } from "./palette.ts";

type Experiment = PageDocument["suites"][number]["experiments"][number];
type Slope = Experiment["slopes"][number];

/** A share of right turns over the share of errors that was shown before them. */
interface Mark {
  readonly history: "planted" | "own";
  readonly shown: number;
  readonly accuracy: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * Turns right against the share of errors shown, a line for each model and kind of errors; behind the model's own history,
 * at the same turns, a diamond where its own errors stood.
 */
export function conditioningFigure(id: string, of: Experiment, styles: Styles): Figure {
  const { experiment, slopes } = of;
  const styled = styles.ofLines(
    of,
    slopes.map(({ model }) => model),
  );
  const lines = slopes.map((slope, place) => ({
    name: lineName(slope, slopes),
    marks: marksOf(slope),
    style: styled[place] ?? styleOf(place),
  }));
  const names = lines.map(({ name }) => name);
  return {
    id: `conditioning-${id}`,
    part: "why",
    title: `Turns right by errors shown (◆ own history): ${experiment}`,
    label: lines.flatMap(({ name, marks }) => marks.map((mark) => toldMark(name, mark))).join("; "),
    columns: ["errors", "history", "share of errors shown", "turns right", "low", "high"],
    rows: lines.flatMap(({ name, marks }) =>
      marks.map(({ history, shown, accuracy, low, high }) => [name, history, shown, accuracy, low, high]),
    ),
    option: (ground: Ground) => ({
      ...itemBase(ground, names),
      xAxis: { ...percentAxis(ground, ""), ...below("errors shown") },
      yAxis: percentAxis(ground, ""),
      series: lines.flatMap(({ name, marks, style }) => lineSeries(name, marks, style, ground)),
    }),
  };
}

/** One kind of errors needs no name. */
function lineName({ model, kind }: Slope, all: readonly Slope[]): string {
  return new Set(all.map((one) => one.kind)).size === 1 ? model : `${model} · ${kind}`;
}

function marksOf({ rates, own }: Slope): Mark[] {
  const marks = [
    ...rates.map((rate) => ({ ...rate, history: "planted" as const })),
    ...(own === null ? [] : [{ ...own, history: "own" as const }]),
  ];
  return marks.flatMap(({ history, shown, accuracy, low, high }) =>
    shown === null || accuracy === null ? [] : [{ history, shown, accuracy, low, high }],
  );
}

function toldMark(name: string, { history, shown, accuracy }: Mark): string {
  return `${name}: ${partText(accuracy)} at ${partText(shown)} errors${history === "own" ? " of its own" : ""}`;
}

function lineSeries(name: string, marks: readonly Mark[], style: Style, ground: Ground): object[] {
  const { color } = style;
  const planted = marks.filter(({ history }) => history === "planted");
  const bars = marks.map(({ shown, accuracy, low, high }) => ({
    type: "line",
    name: `${name} interval`,
    symbol: "none",
    silent: true,
    tooltip: { show: false },
    lineStyle: { color, width: 1 },
    data: [
      [shown, low ?? accuracy],
      [shown, high ?? accuracy],
    ],
  }));
  return [
    ...bars,
    {
      type: "line",
      name,
      ...lineLook(style),
      data: planted.map(({ shown, accuracy }) => [shown, accuracy]),
    },
    ...marks
      .filter(({ history }) => history === "own")
      .map(({ shown, accuracy }) => ({
        type: "scatter",
        name,
        symbol: "diamond",
        symbolSize: 14,
        itemStyle: { color, borderColor: ground.text, borderWidth: 1 },
        data: [[shown, accuracy]],
      })),
  ];
}

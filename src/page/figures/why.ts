import { partText } from "../../report/words/numbers.ts";
import { outcomeWords } from "../../report/words/words.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { areaStyleOf, type Ground } from "./palette.ts";
import type { Styles } from "./model-styles.ts";
import { areaLook, axes, base, type Figure, lineLook, percentAxis } from "./drawing.ts";

const classNames = Object.keys(outcomeWords) as (keyof typeof outcomeWords)[];

/** How many answers of each kind there were, turn by turn; null where all are of one kind. */
export function outcomeFigure(
  label: string,
  bins: PageDocument["details"][number]["outcomes"],
): Figure | null {
  const seen = classNames.filter((name) => bins.some(({ counts }) => counts[name] > 0));
  if (bins.length === 0 || seen.length < 2) return null;
  return {
    id: `outcomes-${label.replace(/[^\w-]+/g, "-")}`,
    title: `Kinds of answers by turn: ${label}`,
    label: seen
      .map((name) => `${outcomeWords[name]}: ${bins.reduce((sum, { counts }) => sum + counts[name], 0)}`)
      .join("; "),
    columns: ["turns", ...seen.map((name) => outcomeWords[name])],
    rows: bins.map(({ firstTurn, lastTurn, counts }) => [
      firstTurn === lastTurn ? firstTurn : `${firstTurn} to ${lastTurn}`,
      ...seen.map((name) => counts[name]),
    ]),
    option: (ground) => ({
      ...base(ground),
      xAxis: {
        type: "category",
        name: "turn",
        nameLocation: "middle",
        nameGap: 32,
        data: bins.map(({ firstTurn }) => firstTurn),
        ...axes(ground),
      },
      yAxis: { type: "value", name: "answers", ...axes(ground) },
      series: seen.map((name) => ({
        type: "bar",
        stack: "all",
        barCategoryGap: "8%",
        name: outcomeWords[name],
        itemStyle: areaLook(areaStyleOf(name === "right" ? null : classNames.indexOf(name) - 1)),
        data: bins.map(({ counts }) => counts[name]),
      })),
    }),
  };
}

/** Accuracy against the share of errors shown, a line for each kind of error and model. */
export function conditioningFigures({ suites }: PageDocument, styles: Styles): Figure[] {
  return suites.flatMap(({ suite, experiments }) =>
    experiments
      .filter(({ slopes }) => slopes.length > 0)
      .map((one) => {
        const { experiment, rows, comparison } = one;
        const points = rows.flatMap(({ planted, model, setting, history }, index) => {
          const group = comparison.groups[index];
          if (group === undefined || planted === null || history.errorShare === null) return [];
          const { accuracy, low, high } = group.overallTurnAccuracy;
          const named = `${model} · ${setting === null ? planted : `${planted}, ${setting}`}`;
          const line = namedOfWhom({ ...group, label: named });
          return [{ line, model, shown: history.errorShare, accuracy, low, high }];
        });
        const models = new Map(points.map(({ line, model }) => [line, model]));
        const styled = styles.ofLines(one, [...models.values()]);
        const lines = [...models.keys()].map((line, place) => ({ line, style: styled[place] }));
        return {
          id: `conditioning-${suite}-${experiment}`.replace(/[^\w-]+/g, "-"),
          title: `Turns right by errors shown: ${experiment}`,
          label: points
            .map(({ line, shown, accuracy }) => `${line}: ${partText(accuracy)} at ${partText(shown)} errors`)
            .join("; "),
          columns: ["errors", "share of errors shown", "turns right", "low", "high"],
          rows: points.map(({ line, shown, accuracy, low, high }) => [line, shown, accuracy, low, high]),
          option: (ground: Ground) => ({
            ...base(ground),
            xAxis: { ...percentAxis(ground, "errors shown"), nameLocation: "middle", nameGap: 32 },
            yAxis: percentAxis(ground, ""),
            series: lines.map(({ line, style }) => ({
              type: "line",
              name: line,
              ...lineLook(style),
              data: points
                .filter((point) => point.line === line)
                .map(({ shown, accuracy }) => [shown, accuracy]),
            })),
          }),
        };
      }),
  );
}

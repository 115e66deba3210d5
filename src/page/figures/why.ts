import { outcomeWords } from "../../report/words/words.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { areaStyleOf } from "./palette.ts";
import { areaLook, axes, base, below, type Figure } from "./drawing.ts";

const classNames = Object.keys(outcomeWords) as (keyof typeof outcomeWords)[];

/** How many answers of each kind there were, turn by turn; null where all are of one kind. */
export function outcomeFigure(
  label: string,
  bins: PageDocument["details"][number]["outcomes"],
): Figure | null {
  const seen = classNames.filter((name) => bins.some(({ counts }) => counts[name] > 0));
  if (bins.length === 0 || seen.length < 2) return null;
  return {
    id: `outcomes-${label}`,
    part: "why",
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
        ...below("turn"),
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

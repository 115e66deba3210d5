import { outcomeWords } from "../../report/words/words.ts";
import type { PageDocument } from "../../report/page/page-schema.ts";
import { axes, base, type Figure } from "./drawing.ts";

const classNames = Object.keys(outcomeWords) as (keyof typeof outcomeWords)[];
const classColors = ["#009e73", "#d55e00", "#cc79a7", "#b8860b", "#56b4e9", "#7a5195", "#555555"];

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
        nameGap: 28,
        data: bins.map(({ firstTurn }) => firstTurn),
        ...axes(ground),
      },
      yAxis: { type: "value", name: "answers", ...axes(ground) },
      series: seen.map((name) => ({
        type: "bar",
        stack: "all",
        barCategoryGap: "8%",
        name: outcomeWords[name],
        itemStyle: { color: classColors[classNames.indexOf(name)] },
        data: bins.map(({ counts }) => counts[name]),
      })),
    }),
  };
}

import type { PageDocument } from "../../report/page/page-schema.ts";
import { type Style, styleOf, symbolOf } from "./palette.ts";
import { axes, base, below, type Figure, text } from "./drawing.ts";

type Depth = PageDocument["details"][number]["depths"][number] & { readonly promptTokens: number };

/**
 * A time against the tokens in the KV cache; no rows where nobody knows both.
 *
 * @param styles of the document's rows
 */
export function depthFigure(
  document: PageDocument,
  id: string,
  title: string,
  unit: string,
  valueOf: (depth: Depth) => number | null,
  styles: readonly Style[] = [],
): Figure {
  const details = document.details.map(({ depthsOf, depths }, row) => ({
    depthsOf,
    style: styles[row] ?? styleOf(row),
    depths: depths.filter((depth) => isDeep(depth)),
  }));
  const isTimed = details.some(({ depths }) => depths.some((depth) => valueOf(depth) !== null));
  return {
    id,
    part: "how-fast",
    title,
    label: details
      .map(
        ({ depthsOf, depths }) =>
          `${depthsOf}: ${text(depths[0] && valueOf(depths[0]))} at first, ${text(depths.at(-1) && valueOf(depths.at(-1) as Depth))} at last, in ${unit}`,
      )
      .join("; "),
    columns: ["model", "tokens in the cache", unit],
    rows: (isTimed ? details : []).flatMap(({ depthsOf, depths }) =>
      depths.map((depth) => [depthsOf, Math.round(depth.promptTokens), valueOf(depth)]),
    ),
    option: (ground) => ({
      ...base(ground),
      xAxis: {
        type: "value",
        ...below("tokens cached"),
        ...axes(ground),
      },
      yAxis: { type: "value", name: unit, ...axes(ground) },
      series: details.map(({ depthsOf, depths, style }) => ({
        type: "line",
        name: depthsOf,
        symbol: symbolOf(style),
        symbolSize: 8,
        showSymbol: depths.length < 40,
        itemStyle: { color: style.color },
        lineStyle: { color: style.color, type: style.dash },
        data: depths.map((depth) => [Math.round(depth.promptTokens), valueOf(depth)]),
      })),
    }),
  };
}

function isDeep(depth: PageDocument["details"][number]["depths"][number]): depth is Depth {
  return depth.promptTokens !== null;
}

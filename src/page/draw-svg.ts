import { echarts } from "./charts.ts";
import type { Figure } from "./figures/drawing.ts";
import { type Key, keysOf } from "./figures/keys.ts";
import { light } from "./figures/palette.ts";

const [width, height] = [720, 400];
const lineHeight = 22;

/** A figure on white, at a fixed size, as a file of its own or for paper, its legend below it. Needs no browser. */
export function drawSvg(figure: Figure): string {
  const option = figure.option(light);
  const keys = keysOf(option);
  const room = keys.length * lineHeight;
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height: height + room });
  try {
    chart.setOption({ ...withRoom(option, room), legend: legendOf(keys), backgroundColor: light.ground });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** A name a line: outside a browser the width of text is a guess. */
function legendOf(keys: readonly Key[]): object {
  return {
    data: keys.map(({ name, kind, mark }) =>
      kind === "line" && mark === null ? { name, icon: "rect", symbolKeepAspect: false } : { name },
    ),
    orient: "vertical",
    left: 40,
    bottom: 0,
    itemGap: lineHeight - 14,
    itemWidth: 34,
    textStyle: { color: light.text },
  };
}

function withRoom(option: object, room: number): object {
  const { grid } = option as { grid: { readonly bottom: number } | readonly { readonly bottom: number }[] };
  const raised = [grid].flat().map((one) => ({ ...one, bottom: one.bottom + room }));
  return { ...option, grid: raised };
}

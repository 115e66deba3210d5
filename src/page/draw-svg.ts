import { echarts } from "./charts.ts";
import type { Figure } from "./figures/drawing.ts";
import { type Key, keysOf } from "./figures/keys.ts";
import { type Dash, light } from "./figures/palette.ts";

const [width, height] = [720, 400];
/** Of the legend: its marks are 14 high, those with an edge 16. */
const [lineGap, lineHeight, lineWidth] = [8, 24, 34];

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
    // A line without marks would be given one.
    data: keys.map(({ name, kind, mark, dash }) =>
      kind === "line" && mark === null ? { name, icon: `path://${strokes(dash)}` } : { name },
    ),
    orient: "vertical",
    left: 40,
    top: height - 4,
    itemGap: lineGap,
    itemWidth: lineWidth,
    textStyle: { color: light.text },
  };
}

/** A line as an outline that is filled, as wide as the legend's marks; its gaps have no height. */
function strokes(dash: Dash): string {
  const lengths = typeof dash === "string" ? [lineWidth] : dash;
  let path = "";
  for (let [at, index] = [0, 0]; at < lineWidth; index++) {
    const end = Math.min(lineWidth, at + (lengths[index % lengths.length] ?? lineWidth));
    path += `M${at} 0H${end}V${index % 2 === 0 ? 2 : 0}H${at}Z`;
    at = end;
  }
  return path;
}

function withRoom(option: object, room: number): object {
  const { grid } = option as { grid: { readonly bottom: number } | readonly { readonly bottom: number }[] };
  const raised = [grid].flat().map((one) => ({ ...one, bottom: one.bottom + room }));
  return { ...option, grid: raised };
}

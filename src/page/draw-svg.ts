import { echarts } from "./charts.ts";
import type { Figure } from "./figures/drawing.ts";
import { light } from "./figures/palette.ts";

/** A figure on white, at a fixed size, as a file of its own. Needs no browser. */
export function drawSvg(figure: Figure): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 720, height: 420 });
  try {
    chart.setOption({ ...figure.option(light), backgroundColor: light.ground });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

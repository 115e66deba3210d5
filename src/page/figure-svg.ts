import type { PageDocument } from "../report/page/schema.ts";
import { echarts } from "./charts.ts";
import { figuresOf } from "./figures/index.ts";
import { light } from "./palette.ts";

/** A figure of the page as SVG text, on white; null where the document has no such figure. */
export function figureSvg(document: PageDocument, id: string): string | null {
  const figure = figuresOf(document).find((one) => one.id === id);
  if (figure === undefined) return null;
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 720, height: 420 });
  try {
    chart.setOption({ ...figure.option(light), backgroundColor: light.ground });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

/** The names of the figures that the document has. */
export function figureNames(document: PageDocument): string[] {
  return figuresOf(document).map(({ id }) => id);
}

import type { PageDocument } from "../report/page/page-schema.ts";
import { drawSvg } from "./draw-svg.ts";
import { figuresOf } from "./figures/index.ts";

/** A figure of the page as SVG text; null where the document has no such figure. */
export function figureSvg(document: PageDocument, id: string): string | null {
  const figure = figuresOf(document).find((one) => one.id === id);
  return figure === undefined ? null : drawSvg(figure);
}

/** The names of the figures that the document has. */
export function figureNames(document: PageDocument): string[] {
  return figuresOf(document).map(({ id }) => id);
}

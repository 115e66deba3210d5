import type { PageDocument } from "../report/page/page-schema.ts";
import { drawSvg } from "./draw-svg.ts";
import { figuresOf } from "./figures/index.ts";

/** A figure of the page as SVG text; null where the document has none of this name, and not just one that begins with it. */
export function figureSvg(document: PageDocument, name: string): string | null {
  const figures = figuresOf(document);
  const begun = figures.filter(({ id }) => id.startsWith(`${name}-`));
  const figure = figures.find(({ id }) => id === name) ?? (begun.length === 1 ? begun[0] : undefined);
  return figure === undefined ? null : drawSvg(figure);
}

/** The names of the figures that the document has. */
export function figureNames(document: PageDocument): string[] {
  return figuresOf(document).map(({ id }) => id);
}

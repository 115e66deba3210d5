import type { PageDocument } from "../report/page/page-schema.ts";
import { drawSvg } from "./draw-svg.ts";
import { figuresOf } from "./figures/index.ts";

/** A figure of the page as SVG text; null where the document has no such figure. */
export function figureSvg(document: PageDocument, id: string): string | null {
  const figures = figuresOf(document);
  // Those of a suite's experiment have its name before their own; a second question's have a number behind it.
  const named = (name: string): boolean => name === id || name.endsWith(`-${id}`);
  const figure =
    figures.find((one) => one.id === id) ??
    figures.find((one) => named(one.id)) ??
    figures.find((one) => named(one.id.replace(/-\d+$/, "")));
  return figure === undefined ? null : drawSvg(figure);
}

/** The names of the figures that the document has. */
export function figureNames(document: PageDocument): string[] {
  return figuresOf(document).map(({ id }) => id);
}

import type { PageDocument } from "../../report/page/page-schema.ts";
import { accuracyFigures } from "./accuracy.ts";
import { depthFigure } from "./depth.ts";
import type { Figure } from "./drawing.ts";
import { stylesOf } from "./model-styles.ts";
import { experimentFigures } from "./experiments.ts";
import { headlineFigures } from "./headline.ts";
import { idsApart } from "./ids.ts";
import { paretoFigure } from "./models.ts";
import { quantizationFigures } from "./quantization.ts";
import { concurrencyFigure, decodeDepthFigure } from "./speed.ts";
import { outcomeFigure } from "./why.ts";

/** Every figure that the document has data for. */
export function figuresOf(document: PageDocument): Figure[] {
  const { details } = document;
  const styles = stylesOf(document);
  const groups = document.comparison?.groups ?? [];
  const rows = styles.ofRows(groups);
  const figures = [
    ...(document.comparison === null ? [] : headlineFigures(document.comparison, "", styles.byLabel(groups))),
    ...accuracyFigures(document, rows),
    ...details.map((detail) => outcomeFigure(detail.label, detail.outcomes)),
    ...experimentFigures(document, styles),
    depthFigure(document, "ttft", "First token by depth", "ms", ({ ttftMs }) => ttftMs, rows),
    depthFigure(
      document,
      "inter-token",
      "Next tokens by depth",
      "ms a token",
      ({ interTokenMs }) => interTokenMs,
      rows,
    ),
    decodeDepthFigure(document, styles.byLabel(groups)),
    concurrencyFigure(document, styles.byLabel(groups)),
    paretoFigure(document, rows),
    ...(document.comparison === null ? [] : quantizationFigures(document.comparison, "", rows)),
  ].filter((figure) => figure !== null && figure.rows.length > 0) as Figure[];
  const ids = idsApart(figures.map(({ id }) => id));
  return figures.map((figure, place) => ({ ...figure, id: ids[place] ?? figure.id }));
}

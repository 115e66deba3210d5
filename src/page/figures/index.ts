import type { PageDocument } from "../../report/page/schema.ts";
import { curveFigure } from "./curves.ts";
import { depthFigure } from "./depth.ts";
import type { Figure } from "./drawing.ts";
import { experimentFigures } from "./experiments.ts";
import { illusionFigure, paretoFigure, sizeFigure } from "./models.ts";
import { conditioningFigures, outcomeFigure } from "./why.ts";

/** Every figure that the document has data for. */
export function figuresOf(document: PageDocument): Figure[] {
  const { details } = document;
  return [
    curveFigure(
      "task-accuracy",
      "Rollouts without an error so far",
      details.map(({ label, curve }) => ({ label, points: curve })),
    ),
    curveFigure(
      "turn-accuracy",
      "Turns right",
      details.map(({ label, turnCurve }) => ({ label, points: turnCurve })),
    ),
    sizeFigure(document),
    illusionFigure(document),
    ...details.map((detail) => outcomeFigure(detail.label, detail.outcomes)),
    ...conditioningFigures(document),
    ...experimentFigures(document),
    depthFigure(document, "ttft", "First token by depth", "ms", ({ ttftMs }) => ttftMs),
    depthFigure(
      document,
      "inter-token",
      "Next tokens by depth",
      "ms a token",
      ({ interTokenMs }) => interTokenMs,
    ),
    paretoFigure(document),
  ].filter((figure) => figure !== null && figure.rows.length > 0) as Figure[];
}

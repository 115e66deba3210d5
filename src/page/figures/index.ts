import type { CurvePoint, PageDocument } from "../../report/page/page-schema.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import { counted } from "../../report/words/words.ts";
import { type Curve, curveFigure } from "./curves.ts";
import { depthFigure } from "./depth.ts";
import type { Figure } from "./drawing.ts";
import { experimentFigures } from "./experiments.ts";
import { headlineFigures } from "./headline.ts";
import { paretoFigure } from "./models.ts";
import { quantizationFigures } from "./quantization.ts";
import { concurrencyFigure, decodeDepthFigure } from "./speed.ts";
import { outcomeFigure } from "./why.ts";

/** Every figure that the document has data for. */
export function figuresOf(document: PageDocument): Figure[] {
  const { details } = document;
  const inSteps = stepsOf(document);
  return [
    ...(document.comparison === null ? [] : headlineFigures(document.comparison)),
    curveFigure(
      "task-accuracy",
      "Rollouts without an error so far",
      details.map(({ label, curve }, row) => inSteps.curveOf(label, curve, row)),
      inSteps.unit,
    ),
    curveFigure(
      "turn-accuracy",
      "Turns right",
      details.map(({ label, turnCurve }, row) => {
        const group = document.comparison?.groups[row];
        return inSteps.curveOf(group === undefined ? label : namedOfWhom(group), turnCurve, row);
      }),
      inSteps.unit,
    ),
    ...details.map((detail) => outcomeFigure(detail.label, detail.outcomes)),
    ...experimentFigures(document),
    depthFigure(document, "ttft", "First token by depth", "ms", ({ ttftMs }) => ttftMs),
    depthFigure(
      document,
      "inter-token",
      "Next tokens by depth",
      "ms a token",
      ({ interTokenMs }) => interTokenMs,
    ),
    decodeDepthFigure(document),
    concurrencyFigure(document),
    paretoFigure(document),
    ...(document.comparison === null ? [] : quantizationFigures(document.comparison, "quantization")),
  ].filter((figure) => figure !== null && figure.rows.length > 0) as Figure[];
}

/** Turns of unlike sizes have steps in common: where keys a turn differ, curves are drawn over these. */
function stepsOf({ comparison, unlike }: PageDocument): {
  readonly unit: "turn" | "step";
  curveOf(label: string, points: readonly CurvePoint[], row: number): Curve;
} {
  if (!unlike.includes("keysPerTurn"))
    return { unit: "turn", curveOf: (label, points) => ({ label, points }) };
  return {
    unit: "step",
    curveOf: (label, points, row) => {
      const keys = comparison?.groups[row]?.settings.keysPerTurn ?? 1;
      return {
        label: `${label}, ${counted(keys, "key")}`,
        points: points.map((point) => ({ ...point, turn: point.turn * keys })),
      };
    },
  };
}

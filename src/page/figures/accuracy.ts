import type { CurvePoint, PageDocument } from "../../report/page/page-schema.ts";
import { namedOfWhom } from "../../report/words/survivors.ts";
import { counted } from "../../report/words/words.ts";
import { type Curve, curveFigure, overSteps } from "./curves.ts";
import type { Figure } from "./drawing.ts";
import type { Style } from "./palette.ts";

/** How far rows get, and how many of their turns are right. @param rows how they are drawn */
export function accuracyFigures(document: PageDocument, rows: readonly Style[]): Figure[] {
  const { details } = document;
  const groups = document.comparison?.groups ?? [];
  const inSteps = stepsOf(document);
  return [
    curveFigure(
      { id: "task-accuracy", title: "Rollouts without an error so far" },
      details.map(({ label, curve }, row) => ({
        ...inSteps.curveOf(label, curve, row),
        style: rows[row],
      })),
      inSteps.unit,
    ),
    curveFigure(
      { id: "turn-accuracy", title: "Turns right" },
      details.map(({ label, turnCurve }, row) => {
        const group = groups[row];
        return {
          ...inSteps.curveOf(group === undefined ? label : namedOfWhom(group), turnCurve, row),
          style: rows[row],
        };
      }),
      inSteps.unit,
    ),
  ];
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
        points: overSteps(points, keys),
      };
    },
  };
}

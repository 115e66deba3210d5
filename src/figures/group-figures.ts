import type { z } from "zod";
import { conditioning } from "./group-conditioning.ts";
import { decay } from "./group-decay.ts";
import type { FigureColumn, Form, GroupFigure, MeasuredTurns } from "./group-figure.ts";
import { restrictedMean } from "./group-mean.ts";
import { predictedHorizon } from "./group-prediction.ts";
import { formatFailures } from "./group-unreadable.ts";
import type { Metric } from "./metric.ts";

/** Figures of a row of a comparison beside those that a run has, by their names in JSON. A new one is one file and one line here. */
const members = { formatFailures, predictedHorizon, restrictedMean, decay, conditioning };

type Members = typeof members;
export type FigureName = keyof Members;
export type GroupFigures = { readonly [Name in FigureName]: z.infer<Members[Name]["schema"]> };

/** Their schemas, as parts of a row's. */
export const groupFigureShape = byName(({ schema }) => schema) as {
  readonly [Name in FigureName]: Members[Name]["schema"];
};

/** All of them for one row; those of other metrics are null. */
export function measureFigures(row: MeasuredTurns, metric: Metric): GroupFigures {
  return byName(({ onlyWith = metric, measure }) =>
    onlyWith === metric ? measure(row) : null,
  ) as GroupFigures;
}

/** The columns that they have in the table of a metric. */
export function columnsIn(metric: Metric): (AnyColumn & { readonly name: FigureName })[] {
  return anyMembers().flatMap(([name, { column }]) =>
    column?.metric === metric ? [{ ...column, name }] : [],
  );
}

type AnyColumn = Omit<FigureColumn<unknown>, "form"> & { readonly form: Form };
type AnyFigure = Omit<GroupFigure<unknown>, "column"> & { readonly column?: AnyColumn };

function byName(valueOf: (figure: AnyFigure) => unknown): unknown {
  return Object.fromEntries(anyMembers().map(([name, figure]) => [name, valueOf(figure)]));
}

function anyMembers(): [FigureName, AnyFigure][] {
  return Object.entries(members) as [FigureName, AnyFigure][];
}

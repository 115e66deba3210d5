import { z } from "zod";
import type { Proportion } from "../metrics/proportion.ts";
import type { RunRows } from "../reading/rows.ts";
import type { Metric } from "./metric.ts";
import { interval, type RunSummary, turn } from "./run-schema.ts";

/** A figure of a row of a comparison: how it is computed, what it is called in JSON, where it stands in a table. */
export interface GroupFigure<Value> {
  readonly schema: z.ZodType<Value>;
  readonly measure: (row: MeasuredTurns) => Value;
  /** It is computed with this metric alone, and null with all others; absent: always. */
  readonly onlyWith?: null extends Value ? Metric : never;
  /** Absent: it has no column, or several of its own. */
  readonly column?: FigureColumn<Value>;
}

/** What a figure is computed from: the runs of a row, and what was measured of their turns before. */
export interface MeasuredTurns
  extends Pick<RunSummary, "turnAccuracy" | "taskAccuracy" | "horizons" | "coldStart" | "settings"> {
  readonly rows: readonly RunRows[];
}

/** A column of the table of a metric, after the metric's own. */
export interface FigureColumn<Value> {
  readonly metric: Metric;
  readonly title: string;
  /** The lowest rank stays longest where the terminal is narrow. */
  readonly rank: number;
  /** How it is written. */
  readonly form: { [Name in Form]: Value extends FormValues[Name] ? Name : never }[Form];
}

/** What each form of writing a figure can write. */
export interface FormValues {
  readonly share: Proportion;
  readonly turns: z.infer<typeof turnsWithInterval> | null;
  readonly meanTurns: z.infer<typeof meanTurns> | null;
}

export type Form = keyof FormValues;

/** A number of turns; null: no number, and `low` alone may be known. */
export const turnsWithInterval = z.object({ turns: turn.nullable(), ...interval });

export const meanTurns = z.object({ limit: turn, mean: z.number(), ...interval });

/** A figure whose form of writing fits its value. */
export function groupFigure<Value>(figure: GroupFigure<Value>): GroupFigure<Value> {
  return figure;
}

import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { Form, FormValues } from "../../figures/group-figure.ts";
import { columnsIn } from "../../figures/group-figures.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Measure } from "../tables/measure-table.ts";
import { shareText, significant, unknown } from "../words/numbers.ts";

/** The columns of those figures that say themselves where they stand and how they are written. */
export function figureColumns(metric: Metric): Measure<CompareGroup>[] {
  return columnsIn(metric).map(({ name, title, rank, form }) => {
    const write: (value: never) => string = written[form];
    return { title, rank, cell: (group) => write(group[name] as never) };
  });
}

const written: { readonly [Name in Form]: (value: FormValues[Name]) => string } = {
  share: shareText,
  turns: turnsText,
  meanTurns: meanTurnsText,
};

function turnsText(value: FormValues["turns"]): string {
  if (value === null) return unknown;
  const { turns, low, high } = value;
  const least = low === null ? null : `at least ${significant(low)}`;
  // Where every second turn was right, nothing bounds it from above.
  if (turns === null) return least ?? unknown;
  const range = high === null ? least : `${significant(low ?? turns)} to ${significant(high)}`;
  return range === null ? significant(turns) : `${significant(turns)} (${range})`;
}

function meanTurnsText(value: FormValues["meanTurns"]): string {
  if (value === null) return unknown;
  const { mean, low, high, limit } = value;
  const range = low === null || high === null ? "" : ` (${significant(low)} to ${significant(high)})`;
  return `${significant(mean)}${range} of ${limit}`;
}

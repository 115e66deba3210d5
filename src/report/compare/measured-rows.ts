import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Measure } from "../tables/measure-table.ts";
import { depthColumns, depthRows } from "./depth-rows.ts";
import { headlineColumns } from "./headline-rows.ts";
import { columnsOf } from "./metrics.ts";
import { speedLines } from "./speed-lines.ts";

/**
 * Makes a table of what a comparison shows under a metric: of its rows, their speeds, their depths, or the points of the
 * headline.
 *
 * @param mark what bars are drawn with; null: none are
 */
export function withRows<Result>(
  { groups, depths, headline = [], thresholds }: CompareDocument,
  metric: Metric,
  mark: string | null,
  make: <Row>(rows: readonly Row[], labels: readonly string[], columns: readonly Measure<Row>[]) => Result,
): Result {
  if (depths !== undefined) {
    const rows = depthRows(depths);
    return make(rows, labelsOf(rows), depthColumns(rows, mark));
  }
  if (metric === "headline") return make(headline, labelsOf(headline), headlineColumns(headline));
  const lines = metric === "speed" ? speedLines(groups) : groups;
  return make(lines, labelsOf(lines), columnsOf(metric, lines, thresholds));
}

function labelsOf(rows: readonly { readonly label: string }[]): string[] {
  return rows.map(({ label }) => label);
}

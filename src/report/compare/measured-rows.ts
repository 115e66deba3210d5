import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Measure } from "../tables/measure-table.ts";
import { depthColumns, depthRows } from "./depth-rows.ts";
import { headlineColumns } from "./headline-rows.ts";
import { columnsOf } from "./metrics.ts";
import { unknown } from "../words/numbers.ts";
import { speedLines } from "./speed-lines.ts";
import { tierOf } from "./tier-column.ts";

/**
 * Makes a table of what a comparison shows under a metric: of its rows, their speeds, their depths, or the points of the
 * headline.
 *
 * @param mark what bars are drawn with; null: none are
 */
export function withRows<Result>(
  document: CompareDocument,
  metric: Metric,
  mark: string | null,
  make: <Row>(rows: readonly Row[], labels: readonly string[], columns: readonly Measure<Row>[]) => Result,
): Result {
  const { groups, depths, headline = [], thresholds } = document;
  if (depths !== undefined) {
    const rows = depthRows(depths);
    return make(rows, labelsOf(rows), depthColumns(rows, mark));
  }
  if (metric === "headline") return make(headline, labelsOf(headline), headlineColumns(headline));
  const lines = metric === "speed" ? speedLines(groups) : groups;
  const columns = [...tierColumn(document), ...columnsOf(metric, lines, thresholds)];
  return make(lines, labelsOf(lines), columns);
}

/** It stays longest: of many rows it is what the conclusion is about. */
function tierColumn(document: CompareDocument): Measure<CompareGroup>[] {
  const tier = tierOf(document);
  if (tier === null) return [];
  const cell = (group: CompareGroup): string => String(tier(group) ?? unknown);
  return [{ title: "tier", align: "right", rank: 0, cell }];
}

function labelsOf(rows: readonly { readonly label: string }[]): string[] {
  return rows.map(({ label }) => label);
}

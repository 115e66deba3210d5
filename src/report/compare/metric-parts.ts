import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Pair } from "../../figures/pairs.ts";
import type { MeasuredRow } from "./compare-rows.ts";
import { conditioningOf } from "./conditioning.ts";
import { headlineSheet } from "./headline-sheet.ts";
import { depthsOf } from "./depth-rows.ts";
import { unusedTurns } from "./unused-turns.ts";

/** What a document holds besides rows and pairs, some of it with one metric alone, and what is said of it. */
export interface MetricParts {
  readonly sentences: readonly string[];
  readonly parts: Pick<CompareDocument, "headline" | "slopes" | "slopePairs" | "depths">;
}

/** @param ordered rows as they stand in the table; `measured`: in the order of their runs */
export function metricParts(
  measured: readonly MeasuredRow[],
  ordered: readonly MeasuredRow[],
  metric: Metric,
  pairs: readonly Pair[],
): MetricParts {
  const { headline, sentences: told } = headlineSheet(ordered.map(({ row }) => row));
  if (metric === "headline") return { sentences: told, parts: { headline } };
  if (metric === "depth") return { sentences: [], parts: { headline, depths: depthsOf(ordered) } };
  if (metric === "horizon") return { sentences: unusedTurns(measured, pairs), parts: { headline } };
  if (metric !== "self-conditioning") return { sentences: [], parts: { headline } };
  const { slopes, slopePairs, sentences } = conditioningOf(measured);
  return { sentences, parts: { headline, slopes, slopePairs } };
}

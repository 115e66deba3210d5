import type { CompareDocument } from "../../figures/compare-schema.ts";
import { headlineOf } from "../../figures/headline.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Pair } from "../../figures/pairs.ts";
import type { MeasuredRow } from "./compare-rows.ts";
import { conditioningOf } from "./conditioning.ts";
import { headlineSentences } from "./headline-rows.ts";
import { depthsOf } from "./depth-rows.ts";
import { unusedTurns } from "./unused-turns.ts";

/** What a document holds with one metric alone, and what is said of it. */
export interface MetricParts {
  readonly sentences: readonly string[];
  readonly parts: Pick<CompareDocument, "slopes" | "depths">;
}

/** @param ordered rows as they stand in the table; `measured`: in the order of their runs */
export function metricParts(
  measured: readonly MeasuredRow[],
  ordered: readonly MeasuredRow[],
  metric: Metric,
  pairs: readonly Pair[],
): MetricParts {
  if (metric === "depth") return { sentences: [], parts: { depths: depthsOf(ordered) } };
  if (metric === "headline")
    return { sentences: headlineSentences(headlineOf(ordered.map(({ row }) => row))), parts: {} };
  if (metric === "horizon") return { sentences: unusedTurns(measured, pairs), parts: {} };
  if (metric !== "self-conditioning") return { sentences: [], parts: {} };
  const { slopes, sentences } = conditioningOf(measured);
  return { sentences, parts: { slopes } };
}

import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Pair } from "../../figures/pairs.ts";
import type { BestTests } from "../../figures/recommendation.ts";
import { thresholdsOf } from "../tables/asked-horizons.ts";
import { coarseNotes } from "./coarse-horizons.ts";
import type { MeasuredRow } from "./compare-rows.ts";
import { conditioningOf } from "./conditioning.ts";
import { headlineSheet } from "./headline-sheet.ts";
import { depthsOf } from "./depth-rows.ts";
import { recommendationPart } from "./recommendation.ts";
import { unusedTurns } from "./unused-turns.ts";

/** What a document holds besides rows and pairs, some of it with one metric alone, and what is said of it. */
export interface MetricParts {
  readonly sentences: readonly string[];
  readonly parts: Pick<
    CompareDocument,
    "headline" | "slopes" | "slopePairs" | "depths" | "thresholds" | "recommendation"
  >;
}

/** What was asked of a comparison, and what its tests found. */
interface Asked {
  readonly metric: Metric;
  readonly pairs: readonly Pair[];
  /** Of horizons; none: the usual ones. */
  readonly thresholds: readonly number[];
  /** By what one of the rows is chosen; null: none is, they are set against a baseline. */
  readonly choice: BestTests | null;
}

/** @param ordered rows as they stand in the table; `measured`: in the order of their runs */
export function metricParts(
  measured: readonly MeasuredRow[],
  ordered: readonly MeasuredRow[],
  asked: Asked,
): MetricParts {
  const { sentences, parts } = ofMetric(measured, ordered, asked);
  const { thresholds } = asked;
  const coarse = coarseNotes(
    measured.map(({ row }) => row),
    thresholds,
  );
  const choice = asked.choice === null ? {} : recommendationPart(measured, asked.choice);
  return {
    sentences: [...sentences, ...coarse],
    parts: { ...thresholdsOf(thresholds), ...choice, ...parts },
  };
}

function ofMetric(
  measured: readonly MeasuredRow[],
  ordered: readonly MeasuredRow[],
  { metric, pairs }: Asked,
): MetricParts {
  const { headline, sentences: told } = headlineSheet(ordered.map(({ row }) => row));
  if (metric === "headline") return { sentences: told, parts: { headline } };
  if (metric === "depth") return { sentences: [], parts: { headline, depths: depthsOf(ordered) } };
  if (metric === "horizon") return { sentences: unusedTurns(measured, pairs), parts: { headline } };
  if (metric !== "self-conditioning") return { sentences: [], parts: { headline } };
  const { slopes, slopePairs, sentences } = conditioningOf(measured);
  return { sentences, parts: { headline, slopes, slopePairs } };
}

import type { ReadGroup } from "../../reading/groups.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";
import type { Across } from "../../figures/pairs.ts";
import { baselineOf, inOrder, measureRow, rankedRows } from "./compare-rows.ts";
import { marginPart } from "./margin-part.ts";
import { metricParts } from "./metric-parts.ts";
import { type Grouping, rowLabels } from "./row-labels.ts";
import { notesAndServed } from "./served-part.ts";
import { bestTests, testedParts, testRows } from "./tested-rows.ts";
import { unlikeNotes } from "./unlike-settings.ts";
import { conclusionOf } from "./conclusion.ts";

export interface CompareRequest {
  readonly by: Grouping;
  /** The one run that all others are compared with; null: every pair, or tiers. */
  readonly baseline: string | null;
  /** Whether every pair is tested though there are more than three rows; absent: those are parted into tiers. */
  readonly isEveryPair?: boolean;
  /** Whether runs under different settings stand side by side: not at all, in one table with tests of those alike, or all. */
  readonly across: "refused" | Across;
  readonly metric: Metric;
  /** Of horizons that are shown in place of the usual ones; none, or absent: those. */
  readonly thresholds?: readonly number[];
  /** By how much less far rows may get than the reference; null, or absent: they are not held against it. */
  readonly margin?: number | null;
}

/**
 * Which of these goes further, by how much, with what certainty.
 *
 * @throws UsageError for runs that differ in what decides the result, and for a baseline that is none of them
 */
export function compareGroups(
  groups: readonly ReadGroup[],
  remarks: readonly string[],
  request: CompareRequest,
): Omit<CompareDocument, "schemaVersion" | "db"> {
  const { by, across: wantedAcross, metric, baseline: wantedBase, thresholds = [] } = request;
  const across = unlikeNotes(groups, wantedAcross);
  const labels = rowLabels(groups, by);
  const measured = groups.map((group, index) => measureRow(group, labels[index] ?? "", metric, thresholds));
  const base = wantedBase === null ? null : baselineOf(measured, wantedBase);
  const order = rankedRows(measured);
  const pairing = {
    baseline: base?.contender ?? null,
    across: wantedAcross === "all" ? "all" : "alike",
  } as const;
  const tested = testRows(order, { ...pairing, isEveryPair: request.isEveryPair === true });
  const { pairs, tiers } = tested;
  const ordered = inOrder(measured, order, by);
  const { sentences, parts } = metricParts(measured, ordered, {
    metric,
    pairs,
    thresholds,
    choice: base === null ? bestTests(tested) : null,
  });
  const { notes, part } = notesAndServed(groups, labels);
  return {
    by,
    baseline: base?.contender.label ?? null,
    verdict: conclusionOf(
      measured.map(({ contender }) => contender),
      { ...pairing, pairs, tiers },
    ),
    notes: [...sentences, ...remarks, ...across, ...notes],
    groups: ordered.map(({ row }) => row),
    ...testedParts(tested, ordered, base === null ? (tiers?.[0]?.best ?? order[0] ?? null) : null),
    ...marginPart(
      ordered.map(({ contender }) => contender),
      order,
      { ...pairing, baseline: pairing.baseline ?? tiers?.[0]?.best ?? null, share: request.margin ?? null },
    ),
    ...part,
    ...parts,
  };
}

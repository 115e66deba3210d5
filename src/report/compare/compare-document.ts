import type { ReadGroup } from "../../reading/groups.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import { isMeasured } from "../../figures/contender.ts";
import type { Metric } from "../../figures/metric.ts";
import { type Across, ranked, testPairs } from "../../figures/pairs.ts";
import { baselineOf, inOrder, measureRow } from "./compare-rows.ts";
import { metricParts } from "./metric-parts.ts";
import { describePair } from "./pair-row.ts";
import { type Grouping, rowLabels } from "./row-labels.ts";
import { notesAndServed } from "./served-part.ts";
import { unlikeNotes } from "./unlike-settings.ts";
import { conclusionOf } from "./conclusion.ts";

export interface CompareRequest {
  readonly by: Grouping;
  /** The one run that all others are compared with; null: every pair. */
  readonly baseline: string | null;
  /** Whether runs under different settings stand side by side: not at all, in one table with tests of those alike, or all. */
  readonly across: "refused" | Across;
  readonly metric: Metric;
  /** Of horizons that are shown in place of the usual ones; none, or absent: those. */
  readonly thresholds?: readonly number[];
}

/**
 * Which of these goes further, by how much, with what certainty.
 *
 * @throws UsageError for runs that differ in what decides the result, and for a baseline that is none of them
 */
export function compareGroups(
  groups: readonly ReadGroup[],
  remarks: readonly string[],
  { by, across: wantedAcross, metric, baseline: wantedBase, thresholds = [] }: CompareRequest,
): Omit<CompareDocument, "schemaVersion" | "db"> {
  const across = unlikeNotes(groups, wantedAcross);
  const labels = rowLabels(groups, by);
  const measured = groups.map((group, index) => measureRow(group, labels[index] ?? "", metric, thresholds));
  const base = wantedBase === null ? null : baselineOf(measured, wantedBase);
  const order = ranked(measured.map(({ contender }) => contender).filter(isMeasured));
  const pairing = {
    baseline: base?.contender ?? null,
    across: wantedAcross === "all" ? "all" : "alike",
  } as const;
  const pairs = testPairs(order, pairing);
  const ordered = inOrder(measured, order, by);
  const { sentences, parts } = metricParts(measured, ordered, {
    metric,
    pairs,
    thresholds,
    isChoice: base === null,
  });
  const { notes, part } = notesAndServed(groups, labels);
  return {
    by,
    baseline: base?.contender.label ?? null,
    verdict: conclusionOf(
      measured.map(({ contender }) => contender),
      { ...pairing, pairs },
    ),
    notes: [...sentences, ...remarks, ...across, ...notes],
    groups: ordered.map(({ row }) => row),
    pairs: pairs.map((pair) =>
      describePair(pair, pair.ahead === order[0] || base !== null || pairs.length <= 3),
    ),
    ...part,
    ...parts,
  };
}

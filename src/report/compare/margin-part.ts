import { UsageError } from "../../errors.ts";
import type { Margin, MarginRow } from "../../figures/choice-schema.ts";
import type { CompareDocument } from "../../figures/compare-schema.ts";
import type { Contender } from "../../figures/contender.ts";
import { idleOf, judgeMargin, type JudgedMargin, type JudgedRow } from "../../figures/margin.ts";
import type { Across } from "../../figures/pairs.ts";
import { mostTimes } from "../../metrics/power.ts";
import * as say from "../sentences/margins.ts";
import { significant } from "../words/numbers.ts";
import { unlikeText } from "./unlike-settings.ts";

export interface MarginRequest {
  /** By how much shorter a horizon may be; null: nobody asked. */
  readonly share: number | null;
  readonly baseline: Contender | null;
  readonly across: Across;
}

/**
 * What `--margin` adds to a comparison.
 *
 * @param rows in the table's order
 * @param order those that have turns, the furthest first
 * @throws UsageError where there is one row alone
 */
export function marginPart(
  rows: readonly Contender[],
  order: readonly Contender[],
  { share, baseline, across }: MarginRequest,
): Pick<CompareDocument, "margin"> {
  if (share === null) return {};
  const reference = baseline ?? order[0] ?? rows[0];
  if (reference === undefined || rows.length < 2)
    throw new UsageError(
      `--margin ${significant(100 * share, 6)}%: there is one row only, and a margin is held against another. Name further runs.`,
    );
  const others = rows.filter((row) => row !== reference);
  return { margin: describe(judgeMargin(others, reference, share, across)) };
}

/** A line for each row, and what their intervals are where there are several. */
export function marginLines({ rows, comparisons }: Margin): string[] {
  return [
    ...rows.map(({ sentence }) => sentence),
    ...(comparisons > 1 ? [say.adjustedMarginNote(comparisons)] : []),
  ];
}

function describe(margin: JudgedMargin): Margin {
  const { share, reference, comparisons, rows } = margin;
  return {
    share,
    reference: reference.label,
    comparisons,
    rows: rows.map((row) => describeRow(row, margin)),
  };
}

function describeRow(found: JudgedRow, { share, reference }: JudgedMargin): MarginRow {
  const { row, judged } = found;
  const figures = { label: row.label, reference: reference.label, share };
  return {
    label: row.label,
    verdict: judged?.verdict ?? "undecided",
    s: judged?.s ?? null,
    ratio: judged?.ratio ?? null,
    low: judged?.low ?? null,
    high: judged?.high ?? null,
    moreRollouts: judged?.moreRollouts ?? null,
    sentence: judged === null ? unjudgedSentence(found, reference, figures) : judgedSentence(judged, figures),
  };
}

function unjudgedSentence(
  { row, reason }: JudgedRow,
  reference: Contender,
  figures: say.MarginFigures,
): string {
  const idle = idleOf(row, reference)?.label ?? row.label;
  if (reason === "no turn") return say.noTurnNoMarginSentence(figures, idle);
  if (reason === "no horizon") return say.noHorizonNoMarginSentence(figures, idle);
  if (reason === "floor")
    return say.floorHasNoMarginSentence(figures, row.floor === null ? reference.label : row.label);
  return say.noMarginSentence(figures, reason === "unlike" ? unlikeText([reference, row]) : null);
}

function judgedSentence(judged: NonNullable<JudgedRow["judged"]>, figures: say.MarginFigures): string {
  const { verdict, reason, s, low, high, turns, horizon, moreRollouts: more } = judged;
  const { scope, count } = judged.dictionaries;
  const interval = { s, low, high, dictionaries: scope === "these" ? count : null };
  if (verdict === "good enough") return say.goodEnoughSentence(figures, interval);
  if (verdict === "worse") return say.worseSentence(figures, interval);
  if (reason === "turns") return say.moreTurnsSentence(figures, turns);
  if (reason === "cuts") return say.cutsOpenSentence(figures, interval);
  if (reason === "coarse") return say.coarseTurnsSentence(figures, interval, horizon ?? 0);
  if (more === null) return say.tooManyRolloutsSentence(figures, interval, mostTimes);
  return say.moreRolloutsSentence(figures, interval, { more, isByDictionary: scope === "clusters" });
}

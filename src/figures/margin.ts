import { commonTurns } from "../metrics/common-turns.ts";
import { judgeSamples, type JudgedSamples } from "../metrics/margin.ts";
import { areAlike } from "../reading/settings.ts";
import { type Contender, isMeasured } from "./contender.ts";
import { type Across, decidingOf } from "./pairs.ts";

/** A row held against the reference. */
export interface JudgedRow {
  readonly row: Contender;
  /** Null: it cannot be held against it. */
  readonly judged: (JudgedSamples & { readonly turns: number }) | null;
  /** Why not. */
  readonly reason: "no turn" | "no horizon" | "unlike" | "not by curve" | "floor" | null;
}

export interface JudgedMargin {
  readonly share: number;
  readonly reference: Contender;
  /** Rows that have an interval. */
  readonly comparisons: number;
  readonly rows: readonly JudgedRow[];
}

/**
 * Whether rows get nearly as far as one of them: at most by `share` less far. Good enough and worse are both said of an
 * interval that is adjusted for all rows that have one ({@link marginRatio}), so that of rows which are just as much
 * worse as the margin any is called good enough in at most 5 % of studies.
 *
 * @param share above 0 and below 1
 */
export function judgeMargin(
  rows: readonly Contender[],
  reference: Contender,
  share: number,
  across: Across,
): JudgedMargin {
  const reasons = rows.map((row) => ({ row, reason: unjudgedBy(row, reference, across) }));
  const comparisons = reasons.filter(({ reason }) => reason === null).length;
  return {
    share,
    reference,
    comparisons,
    rows: reasons.map(({ row, reason }) => ({
      row,
      reason,
      judged: reason === null ? judged(row, reference, share, comparisons) : null,
    })),
  };
}

/** Which of the two has no rollout that was followed turn by turn: it finished none, or was asked some by themselves. */
export function idleOf(row: Contender, reference: Contender): Contender | null {
  return [row, reference].find((one) => !isMeasured(one)) ?? null;
}

/** Why a row has no interval. */
function unjudgedBy(row: Contender, reference: Contender, across: Across): JudgedRow["reason"] {
  const idle = idleOf(row, reference);
  if (idle !== null) return idle.overallTurnAccuracy.n > 0 ? "no horizon" : "no turn";
  if (across !== "all" && !areAlike([row, reference])) return "unlike";
  if (decidingOf(reference, row) !== "curve") return "not by curve";
  return row.floor !== null || reference.floor !== null ? "floor" : null;
}

function judged(
  row: Contender,
  reference: Contender,
  share: number,
  comparisons: number,
): NonNullable<JudgedRow["judged"]> {
  const turns = commonTurns(reference.played, row.played, Math.min(reference.turns, row.turns));
  return { turns, ...judgeSamples(row.played, reference.played, { turns, share, comparisons }) };
}

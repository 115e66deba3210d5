import type { MainSlip } from "../../figures/start-schema.ts";
import { tallyOutcomes } from "../../figures/tallies.ts";
import type { RunRows } from "../../reading/rows.ts";
import { outcomeClasses } from "../../store/rows.ts";
import { mainSlipFound } from "../sentences/slips.ts";
import { isCause, type SlipShares, slipShares } from "./slip-shares.ts";
import { decodeSlips } from "./slips.ts";

/** Which causes the wrong numbers of runs alike fit; null where they were not read, or the task has no decoder. */
export function slipsOf(rows: readonly RunRows[]): SlipShares | null {
  const decoded = rows.map(({ run, wrong, tracks }) => ({
    slips: wrong === null ? null : decodeSlips(run, wrong),
    all: tallyOutcomes(tracks, outcomeClasses).wrong_number,
    valueMax: run.settings.valueMax,
  }));
  const known = decoded.flatMap(({ slips, ...rest }) => (slips === null ? [] : [{ slips, ...rest }]));
  return known.length === decoded.length ? slipShares(known) : null;
}

/**
 * What most of these wrong numbers fit, if that is a cause above chance; null where more of them fit several causes or none
 * than fit any.
 */
export function mainSlipOf(shares: SlipShares | null): MainSlip | null {
  const [most] = (shares?.kinds ?? []).toSorted((left, right) => right.correct - left.correct);
  if (shares === null || most?.isAboveChance !== true || !isCause(most.kind)) return null;
  const { kind, isAboveChance: _, ...found } = most;
  const finding = mainSlipFound({ kind, share: found, decoded: shares.slips, all: shares.all });
  return { ...found, kind, finding };
}

import type { Pair } from "../../figures/pairs.ts";
import { firstErrorOf, type RunRows } from "../../reading/rows.ts";
import { savedByFirstError } from "../sentences/levels.ts";
import type { MeasuredRow } from "./compare-rows.ts";

/**
 * What ending at the first slip would have saved, where horizons alone are shown: none of what is told there comes from
 * a later turn, unless turns decide a pair, or of a row it is told how it starts or what its wrong numbers fit.
 */
export function unusedTurns(measured: readonly MeasuredRow[], pairs: readonly Pair[]): string[] {
  const usesTurns =
    pairs.some(({ decidedBy }) => decidedBy === "turns") ||
    measured.some(
      ({ row: { floor, coldStart, improvement, mainSlip } }) =>
        (floor ?? mainSlip) !== null || coldStart?.isShown === true || improvement?.isShown === true,
    );
  // Turns that were asked by themselves make no horizon.
  const rows = measured.filter(({ row }) => row.taskAccuracy.length > 0).flatMap((one) => one.rows);
  const turns = rows.reduce((sum, one) => sum + turnsAfter(one).after, 0);
  if (usesTurns || turns === 0) return [];
  const all = rows.reduce((sum, one) => sum + turnsAfter(one).all, 0);
  const isTimed = rows.every(({ batches }) => batches.length > 0);
  const ms = isTimed ? sumOf(rows.map(msAfter)) : null;
  return [savedByFirstError({ turns, share: turns / all, ms })];
}

/** Turns that were played, and those of them behind a rollout's first slip. */
function turnsAfter({ tracks }: RunRows): { readonly after: number; readonly all: number } {
  const after = tracks.map(({ letters }) => letters.length - (firstErrorOf(letters) ?? letters.length));
  return { after: sumOf(after), all: sumOf(tracks.map(({ letters }) => letters.length)) };
}

/** Milliseconds of the engine that turns behind a slip took, as if all turns took as long. */
function msAfter(rows: RunRows): number {
  const { after, all } = turnsAfter(rows);
  return all === 0 ? 0 : (sumOf(rows.batches.map(({ ms }) => ms)) * after) / all;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

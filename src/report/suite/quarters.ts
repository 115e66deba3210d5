import type { Proportion } from "../../metrics/proportion.ts";
import type { RunRows } from "../../reading/rows.ts";
import { accuracyAt, composedTurns } from "../../figures/turn-answers.ts";

/** Turn accuracy in the first and the last quarter of the turns that were asked, a first look-up left out. */
export function earlyAndLate(rows: readonly RunRows[]): { early: Proportion; late: Proportion } {
  const { early, late } = quartersOf([...composedTurns(rows)]);
  return { early: accuracyAt(rows, early), late: accuracyAt(rows, late) };
}

/** The first and the last quarter of some turns, at least one turn each. */
export function quartersOf(turns: readonly number[]): { early: Set<number>; late: Set<number> } {
  const ordered = turns.toSorted((left, right) => left - right);
  const size = Math.max(1, Math.floor(ordered.length / 4));
  return { early: new Set(ordered.slice(0, size)), late: new Set(ordered.slice(-size)) };
}

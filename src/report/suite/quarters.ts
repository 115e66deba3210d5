import { pooledAccuracy } from "../../metrics/accuracy.ts";
import type { Proportion } from "../../metrics/proportion.ts";
import { isAsked, isRight, type RunRows } from "../rows.ts";

/** Turn accuracy in the first and the last quarter of the turns that were asked, at least one turn each. */
export function earlyAndLate(rows: readonly RunRows[]): { early: Proportion; late: Proportion } {
  const turns = askedTurns(rows);
  const size = Math.max(1, Math.floor(turns.length / 4));
  return {
    early: accuracyAt(rows, new Set(turns.slice(0, size))),
    late: accuracyAt(rows, new Set(turns.slice(-size))),
  };
}

function askedTurns(rows: readonly RunRows[]): number[] {
  const turns = new Set<number>();
  for (const { run } of rows) {
    const { probe, turns: planned } = run.settings;
    for (const turn of probe ?? Array.from({ length: planned }, (_, index) => index + 1)) turns.add(turn);
  }
  return [...turns].toSorted((a, b) => a - b);
}

function accuracyAt(rows: readonly RunRows[], turns: ReadonlySet<number>): Proportion {
  return pooledAccuracy(
    rows
      .flatMap(({ tracks }) => tracks)
      .map(({ letters }) => {
        const codes = Array.from(letters, (letter) => letter.charCodeAt(0)).filter(
          (code, index) => turns.has(index + 1) && isAsked(code),
        );
        return { n: codes.length, correct: codes.filter(isRight).length };
      }),
  );
}

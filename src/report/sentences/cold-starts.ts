import type { ColdStart, Improvement } from "../../figures/start-schema.ts";
import { shareText } from "../words/numbers.ts";
import { pointsText } from "../words/points.ts";
import { tryThese } from "./cures.ts";
import { horizonIntervalText } from "./horizons.ts";

/**
 * A row whose turn 1 is right less often than its later turns, and how far it gets when that is left out.
 *
 * @param cures what to try, in flags
 */
export function coldStartSentence(label: string, found: ColdStart, cures: readonly string[]): string {
  const { first, later, isWorst } = found;
  const { size, low, high } = pointsText(found, true);
  const turn = isWorst ? "turn 1 is its worst turn, right" : "turn 1 is right";
  const text = `${label} starts cold: ${turn} in ${first.correct} of ${first.n}, later turns in ${later.correct.toLocaleString("en")} of ${later.n.toLocaleString("en")} (${size} points more, 95 % ${low} to ${high})${behind(found)}.`;
  return [text, ...tryThese(cures)].join(" ");
}

/** A row that is right more often in its later turns, turn 1 left out. */
export function improvesSentence(label: string, found: Improvement): string {
  const { early, late } = found;
  const { size, low, high } = pointsText(found);
  return `${label} improves with turns: right in ${shareText(early)} of turns ${early.firstTurn} to ${early.lastTurn} and in ${shareText(late)} of turns ${late.firstTurn} to ${late.lastTurn} (${size} points more, 95 % ${low} to ${high}).`;
}

function behind({ horizon }: ColdStart): string {
  if (horizon === null || horizon.status === "unknown" || horizon.lastTurn === 0) return "";
  const { turns, lastTurn } = horizon;
  const interval = horizonIntervalText(horizon);
  const certainty = interval === null ? "" : ` (95 % interval ${interval})`;
  return turns === null
    ? `; turn 1 left out, at least half of its rollouts have no error in turns 2 to ${lastTurn}${certainty}`
    : `; turn 1 left out, fewer than half of its rollouts are without an error from turn ${turns} on${certainty}`;
}

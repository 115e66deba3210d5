import { wilsonInterval } from "./proportion.ts";
import type { RiskRow } from "./risk-rows.ts";

/** The chance of a first error in some neighbouring turns, among rollouts that had none before. */
export interface HazardBin {
  readonly firstTurn: number;
  readonly lastTurn: number;
  /** Turns done without an earlier error: the sum of rollouts at risk over the bin's turns. */
  readonly turnsAtRisk: number;
  readonly firstErrors: number;
  /** firstErrors / turnsAtRisk */
  readonly hazard: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The hazard among survivors, h(t) = first errors / at risk (the discrete life-table estimate, Cox and Oakes 1984, 3.2),
 * over bins of turns. A bin takes turns until it holds at least `leastTurnsAtRisk`; what is left over at the end joins
 * the bin before, so only a study that is too small as a whole gives a smaller one.
 *
 * Errors do not decide where a bin ends: a bin that stops at an error has seen one too many, and its hazard would be
 * too high. How many are at risk in a turn is known before the turn, so the interval is Wilson's on turns at risk.
 *
 * @param rows ascending turns
 */
export function hazardBins(rows: readonly RiskRow[], leastTurnsAtRisk = 100): HazardBin[] {
  const bins: { firstTurn: number; lastTurn: number; turnsAtRisk: number; firstErrors: number }[] = [];
  for (const { turn, atRisk, firstErrors } of rows) {
    if (atRisk === 0) continue;
    const open = bins.at(-1);
    if (open === undefined || open.turnsAtRisk >= leastTurnsAtRisk) {
      bins.push({ firstTurn: turn, lastTurn: turn, turnsAtRisk: atRisk, firstErrors });
      continue;
    }
    open.lastTurn = turn;
    open.turnsAtRisk += atRisk;
    open.firstErrors += firstErrors;
  }
  const [before, rest] = bins.slice(-2);
  if (before !== undefined && rest !== undefined && rest.turnsAtRisk < leastTurnsAtRisk) {
    before.lastTurn = rest.lastTurn;
    before.turnsAtRisk += rest.turnsAtRisk;
    before.firstErrors += rest.firstErrors;
    bins.pop();
  }
  return bins.map((bin) => {
    const hazard = bin.firstErrors / bin.turnsAtRisk;
    return { ...bin, hazard, ...wilsonInterval(hazard, bin.turnsAtRisk) };
  });
}

import { wilsonInterval } from "./proportion.ts";
import type { RiskRow } from "./risk-rows.ts";

/** The law S(t) = p^t fitted to first errors. */
export interface ConstantDecay {
  /** The chance of getting a turn right that follows only right ones. */
  readonly p: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly firstErrors: number;
  readonly turnsAtRisk: number;
  readonly logLikelihood: number;
}

/**
 * The constant chance per turn (Sinha et al. 2025, Proposition 1: S(t) = p^t) by maximum likelihood: every turn at risk
 * is one trial, so p = 1 - first errors / turns at risk, whatever was censored. When the trials stop does not enter
 * the likelihood, hence the interval is the binomial's, Wilson's on turns at risk.
 *
 * @returns null where no turn was at risk
 */
export function constantDecay(rows: readonly RiskRow[]): ConstantDecay | null {
  const turnsAtRisk = rows.reduce((sum, { atRisk }) => sum + atRisk, 0);
  const firstErrors = rows.reduce((sum, row) => sum + row.firstErrors, 0);
  if (turnsAtRisk === 0) return null;
  const right = turnsAtRisk - firstErrors;
  const p = right / turnsAtRisk;
  return {
    p,
    ...wilsonInterval(p, turnsAtRisk),
    firstErrors,
    turnsAtRisk,
    logLikelihood: timesLog(firstErrors, firstErrors / turnsAtRisk) + timesLog(right, p),
  };
}

/** n ln x, which tends to 0 with n. */
function timesLog(n: number, x: number): number {
  return n === 0 ? 0 : n * Math.log(x);
}

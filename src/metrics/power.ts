import { normalQuantile } from "./distributions.ts";

/** What a study has to be like to see a difference. */
export interface StudySize {
  /** Rollouts of each model. */
  readonly rollouts: number;
  /** First errors expected of both models together. */
  readonly events: number;
}

/** The chance of claiming a difference that is not there: the level of every test. */
export const significanceLevel = 0.05;

/** Fewer errors than these, of both samples together, carry no conclusion. */
export const fewestEvents = 5;
/** The chance of seeing a true difference that `longhaul power` plans for. */
export const wantedPower = 0.8;

/** More rollouts than so many times those that were played are no offer to whoever wants to know. */
export const mostTimes = 20;

/**
 * Rollouts that the log-rank test needs of each of two models with constant step accuracy, as many of one as of the
 * other: D = 4 (z_(1 - a/2) + z_power)^2 / (ln h)^2 first errors, with h the ratio of hazards (Schoenfeld 1981); a
 * rollout brings one with chance 1 - S(turns).
 *
 * @param horizon H50 of the model that falls sooner, in turns
 * @param ratio of the horizons, not 1
 * @param turns of each rollout
 */
export function rolloutsNeeded(
  horizon: number,
  ratio: number,
  turns: number,
  power = wantedPower,
): StudySize {
  const [sooner, later] = hazards(horizon, ratio);
  const effect = Math.log(sooner / later);
  const quantiles = normalQuantile(1 - significanceLevel / 2) + normalQuantile(power);
  const events = (4 * quantiles ** 2) / effect ** 2;
  const perPair = [sooner, later].reduce((sum, hazard) => sum + 1 - Math.exp(-hazard * turns), 0);
  return { rollouts: Math.ceil(events / perPair), events: Math.ceil(events) };
}

/** Cumulated hazard a turn: ln 2 over the half-life. */
function hazards(horizon: number, ratio: number): [number, number] {
  const sooner = Math.LN2 / horizon;
  return ratio > 1 ? [sooner, sooner / ratio] : [sooner / ratio, sooner];
}

import { Random } from "../random.ts";
import { constantDecay } from "./constant-decay.ts";
import { type RiskRow, riskRows } from "./risk-rows.ts";
import type { RolloutSurvival } from "./survival.ts";
import { weibullDecay, weibullLogSurvival } from "./weibull-decay.ts";

/** How well one law describes the turns of first errors. */
export interface DecayScore {
  readonly logLikelihood: number;
  readonly parameters: number;
  /** 2 parameters - 2 log-likelihood (Akaike 1974); smaller is better. */
  readonly aic: number;
  /**
   * Sum over all rollouts of the log-likelihood under the law fitted to the other folds; larger is better. Null where a
   * fold's law could not be fitted or had ruled out what happened.
   */
  readonly heldOut: number | null;
}

export interface DecayScores {
  readonly rollouts: number;
  readonly folds: number;
  /** S(t) = p^t */
  readonly constant: DecayScore | null;
  /** S(t) = q^(t^k) */
  readonly weibull: DecayScore | null;
}

/** ln S(t) of a fitted law; 0 at turn 0. */
type LogSurvival = (turn: number) => number;

interface Fit {
  readonly logLikelihood: number;
  readonly law: LogSurvival;
}

/**
 * The laws of decay side by side: how well each fits, and how well it foretells rollouts that it was not fitted to
 * (k-fold cross-validation, Stone 1974). Erring and flawless rollouts are dealt out to the folds separately, so that
 * no fold gets all errors. Each law is null where it cannot be fitted at all.
 *
 * The two-parameter error law of Raju and Netrapalli (2601.14175) is not among them: the notes that this was written
 * from name the law and its parameters but not its formula.
 *
 * @param seed of the folds
 */
export function scoreDecay(rollouts: readonly RolloutSurvival[], seed: number, folds = 10): DecayScores {
  const counted = rollouts.filter(({ lastTurn }) => lastTurn > 0);
  const parts = dealt(counted, Math.min(folds, counted.length), new Random(seed, "decay-folds"));
  const score = (fit: (rows: readonly RiskRow[]) => Fit | null, parameters: number): DecayScore | null => {
    const whole = fit(riskRows(counted));
    if (whole === null) return null;
    const { logLikelihood } = whole;
    return {
      logLikelihood,
      parameters,
      aic: 2 * parameters - 2 * logLikelihood,
      heldOut: heldOut(parts, fit),
    };
  };
  return {
    rollouts: counted.length,
    folds: parts.length,
    constant: score(fitConstant, 1),
    weibull: score(fitWeibull, 2),
  };
}

function fitConstant(rows: readonly RiskRow[]): Fit | null {
  const fit = constantDecay(rows);
  if (fit === null) return null;
  const logChance = Math.log(fit.p);
  return { logLikelihood: fit.logLikelihood, law: (turn) => (turn === 0 ? 0 : turn * logChance) };
}

function fitWeibull(rows: readonly RiskRow[]): Fit | null {
  const fit = weibullDecay(rows);
  if (fit === null) return null;
  return { logLikelihood: fit.logLikelihood, law: (turn) => weibullLogSurvival(fit, turn) };
}

/** Sorted before they are shuffled, so that it does not matter in which order the rollouts come. */
function dealt(rollouts: readonly RolloutSurvival[], folds: number, random: Random): RolloutSurvival[][] {
  const parts = Array.from({ length: folds }, (): RolloutSurvival[] => []);
  const sorted = rollouts.toSorted(
    (left, right) =>
      (left.firstErrorTurn ?? 0) - (right.firstErrorTurn ?? 0) || left.lastTurn - right.lastTurn,
  );
  const erring = sorted.filter(({ firstErrorTurn }) => firstErrorTurn !== null);
  const flawless = sorted.filter(({ firstErrorTurn }) => firstErrorTurn === null);
  const order = [...random.sample(erring, erring.length), ...random.sample(flawless, flawless.length)];
  for (const [index, rollout] of order.entries()) parts[index % folds]?.push(rollout);
  return parts;
}

function heldOut(
  parts: readonly (readonly RolloutSurvival[])[],
  fit: (rows: readonly RiskRow[]) => Fit | null,
): number | null {
  if (parts.length < 2) return null;
  let sum = 0;
  for (const part of parts) {
    const fitted = fit(riskRows(parts.filter((other) => other !== part).flat()));
    if (fitted === null) return null;
    for (const rollout of part) sum += logLikelihoodOf(rollout, fitted.law);
  }
  return Number.isFinite(sum) ? sum : null;
}

/** ln(S(t-1) - S(t)) of a first error at t; ln S(t) of a rollout that ended after t without one. */
function logLikelihoodOf({ lastTurn, firstErrorTurn }: RolloutSurvival, law: LogSurvival): number {
  if (firstErrorTurn === null) return law(lastTurn);
  const before = law(firstErrorTurn - 1);
  return before + Math.log(-Math.expm1(law(firstErrorTurn) - before));
}

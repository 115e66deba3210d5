import { isOpenCut } from "./cuts.ts";
import { type ExactShare, KaplanMeier } from "./kaplan-meier.ts";
import type { RolloutSurvival } from "./played-rollout.ts";
import { wilsonInterval } from "./proportion.ts";

export type { RolloutSurvival } from "./played-rollout.ts";

/** One turn of the task-accuracy curve. */
export interface SurvivalPoint {
  readonly turn: number;
  /** Rollouts that finished this turn and made no error in the turns before it. */
  readonly atRisk: number;
  /** Of those, how many made their first error in it. */
  readonly firstErrors: number;
  /** Of those, how many made no error in this turn either and ended with it, before the run's last turn. */
  readonly censored: number;
  /** Share of rollouts without an error up to and with this turn; null where nobody is left to tell. */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface SurvivalCurve {
  /** Rollouts that finished at least one turn. Of the others the curve knows nothing. */
  readonly rollouts: number;
  /** Those, and the ones that a cut of their own ended before that. */
  readonly begun: number;
  /** Of these, how many a cut of their own ended while they were without an error. */
  readonly cut: number;
  /** Every turn from 1 to the last one that any rollout finished. */
  readonly points: readonly SurvivalPoint[];
  /** `accuracy` of each point. */
  readonly exact: readonly (ExactShare | null)[];
  /** The last turn at which the accuracy is known; 0 when there is none. */
  readonly lastKnownTurn: number;
  /**
   * The last turn that says enough to read a horizon at: by it at least five rollouts, or all if fewer were begun, have
   * erred or are still at risk.
   */
  readonly readableTurns: number;
}

/**
 * The task-accuracy curve: the share of rollouts without a model error up to each turn.
 *
 * While nothing is censored it is survivors / rollouts. Afterwards it is the Kaplan-Meier product
 * S(t) = prod over u <= t of (1 - firstErrors(u) / atRisk(u)) (Kaplan and Meier 1958), which is the same number where
 * both apply. The interval is Wilson's on the effective size S (1 - S) / Var(S) with Greenwood's variance
 * Var(S) = S^2 sum firstErrors / (atRisk (atRisk - firstErrors)) (Rothman 1978): exactly Wilson's on the number of
 * rollouts while nothing is censored. Where the variance says nothing the size is the number at risk (S = 1), or
 * what it was before the last survivors fell (S = 0).
 *
 * All ends count as plain censoring and all rollouts as independent; `boundedCurve` is the curve whose interval knows
 * of cuts and of shared dictionaries.
 *
 * @param rollouts in any order; censored ones end before `turns` without an error
 * @param turns how many turns a rollout was meant to have
 * @param designEffects what the effective size is divided by at each turn, at [turn]; absent: nothing
 */
export function survivalCurve(
  rollouts: readonly RolloutSurvival[],
  turns: number,
  designEffects: Float64Array | null = null,
): SurvivalCurve {
  const counted = rollouts.filter(({ lastTurn }) => lastTurn > 0);
  const lastTurn = counted.reduce((last, rollout) => Math.max(last, rollout.lastTurn), 0);
  const { errors, censorings } = tally(counted, lastTurn, turns);
  const product = new KaplanMeier(counted.length);
  const points: SurvivalPoint[] = [];
  const exact: (ExactShare | null)[] = [];
  let lastKnownTurn = 0;
  for (let turn = 1; turn <= lastTurn; turn++) {
    const atRisk = product.atRisk;
    const firstErrors = errors[turn] ?? 0;
    const censored = censorings[turn] ?? 0;
    product.fail(firstErrors);
    const share = product.share;
    const accuracy = share === null ? null : product.accuracy;
    if (share !== null) lastKnownTurn = turn;
    const size = product.effectiveSize / (designEffects?.[turn] ?? 1);
    points.push({ turn, atRisk, firstErrors, censored, accuracy, ...wilsonInterval(accuracy, size) });
    exact.push(share);
    product.censor(censored);
  }
  const begun = rollouts.filter((rollout) => rollout.lastTurn > 0 || isOpenCut(rollout));
  return {
    rollouts: counted.length,
    begun: begun.length,
    cut: begun.filter(isOpenCut).length,
    points,
    exact,
    lastKnownTurn,
    readableTurns: Math.min(readableTurns(begun), lastKnownTurn),
  };
}

/** At least so many rollouts, or all if fewer were begun, have to tell of a turn that a horizon is read at. */
const fewestToRead = 5;

/** The last turn by which at least five rollouts, or all if fewer were begun, have erred or are still at risk. */
function readableTurns(begun: readonly RolloutSurvival[]): number {
  const known = begun.map(({ firstErrorTurn, lastTurn }) =>
    firstErrorTurn === null ? lastTurn : Number.POSITIVE_INFINITY,
  );
  return known.toSorted((left, right) => right - left)[Math.min(fewestToRead, known.length) - 1] ?? 0;
}

/**
 * Mean number of turns until the first error, none counted after turn `limit`: the area under the curve,
 * sum of S(t) for t = 1..limit (restricted mean). What lies beyond the known part of the curve counts 0.
 */
export function meanTurnsSurvived(
  points: readonly Pick<SurvivalPoint, "turn" | "accuracy">[],
  limit: number,
): number {
  return points.reduce((sum, { turn, accuracy }) => (turn <= limit ? sum + (accuracy ?? 0) : sum), 0);
}

function tally(rollouts: readonly RolloutSurvival[], lastTurn: number, turns: number) {
  const errors = zeros(lastTurn + 1);
  const censorings = zeros(lastTurn + 1);
  for (const rollout of rollouts) {
    const { firstErrorTurn } = rollout;
    if (firstErrorTurn !== null) errors[firstErrorTurn] = (errors[firstErrorTurn] ?? 0) + 1;
    else if (rollout.lastTurn < turns) censorings[rollout.lastTurn] = (censorings[rollout.lastTurn] ?? 0) + 1;
  }
  return { errors, censorings };
}

function zeros(count: number): number[] {
  return Array.from({ length: count }, () => 0);
}

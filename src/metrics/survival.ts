import { wilsonInterval } from "./proportion.ts";

/** What the curve needs to know of one rollout. */
export interface RolloutSurvival {
  /** The last turn that was finished and judged; 0 when there was none. */
  readonly lastTurn: number;
  /** The first turn with a model error, or null. */
  readonly firstErrorTurn: number | null;
  /** What ended this rollout alone before its last turn; null or absent: nothing, or a stop of the whole run. */
  readonly cut?: RolloutCut | null;
}

/**
 * Ends of single rollouts, which may have to do with how the model does: its context was full, or its engine failed
 * (an error, a timeout).
 */
export type RolloutCut = "context_full" | "fault";

/** One turn of the task-accuracy curve. */
export interface SurvivalPoint {
  readonly turn: number;
  /** Rollouts that finished this turn and made no error in the turns before it. */
  readonly atRisk: number;
  /** Of those, how many made their first error in it. */
  readonly firstErrors: number;
  /** Of those, how many made no error in it either, yet no further turn was had of them before the run's last. */
  readonly censored: number;
  /** Share of rollouts without an error up to and with this turn; null where nobody is left to tell. */
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** The accuracy at a turn as an exact fraction, so that ties with a threshold are ties. */
export interface ExactShare {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export interface SurvivalCurve {
  /** Rollouts that finished at least one turn. The others tell nothing of the model and are left out. */
  readonly rollouts: number;
  /** Every turn from 1 to the last one that any rollout finished. */
  readonly points: readonly SurvivalPoint[];
  /** `accuracy` of each point. */
  readonly exact: readonly (ExactShare | null)[];
  /** The last turn at which the accuracy is known; 0 when there is none. */
  readonly lastKnownTurn: number;
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
 * @param rollouts in any order; censored ones end before `turns` without an error
 * @param turns how many turns a rollout was meant to have
 */
export function survivalCurve(rollouts: readonly RolloutSurvival[], turns: number): SurvivalCurve {
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
    points.push({
      turn,
      atRisk,
      firstErrors,
      censored,
      accuracy,
      ...wilsonInterval(accuracy, product.effectiveSize),
    });
    exact.push(share);
    product.censor(censored);
  }
  return { rollouts: counted.length, points, exact, lastKnownTurn };
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

/**
 * The running product. Between two censorings its factors cancel to survivors / those who began the stretch, so it
 * is kept as one whole fraction of finished stretches and one of the stretch in progress; Greenwood's sum likewise
 * telescopes to 1 / survivors - 1 / began for each stretch.
 */
class KaplanMeier {
  atRisk: number;
  /** Rollouts at risk when the stretch without censoring began. */
  #began: number;
  #numerator = 1n;
  #denominator = 1n;
  #greenwood = 0;
  #isCensored = false;
  /** The effective size while some but not all had fallen. */
  #lastSize: number | null = null;

  constructor(rollouts: number) {
    this.atRisk = rollouts;
    this.#began = rollouts;
  }

  fail(count: number): void {
    this.atRisk -= count;
    const { accuracy } = this;
    if (this.atRisk === 0 || accuracy === 1) return;
    this.#lastSize = this.#isCensored ? (1 - accuracy) / (accuracy * this.#greenwoodSum) : this.#began;
  }

  censor(count: number): void {
    if (count === 0) return;
    this.#numerator *= BigInt(this.atRisk);
    this.#denominator *= BigInt(this.#began);
    this.#greenwood = this.#greenwoodSum;
    this.atRisk -= count;
    this.#began = this.atRisk;
    this.#isCensored = true;
  }

  /** Null once everybody is censored while some were without an error. */
  get share(): ExactShare | null {
    if (this.#began === 0) return null;
    return {
      numerator: this.#numerator * BigInt(this.atRisk),
      denominator: this.#denominator * BigInt(this.#began),
    };
  }

  get accuracy(): number {
    const share = this.share;
    return share === null ? Number.NaN : ratioOf(share);
  }

  get effectiveSize(): number {
    return this.accuracy === 1 ? this.atRisk : (this.#lastSize ?? this.#began);
  }

  /** Greenwood's sum up to now. */
  get #greenwoodSum(): number {
    return this.#greenwood + 1 / this.atRisk - 1 / this.#began;
  }
}

/** The nearest double; both parts are scaled down together where they are too long for one. */
function ratioOf({ numerator, denominator }: ExactShare): number {
  const excessBits = BigInt(Math.max(0, denominator.toString(16).length * 4 - 1000));
  return Number(numerator >> excessBits) / Number(denominator >> excessBits);
}

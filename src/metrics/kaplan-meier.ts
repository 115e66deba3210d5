/** The accuracy at a turn as an exact fraction, so that ties with a threshold are ties. */
export interface ExactShare {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The running product. Between two censorings its factors cancel to survivors / those who began the stretch, so it
 * is kept as one whole fraction of finished stretches and one of the stretch in progress; Greenwood's sum likewise
 * telescopes to 1 / survivors - 1 / began for each stretch.
 */
export class KaplanMeier {
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

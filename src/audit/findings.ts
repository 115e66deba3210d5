/** What is checked; every finding names one. */
export type Check =
  | "run-seal"
  | "settings"
  | "prompt-hash"
  | "instance-hash"
  | "model-file"
  | "catalogue"
  | "template"
  | "rollouts"
  | "rollout-seal"
  | "dictionary"
  | "turn-order"
  | "turn-seal"
  | "asked"
  | "shown"
  | "reasoning"
  | "verdict"
  | "token-counts"
  | "token-text"
  | "times"
  | "confidence"
  | "batches"
  | "batch-seal";

/** Something that does not hold. */
export interface Finding {
  readonly check: Check;
  readonly run: number;
  readonly rollout: number | null;
  readonly turn: number | null;
  /** The column, or the fact in words. */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Something that could not be checked; not a failure. */
export interface NotChecked {
  readonly what: string;
  readonly why: string;
}

export interface Place {
  readonly rollout: number;
  readonly turn?: number;
}

/** Listed for each check of a run; the others are counted. */
const listedMax = 20;

/** Collects what does not hold in one run. */
export class Findings {
  readonly #run: number;
  readonly #counts = new Map<Check, number>();
  readonly listed: Finding[] = [];
  readonly notChecked: NotChecked[] = [];

  constructor(run: number) {
    this.#run = run;
  }

  /** How many of each check were not listed. */
  get more(): Readonly<Record<string, number>> {
    const over = [...this.#counts].filter(([, count]) => count > listedMax);
    return Object.fromEntries(over.map(([check, count]) => [check, count - listedMax]));
  }

  get holds(): boolean {
    return this.#counts.size === 0;
  }

  add(check: Check, what: string, expected: unknown, found: unknown, place: Place | null = null): void {
    const count = (this.#counts.get(check) ?? 0) + 1;
    this.#counts.set(check, count);
    if (count > listedMax) return;
    const [left, right] = aroundDifference(written(expected), written(found));
    this.listed.push({
      check,
      run: this.#run,
      rollout: place?.rollout ?? null,
      turn: place?.turn ?? null,
      what,
      expected: left,
      found: right,
    });
  }

  equal(check: Check, what: string, expected: unknown, found: unknown, place: Place | null = null): void {
    if (expected !== found) this.add(check, what, expected, found, place);
  }

  /** A stored seal against what the rows give now; rows without one were written before there were seals. */
  seal(
    check: Check,
    what: string,
    seal: { readonly stored: string | null; readonly actual: string },
    place: Place | null = null,
  ): void {
    if (seal.stored === null) this.skip("seals", "some rows were written before there were seals");
    else this.equal(check, what, seal.stored.slice(0, 16), seal.actual.slice(0, 16), place);
  }

  skip(what: string, why: string): void {
    if (!this.notChecked.some((known) => known.what === what && known.why === why))
      this.notChecked.push({ what, why });
  }
}

function written(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}

const shownMax = 60;

/** Long texts are shortened to the part in which they differ. */
function aroundDifference(left: string, right: string): [string, string] {
  if (left.length <= shownMax && right.length <= shownMax) return [left, right];
  let same = 0;
  while (same < left.length && left[same] === right[same]) same++;
  const start = Math.max(0, same - shownMax / 3);
  const cut = (text: string): string => {
    const piece = text.slice(start, start + shownMax);
    return `${start > 0 ? "..." : ""}${piece}${start + shownMax < text.length ? "..." : ""}`;
  };
  return [cut(left), cut(right)];
}

/** Milliseconds that one step takes with so many threads. */
export type StepTimer = (threads: number) => Promise<number>;

/** The count that was fastest, and the least milliseconds of each that was tried. */
export interface Choice {
  readonly threads: number;
  readonly triedMs: ReadonlyMap<number, number>;
}

/** Two counts within this share are alike: the smaller one leaves cores to others. */
const alikeShare = 0.02;
/** A count that is slower by this factor ends the search on its side. */
const muchSlower = 1.3;

/**
 * Finds the count with which a step is fastest, from the most that can help downwards, then between the best and its
 * neighbours. Whatever the time, at least two counts are tried: the first one never wins unopposed.
 *
 * @param most above which no count can help
 * @param hasTime whether another count may be tried
 */
export async function chooseThreads(most: number, timer: StepTimer, hasTime: () => boolean): Promise<Choice> {
  const search = new Search(timer);
  await search.attempt(most);
  for (let count = Math.floor(most / 2); count >= 1; count = Math.floor(count / 2)) {
    if (search.tried.size >= 2 && !hasTime()) break;
    if ((await search.attempt(count)) > muchSlower * search.bestMs) break;
  }
  for (let count = search.middle(); count !== null && hasTime(); count = search.middle())
    await search.attempt(count);
  await search.rematch(hasTime);
  return { threads: search.best, triedMs: search.tried };
}

class Search {
  readonly tried = new Map<number, number>();
  readonly #timer: StepTimer;

  constructor(timer: StepTimer) {
    this.#timer = timer;
  }

  async attempt(threads: number): Promise<number> {
    const ms = await this.#timer(threads);
    this.tried.set(threads, Math.min(ms, this.tried.get(threads) ?? ms));
    return ms;
  }

  get bestMs(): number {
    return Math.min(...this.tried.values());
  }

  /** The smallest of those that are alike with the fastest. */
  get best(): number {
    const limit = this.bestMs * (1 + alikeShare);
    return Math.min(...[...this.tried].filter(([, ms]) => ms <= limit).map(([threads]) => threads));
  }

  /** Between the best and a neighbour that was tried, where there is room; null: nowhere. */
  middle(): number | null {
    const counts = [...this.tried.keys()].toSorted((a, b) => a - b);
    const at = counts.indexOf(this.best);
    const middles = [counts[at + 1], counts[at - 1]].map((other) =>
      other === undefined ? this.best : Math.round((this.best + other) / 2),
    );
    return middles.find((count) => !this.tried.has(count)) ?? null;
  }

  /** A moment's disturbance must not decide: the two best are tried again, in turn. */
  async rematch(hasTime: () => boolean): Promise<void> {
    const [first, second] = [...this.tried].toSorted(([, a], [, b]) => a - b).map(([threads]) => threads);
    if (first === undefined || second === undefined) return;
    for (let round = 0; round < 2 && hasTime(); round++) {
      await this.attempt(second);
      await this.attempt(first);
    }
  }
}

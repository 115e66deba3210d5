import type { TurnResult } from "../engine/engine.ts";
import type { BatchWork } from "../store/remeasured.ts";
import type { BatchRow, RemeasuredRow } from "../store/rows.ts";

/** Sorts what comes of turns that are measured again: which batch did whose work, and which turns nothing disturbed. */
export class MeasuredAgain {
  /** Batches that are to be replaced. */
  readonly #works: ReadonlyMap<number, BatchWork>;
  /** Turns that ended since batches were taken last, and whose batches these were. */
  #ended: RemeasuredRow[] = [];
  #spans: Span[] = [];
  readonly #marked = new Set<number>();

  constructor(works: ReadonlyMap<number, BatchWork>) {
    this.#works = works;
  }

  /** A turn ended. @param before as it was measured first */
  turn(
    place: Pick<RemeasuredRow, "rollout" | "turn" | "attempt">,
    now: TurnResult,
    before: TurnResult,
  ): void {
    const row = timesOf(now, place);
    if (row === null || before.firstBatch === null) return;
    const { firstBatch: first, lastBatch: last } = row;
    // Another wave has begun.
    if (first > (this.#spans.at(-1)?.last ?? first)) this.#spans = [];
    this.#spans.push({ first, last, by: before.firstBatch - first });
    if (isSameWork(now, before)) this.#ended.push(row);
  }

  /** Told behind the turns that ended in them. @returns the batches, and those of the turns whose times count */
  take(batches: readonly BatchRow[]): { batches: BatchRow[]; rows: RemeasuredRow[] } {
    for (const { index, mark } of batches) if (mark !== null) this.#marked.add(index);
    const rows = this.#ended.filter((row) => !this.#isMarked(row));
    this.#ended = [];
    return {
      batches: batches.map((batch) => ({ ...batch, phase: "remeasure", inPlaceOf: this.#placeOf(batch) })),
      rows,
    };
  }

  /** The batch whose work it did undisturbed; null: there is none. */
  #placeOf(batch: BatchRow): number | null {
    if (batch.mark !== null) return null;
    const places = this.#spans
      .filter(({ first, last }) => first <= batch.index && batch.index <= last)
      .map(({ by }) => batch.index + by);
    return places.find((place) => isSame(this.#works.get(place), batch)) ?? null;
  }

  #isMarked({ firstBatch, lastBatch }: RemeasuredRow): boolean {
    for (let batch = firstBatch; batch <= lastBatch; batch++) if (this.#marked.has(batch)) return true;
    return false;
  }
}

/** Batches of a turn, and how far the numbers that they had are from theirs. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly by: number;
}

/** Null: the engine does not tell them. */
function timesOf(
  { ttftMs, decodeMs, interTokenMs, cpuMs, firstBatch, lastBatch, startedAt }: TurnResult,
  place: Pick<RemeasuredRow, "rollout" | "turn" | "attempt">,
): RemeasuredRow | null {
  if (ttftMs === null || decodeMs === null || interTokenMs === null || cpuMs === null) return null;
  if (firstBatch === null || lastBatch === null) return null;
  return { ...place, ttftMs, decodeMs, interTokenMs, cpuMs, firstBatch, lastBatch, startedAt };
}

/** Whether it was the same work: a wave that an engine error once broke has other conversations now. */
function isSameWork(now: TurnResult, before: TurnResult): boolean {
  const names = ["reusedTokens", "prefilledTokens", "decodedTokens", "conversations"] as const;
  return names.every((name) => now[name] === before[name]) && batchesOf(now) === batchesOf(before);
}

function batchesOf({ firstBatch, lastBatch }: TurnResult): number {
  return (lastBatch ?? 0) - (firstBatch ?? 0);
}

function isSame(work: BatchWork | undefined, batch: BatchRow): boolean {
  const names = ["conversations", "prefillTokens", "decodeTokens"] as const;
  return work !== undefined && names.every((name) => work[name] === batch[name]);
}

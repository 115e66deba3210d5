import { Random } from "../random.ts";
import { percentiles } from "./percentile.ts";

/** How many single turns of a size were asked, and how many were right. */
export interface SizeTally {
  readonly keys: number;
  readonly n: number;
  readonly correct: number;
}

/** The largest size that is got right often enough. */
export interface Capacity {
  /** 0: not even the smallest that was measured. */
  readonly keys: number;
  /**
   * 95 % interval of it. `high` equal to the largest size measured means: at least so much; else it goes as far as the
   * next size that was measured, which may not be the next number.
   */
  readonly low: number;
  readonly high: number;
  /** The fitted share at each size that was measured, ascending. */
  readonly curve: readonly { readonly keys: number; readonly share: number }[];
}

const resamples = 2000;

/**
 * The largest measured size whose share of right turns reaches the threshold, by a curve that never rises with size: the
 * least-squares fit under that order (isotonic regression by pooling adjacent violators; Ayer et al. 1955), weighted by
 * turns. The interval is the percentile interval of the same figure over parametric bootstrap samples: each size's
 * number of right turns drawn anew from its own share, with half a right and half a wrong turn added so that a share of
 * 0 or 1 does not stand for certainty.
 *
 * @returns null without any measured turn
 */
export function capacityOf(sizes: readonly SizeTally[], threshold: number, seed: number): Capacity | null {
  const measured = pooledBySize(sizes).filter(({ n }) => n > 0);
  if (measured.length === 0) return null;
  const random = new Random(seed, "capacity");
  const drawn = Array.from({ length: resamples }, () =>
    largest(
      measured.map(({ keys, n, correct }) => ({
        keys,
        n,
        correct: binomial(random, n, (correct + 0.5) / (n + 1)),
      })),
      threshold,
    ),
  );
  const [low, high] = percentiles(drawn, [2.5, 97.5]);
  return {
    keys: largest(measured, threshold),
    low: Math.floor(low ?? 0),
    high: upToNext(measured, Math.ceil(high ?? 0)),
    curve: fallingFit(measured),
  };
}

/** What lies between a size and the next one that was measured may be as good as the size. */
function upToNext(measured: readonly SizeTally[], size: number): number {
  const next = measured.find(({ keys }) => keys > size);
  return next === undefined ? size : next.keys - 1;
}

function largest(sizes: readonly SizeTally[], threshold: number): number {
  return fallingFit(sizes).reduce(
    (most, { keys, share }) => (share >= threshold ? Math.max(most, keys) : most),
    0,
  );
}

/** Pools neighbours until no share is above the one before it. */
function fallingFit(sizes: readonly SizeTally[]): { keys: number; share: number }[] {
  const blocks: { keys: number[]; n: number; correct: number }[] = [];
  for (const { keys, n, correct } of sizes) {
    blocks.push({ keys: [keys], n, correct });
    for (;;) {
      const [before, last] = blocks.slice(-2);
      if (before === undefined || last === undefined || blocks.length < 2) break;
      if (last.correct / last.n <= before.correct / before.n) break;
      blocks.splice(-2, 2, {
        keys: [...before.keys, ...last.keys],
        n: before.n + last.n,
        correct: before.correct + last.correct,
      });
    }
  }
  return blocks.flatMap(({ keys, n, correct }) => keys.map((one) => ({ keys: one, share: correct / n })));
}

function pooledBySize(sizes: readonly SizeTally[]): SizeTally[] {
  const pooled = new Map<number, SizeTally>();
  for (const { keys, n, correct } of sizes) {
    const known = pooled.get(keys);
    pooled.set(keys, { keys, n: n + (known?.n ?? 0), correct: correct + (known?.correct ?? 0) });
  }
  return [...pooled.values()].toSorted((a, b) => a.keys - b.keys);
}

function binomial(random: Random, n: number, p: number): number {
  let hits = 0;
  for (let trial = 0; trial < n; trial++) if (random.unit() < p) hits++;
  return hits;
}

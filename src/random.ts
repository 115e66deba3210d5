import { createHash } from "node:crypto";

/**
 * The generator behind every drawn thing: xoshiro128** 1.1 (Blackman and Vigna, 2018), its state the first
 * 16 bytes (little-endian) of SHA-256 over the path "seed/label/index...". The same path gives the same
 * stream on every platform; golden vectors are in test/random.test.ts.
 */
export class Random {
  readonly #state: Uint32Array;

  /** @param path what the stream is for, for example `(7, "dictionary", 3)`; the first part is the seed. */
  constructor(...path: readonly (string | number)[]) {
    const digest = createHash("sha256").update(path.join("/")).digest();
    this.#state = Uint32Array.from([0, 4, 8, 12], (offset) => digest.readUInt32LE(offset));
  }

  /** The next 32 random bits as an integer in [0, 2^32). */
  uint32(): number {
    const s = this.#state;
    // By index: taking an array apart goes through its iterator, which is ten times slower.
    const s0 = s[0] ?? 0;
    const s1 = s[1] ?? 0;
    const s2 = s[2] ?? 0;
    const s3 = s[3] ?? 0;
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    s[1] = s1 ^ t2;
    s[0] = s0 ^ t3;
    s[2] = t2 ^ (s1 << 9);
    s[3] = rotateLeft(t3, 11);
    return result;
  }

  /** A uniform real in [0, 1) with 32 bits of resolution. */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A uniform integer in [0, n) without modulo bias: draws above the last whole multiple of n are rejected. */
  below(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  /** One of the items, uniformly. @throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(Math.max(1, items.length))];
    if (item === undefined) throw new RangeError("cannot pick from an empty list");
    return item;
  }

  /** `count` different items in random order: the first steps of a Fisher-Yates shuffle of a copy. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count > items.length) throw new RangeError(`cannot sample ${count} of ${items.length}`);
    const copy = items.slice();
    for (let i = 0; i < count; i++) {
      const j = i + this.below(copy.length - i);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy.slice(0, count);
  }
}

/** A 32-bit seed for somebody else's generator (a sampler, say), derived from a path as in {@link Random}. */
export function deriveSeed(...path: readonly (string | number)[]): number {
  return new Random(...path).uint32();
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/**
 * Python's `random` module, call for call, as CPython 3.11 and 3.12 carry it out: the paper's data set is a seed and a
 * list of words, and only the same generator draws it again. MT19937 (Matsumoto and Nishimura, 1998), seeded with
 * `init_by_array` over the seed's magnitude; golden vectors in test/datasets/cpython-random.test.ts.
 *
 * Our own instances come from `random.ts` and never from here.
 */
export class CpythonRandom {
  readonly #state = new Uint32Array(stateLength);
  #next = stateLength;

  /** Like `random.seed(seed)`; an integer of any size, whose sign counts for nothing. */
  constructor(seed: number | bigint) {
    this.#seedFrom(wordsOf(BigInt(seed)));
  }

  /** `random()`: a real in [0, 1) with 53 random bits. */
  random(): number {
    const high = this.#uint32() >>> 5;
    const low = this.#uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** `getrandbits(bits)`. @throws RangeError above 53 bits, which a number cannot hold */
  getrandbits(bits: number): number {
    if (!Number.isInteger(bits) || bits < 0 || bits > 53)
      throw new RangeError(`cannot draw ${bits} bits into a number`);
    if (bits === 0) return 0;
    if (bits <= 32) return this.#uint32() >>> (32 - bits);
    const low = this.#uint32();
    return (this.#uint32() >>> (64 - bits)) * 2 ** 32 + low;
  }

  /** `randint(low, high)`: an integer in [low, high], both ends included. */
  randint(low: number, high: number): number {
    return low + this.#below(high + 1 - low);
  }

  /** `choices(items, k=count)`, without weights: drawn with replacement, each by one `random()`. */
  choices<T>(items: readonly T[], count: number): T[] {
    if (items.length === 0) throw new RangeError("cannot choose from an empty list");
    return Array.from({ length: count }, () => items[Math.floor(this.random() * items.length)] as T);
  }

  /** `sample(items, count)`: without replacement. Small lists are drawn from a pool, large ones by rejection. */
  sample<T>(items: readonly T[], count: number): T[] {
    const total = items.length;
    if (count < 0 || count > total) throw new RangeError(`cannot sample ${count} of ${total}`);
    const poolLimit = 21 + (count > 5 ? 4 ** Math.ceil(Math.log(count * 3) / Math.log(4)) : 0);
    if (total > poolLimit) return this.#sampleByRejection(items, count);
    const pool = items.slice();
    return Array.from({ length: count }, (_, index) => {
      const drawn = this.#below(total - index);
      const item = pool[drawn] as T;
      pool[drawn] = pool[total - index - 1] as T;
      return item;
    });
  }

  #sampleByRejection<T>(items: readonly T[], count: number): T[] {
    const taken = new Set<number>();
    while (taken.size < count) taken.add(this.#below(items.length));
    return [...taken].map((index) => items[index] as T);
  }

  /** `_randbelow_with_getrandbits(n)`. */
  #below(n: number): number {
    if (!(n >= 1)) throw new RangeError("nothing to draw from");
    const bits = n.toString(2).length;
    let drawn = this.getrandbits(bits);
    while (drawn >= n) drawn = this.getrandbits(bits);
    return drawn;
  }

  #seedFrom(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < stateLength; i++) state[i] = Math.imul(1812433253, mixed(state, i)) + i;
    let i = 1;
    for (let step = 0; step < Math.max(stateLength, key.length); step++) {
      const j = step % key.length;
      state[i] = ((state[i] ?? 0) ^ Math.imul(mixed(state, i), 1664525)) + (key[j] ?? 0) + j;
      i = this.#advance(i);
    }
    for (let step = 1; step < stateLength; step++) {
      state[i] = ((state[i] ?? 0) ^ Math.imul(mixed(state, i), 1566083941)) - i;
      i = this.#advance(i);
    }
    state[0] = 0x80000000;
  }

  #advance(i: number): number {
    if (i + 1 < stateLength) return i + 1;
    this.#state[0] = this.#state[stateLength - 1] ?? 0;
    return 1;
  }

  #uint32(): number {
    if (this.#next === stateLength) this.#twist();
    let y = this.#state[this.#next++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < stateLength; i++) {
      const y = ((state[i] ?? 0) & 0x80000000) | ((state[(i + 1) % stateLength] ?? 0) & 0x7fffffff);
      state[i] = (state[(i + 397) % stateLength] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}

const stateLength = 624;

/** The recurrence that both seeding loops share: the word before, its high bits folded in. */
function mixed(state: Uint32Array, i: number): number {
  const before = state[i - 1] ?? 0;
  return before ^ (before >>> 30);
}

/** The seed's magnitude in words of 32 bits, least significant first; at least one. */
function wordsOf(seed: bigint): number[] {
  const words: number[] = [];
  for (let rest = seed < 0n ? -seed : seed; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  return words.length > 0 ? words : [0];
}

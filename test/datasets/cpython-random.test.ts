import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CpythonRandom } from "../../src/datasets/cpython-random.ts";

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Each list begins a fresh generator. Printed by CPython 3.11.7; 3.12 has the same code in these methods. */
const golden = [
  {
    seed: 0,
    random: [0.8444218515250481, 0.7579544029403025, 0.420571580830845],
    after1300: 0.04871767121707815,
    bits: [1, 12, 49673, 3823568514],
    wide: [3626764237, 8018604117806252],
    randint: [-1, 95, 8, -89, -33, 31],
    choices: [5, 5, 2, 1, 3, 2, 5, 2],
    pooled: [49, 97, 53, 5, 33, 65],
    rejected: [6311, 6890, 663, 4242, 8376, 7961],
  },
  {
    seed: 42,
    random: [0.6394267984578837, 0.025010755222666936, 0.27502931836911926],
    after1300: 0.7916619578635435,
    bits: [1, 3, 1639, 3184935163],
    wide: [2746317213, 6679292727990993],
    randint: [64, -71, -93, 90, -29, -37],
    choices: [4, 0, 1, 1, 5, 4, 6, 0],
    pooled: [81, 14, 3, 94, 35, 31],
    rejected: [1824, 409, 4506, 4012, 3657, 2286],
  },
  {
    seed: 18446744073709563961n,
    random: [0.0006128515938171875, 0.9096583904676042, 0.955684959337701],
    after1300: 0.7109995964638014,
    bits: [0, 17, 59615, 1824067026],
    wide: [4297599468, 3825346593906504],
    randint: [-99, 41, 9, -22, -90, 70],
    choices: [0, 6, 6, 2, 4, 3, 4, 3],
    pooled: [0, 70, 54, 38, 4, 84],
    rejected: [10, 8987, 6958, 4983, 616, 7984],
  },
];

describe("CpythonRandom", () => {
  for (const vector of golden) {
    const fresh = () => new CpythonRandom(vector.seed);
    const draw = (count: number, one: (random: CpythonRandom) => unknown) => {
      const random = fresh();
      return Array.from({ length: count }, () => one(random));
    };

    it(`draws what CPython 3.11.7 draws after random.seed(${vector.seed})`, () => {
      expect(draw(3, (random) => random.random())).toEqual(vector.random);
      expect(draw(1300, (random) => random.random()).at(-1)).toBe(vector.after1300);
      const narrow = fresh();
      expect([1, 5, 16, 32].map((bits) => narrow.getrandbits(bits))).toEqual(vector.bits);
      const wide = fresh();
      expect([33, 53].map((bits) => wide.getrandbits(bits))).toEqual(vector.wide);
      expect(draw(6, (random) => random.randint(-99, 99))).toEqual(vector.randint);
      expect(fresh().choices(indices(7), 8)).toEqual(vector.choices);
      expect(fresh().sample(indices(101), 100).slice(0, 6)).toEqual(vector.pooled);
      expect(fresh().sample(indices(10_000), 6)).toEqual(vector.rejected);
    });
  }

  it("samples 100 of 101 after seed 42 and leaves out 44, as the paper's dictionary does", () => {
    const sampled = new Set(new CpythonRandom(42).sample(indices(101), 100));
    expect(indices(101).filter((index) => !sampled.has(index))).toEqual([44]);
  });

  it("changes from a pool to rejection where CPython does: at 21 items, then four times the power of 4", () => {
    const random = new CpythonRandom(42);
    expect(random.sample(indices(30), 5)).toEqual([20, 3, 0, 23, 8]);
    expect(random.sample(indices(21), 5)).toEqual([7, 20, 4, 3, 2]);
    expect(random.sample(indices(22), 5)).toEqual([18, 13, 1, 0, 2]);
    expect(random.sample(indices(5), 5)).toEqual([1, 4, 2, 0, 3]);
  });

  it("takes no notice of the seed's sign, as random.seed(int) does", () => {
    expect(new CpythonRandom(-42).random()).toBe(new CpythonRandom(42).random());
  });

  it("stays in range and samples without repeats, whatever the seed", () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.integer({ min: 1, max: 300 }), (seed, size) => {
        const random = new CpythonRandom(seed);
        const value = random.randint(-size, size);
        expect(Math.abs(value)).toBeLessThanOrEqual(size);
        const sample = random.sample(indices(size), Math.ceil(size / 3));
        expect(new Set(sample).size).toBe(sample.length);
        expect(random.random()).toBeLessThan(1);
      }),
    );
  });

  it("refuses what CPython refuses, and more bits than a number holds", () => {
    const random = new CpythonRandom(1);
    expect(() => random.choices([], 1)).toThrow(RangeError);
    expect(() => random.randint(3, 2)).toThrow(RangeError);
    expect(() => random.sample([1], 2)).toThrow(RangeError);
    expect(() => random.getrandbits(54)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { standardSettings } from "../../src/settings/settings.ts";
import { cellsOf, combinations, numberList, testName } from "../../src/speed/grid.ts";

describe("numberList", () => {
  it.each([
    ["512", [512]],
    ["0,1024", [0, 1024]],
    ["1-4", [1, 2, 3, 4]],
    ["1-9+4", [1, 5, 9]],
    ["128-1000*2", [128, 256, 512]],
    ["8,16-32+8", [8, 16, 24, 32]],
  ])("reads %s as llama-bench does", (text, numbers) => {
    expect(numberList(text)).toEqual(numbers);
  });

  it.each(["", "a", "1,", "-1", "1.5", "1-9+0", "1-9*1", "0-9*2", "1e3", "99999999999", "1-100000"])(
    "refuses %j",
    (text) => {
      expect(numberList(text)).toBeNull();
    },
  );

  it("reads back every list of numbers", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000_000), { minLength: 1, maxLength: 50 }), (numbers) => {
        expect(numberList(numbers.join(","))).toEqual(numbers);
      }),
    );
  });

  it("ends whatever it is given", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0123456789,-+*".split("")) }), (text) => {
        const found = numberList(text);
        expect(found === null || found.length > 0).toBe(true);
      }),
    );
  });
});

describe("combinations", () => {
  it("has each of them once, the last list fastest", () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(), { maxLength: 4 }), { maxLength: 4 }), (lists) => {
        const all = combinations(lists);
        expect(all).toHaveLength(lists.reduce((product, list) => product * list.length, 1));
        expect(new Set(all.map(String)).size).toBe(all.length);
        for (const one of all) expect(one.every((value, index) => lists[index]?.includes(value))).toBe(true);
      }),
    );
    expect(
      combinations([
        ["a", "b"],
        ["1", "2"],
      ]).map((one) => one.join("")),
    ).toEqual(["a1", "a2", "b1", "b2"]);
  });
});

describe("cellsOf", () => {
  const names = (plan: Partial<Parameters<typeof cellsOf>[0]>): string[] =>
    cellsOf({
      prompts: [512],
      generations: [128],
      depths: [0],
      sampled: [false],
      settings: [standardSettings],
      ...plan,
    }).map(({ test }) => testName(test));

  it("are named as llama-bench names them, in its order", () => {
    expect(names({ depths: [0, 1024] })).toEqual(["pp512", "tg128", "pp512 @ d1024", "tg128 @ d1024"]);
    expect(names({ sampled: [false, true] })).toEqual(["pp512", "tg128", "tg128 sampled"]);
  });

  it("leave out tests of nothing", () => {
    expect(names({ prompts: [0] })).toEqual(["tg128"]);
    expect(names({ prompts: [0], generations: [0] })).toEqual([]);
  });

  it("are every combination", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
        fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
        (prompts, generations, depths) => {
          const all = names({ prompts, generations, depths, sampled: [false, true] });
          expect(all).toHaveLength(depths.length * (prompts.length + 2 * generations.length));
          expect(new Set(all).size).toBe(all.length);
        },
      ),
    );
  });
});

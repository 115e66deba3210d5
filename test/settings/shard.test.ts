import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, parseShard, sharesAtMost } from "../../src/settings/shard.ts";

const sizes = fc.record({
  rollouts: fc.integer({ min: 1, max: 500 }),
  of: fc.integer({ min: 1, max: 60 }),
  parallel: fc.oneof(fc.constant("auto" as const), fc.integer({ min: 1, max: 64 })),
});

function blocks({ rollouts, of, parallel }: { rollouts: number; of: number; parallel: number | "auto" }) {
  return Array.from({ length: of }, (_, index) =>
    blockOf({ rollouts, parallel, shard: `${index + 1}/${of}` }),
  );
}

describe("the shares of a study", () => {
  it("are its rollouts, each once, in order", () => {
    fc.assert(
      fc.property(sizes, (study) => {
        const played = blocks(study).flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, index) => first + index),
        );
        expect(played).toEqual(Array.from({ length: study.rollouts }, (_, index) => index));
      }),
    );
  });

  it("part no rollouts that are played at a time, and differ by one such group at most", () => {
    fc.assert(
      fc.property(sizes, (study) => {
        const together = study.parallel === "auto" ? 1 : study.parallel;
        const all = blocks(study);
        for (const { first, count } of all) expect(count === 0 || first % together === 0).toBe(true);
        const groups = all.map(({ count }) => Math.ceil(count / together));
        expect(Math.max(...groups) - Math.min(...groups)).toBeLessThanOrEqual(1);
        expect(all.some(({ count }) => count === 0)).toBe(study.of > sharesAtMost(study));
      }),
    );
  });

  it.each(["0/4", "5/4", "1/0", "3", "3/8/9", "-1/4", "1.5/4", "1/1000000000", " 1/4", ""])(
    "%j is none",
    (text) => {
      expect(() => parseShard(text)).toThrow("must be one of so many shares");
    },
  );
});

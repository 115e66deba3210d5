import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bench, type CountsPlan, type Measurement, tryCounts } from "../../src/runs/tune-counts.ts";

/** A machine on which a step with n conversations takes `alone + each * n` milliseconds, on a clock of its own. */
interface Planted {
  readonly loadMs: number;
  readonly alone: number;
  readonly each: number;
  /** Of evaluating, besides `alone` for all together; no more than `each`. */
  readonly perTokenMs: number;
  readonly copyMs: number;
}

const plan: CountsPlan = {
  counts: [1, 4, 8, 16, 32, 64],
  depth: 400,
  conversationBytes: 0,
  expected: { prefill: 20_000, decode: 20_000 },
  leastMs: 0,
};

async function measured(
  { loadMs, alone, each, perTokenMs, copyMs }: Planted,
  change: Partial<CountsPlan> = {},
  disturbedFrom = Infinity,
): Promise<Measurement & { readonly told: number[] }> {
  let now = loadMs;
  let filled = 1;
  const spend = <Value>(ms: number, value: Value): Promise<Value> => {
    now += ms;
    return Promise.resolve(value);
  };
  const bench: Bench = {
    fill: (tokens) => spend(alone + tokens * perTokenMs, alone + tokens * perTokenMs),
    copyTo: (count) => {
      const ms = Math.max(0, count - filled) * copyMs;
      filled = Math.max(filled, count);
      return spend(ms, ms);
    },
    steps: (count) => {
      const ms = alone + each * filled;
      return spend(
        (count + 2) * ms,
        Array.from({ length: filled >= disturbedFrom ? 0 : count }, () => ms),
      );
    },
  };
  const told: number[] = [];
  const found = await tryCounts(
    { ...plan, ...change },
    bench,
    () => now,
    (tried) => told.push(tried.length),
  );
  return { ...found, told };
}

/** Much faster with more, up to 16 or so. */
const usual: Planted = { loadMs: 500, alone: 12, each: 1, perTokenMs: 0.9, copyMs: 2 };

describe("trying numbers of conversations", () => {
  it("goes upwards, tells each, and ends after two that are no faster", async () => {
    const found = await measured({ ...usual, alone: 4 }, { expected: { prefill: 1e6, decode: 1e6 } });
    // 4 + n milliseconds for n tokens: 200, 500, 667, 800, 889, 941 tokens a second.
    expect(found.tried.map(({ parallel }) => parallel)).toEqual([1, 4, 8, 16, 32, 64]);
    expect(found.tried.map(({ tokensPerSecond }) => Math.round(tokensPerSecond))).toEqual([
      200, 500, 667, 800, 889, 941,
    ]);
    expect(found.told).toEqual([1, 2, 3, 4, 5, 6]);
    expect(found).toMatchObject({ ended: "all", depth: 400 });
    const flat = await measured({ ...usual, alone: 0 }, { expected: { prefill: 1e6, decode: 1e6 } });
    expect(flat.tried.map(({ parallel }) => parallel)).toEqual([1, 4, 8]);
    expect(flat.ended).toBe("noGain");
  });

  it("does not try what would cost more than its share", async () => {
    const found = await measured(usual);
    expect(found.ended).toBe("budget");
    expect(found.tried.length).toBeGreaterThan(2);
    expect(found.spentMs).toBeLessThanOrEqual(0.05 * found.forecastMs);
    const late = await measured({ ...usual, loadMs: 60_000 });
    expect(late).toMatchObject({ ended: "budget", tried: [] });
  });

  it("tells nothing where something else took the cores", async () => {
    const found = await measured(usual, { expected: { prefill: 1e6, decode: 1e6 } }, 8);
    expect(found.ended).toBe("busy");
    expect(found.told).toEqual([1, 2]);
  });

  it("never costs more than its share of the run, whatever the machine is like", async () => {
    const machine = fc.record({
      loadMs: fc.double({ min: 0, max: 3_000, noNaN: true }),
      alone: fc.double({ min: 0, max: 500, noNaN: true }),
      each: fc.double({ min: 0.05, max: 50, noNaN: true }),
      share: fc.double({ min: 0.1, max: 1, noNaN: true }),
      copyMs: fc.double({ min: 0, max: 20, noNaN: true }),
    });
    const extent = fc.record({
      prefill: fc.integer({ min: 1_000, max: 1_000_000 }),
      decode: fc.integer({ min: 1_000, max: 1_000_000 }),
    });
    const leastMs = fc.constantFrom(0, 10_000);
    await fc.assert(
      fc.asyncProperty(machine, extent, leastMs, async ({ share, ...planted }, expected, least) => {
        const perTokenMs = share * planted.each;
        const found = await measured({ ...planted, perTokenMs }, { expected, leastMs: least });
        // What is paid before anything is known: loading, the first tokens, the first copies.
        const startMs = planted.loadMs + 3 * planted.alone + 80 * perTokenMs;
        const leastAllowedMs = least === 0 ? 0 : planted.loadMs + least;
        const allowedMs = Math.max(leastAllowedMs, 0.05 * found.forecastMs, startMs) + 3 * planted.copyMs;
        expect(found.spentMs).toBeLessThanOrEqual(allowedMs * (1 + 1e-9));
      }),
    );
  });
});

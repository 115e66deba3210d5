import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseThreads } from "../../../src/engine/llama/threads/choose.ts";
import { mostThreads, type UsableCores } from "../../../src/hardware/cores.ts";

/** A machine that evaluates a step: arithmetic over the cores that it has, memory that a few of them saturate. */
interface Machine extends UsableCores {
  readonly physical: number;
  /** Cores' worth of arithmetic beyond which memory is the limit. */
  readonly saturatedBy: number;
  /** Milliseconds of a step on one core. */
  readonly oneCoreMs: number;
}

/** Threads that share a core, or have none, are waited for at every barrier. */
function stepMs(machine: Machine, threads: number): number {
  const { physical, allowed, quota, saturatedBy, oneCoreMs } = machine;
  const cores = Math.min(physical, allowed, quota ?? allowed);
  const crowded = threads > cores ? 30 * (threads / cores) : 1;
  return (oneCoreMs / Math.min(threads, cores, saturatedBy)) * crowded + 0.01 * threads;
}

async function choiceOn(machine: Machine, hasTime = true) {
  const tried: number[] = [];
  const { threads } = await chooseThreads(
    mostThreads(machine),
    (count) => {
      tried.push(count);
      return Promise.resolve(stepMs(machine, count));
    },
    () => hasTime,
  );
  return { threads, tried };
}

const plain = { quota: null, saturatedBy: 64, oneCoreMs: 100 };

describe("choosing threads", () => {
  it.each([1, 2, 4, 8, 16])("takes all of %i cores where arithmetic is the limit", async (cores) => {
    const { threads } = await choiceOn({ ...plain, physical: cores, allowed: cores });
    expect(threads).toBe(cores);
  });

  it("counts cores, not the threads that share one", async () => {
    const { threads, tried } = await choiceOn({ ...plain, physical: 8, allowed: 16 });
    expect(threads).toBe(8);
    expect(Math.max(...tried)).toBe(8);
  });

  it.each([
    [{ physical: 16, allowed: 16, quota: 2.5 }, 2],
    [{ physical: 16, allowed: 4, quota: null }, 4],
    [{ physical: 8, allowed: 16, quota: 0.5 }, 1],
  ])("keeps to an affinity and a container's quota: %j", async (cores, expected) => {
    const { threads, tried } = await choiceOn({ ...plain, ...cores });
    expect(threads).toBe(expected);
    expect(Math.max(...tried)).toBeLessThanOrEqual(expected);
  });

  it("takes fewer where memory is the limit and more are no faster", async () => {
    const { threads } = await choiceOn({ ...plain, physical: 16, allowed: 16, saturatedBy: 4 });
    expect(threads).toBeGreaterThanOrEqual(4);
    expect(threads).toBeLessThanOrEqual(6);
  });

  it("never ends on the first that was tried because the time was up", async () => {
    for (const cores of [2, 4, 16]) {
      const slow = { ...plain, physical: cores, allowed: cores, oneCoreMs: 60_000, saturatedBy: 1 };
      const { threads, tried } = await choiceOn(slow, false);
      expect(new Set(tried).size).toBe(2);
      expect(threads).toBe(cores / 2);
    }
  });

  it("is within a tenth of the best count on any such machine, in few steps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 128 }),
        fc.option(fc.double({ min: 0.3, max: 70, noNaN: true })),
        fc.integer({ min: 1, max: 64 }),
        fc.double({ min: 1, max: 3000, noNaN: true }),
        async (physical, allowed, quota, saturatedBy, oneCoreMs) => {
          const machine = { physical, allowed, quota, saturatedBy, oneCoreMs };
          const { threads, tried } = await choiceOn(machine);
          const all = Array.from({ length: mostThreads(machine) }, (_, index) => stepMs(machine, index + 1));
          expect(stepMs(machine, threads)).toBeLessThanOrEqual(1.1 * Math.min(...all));
          expect(tried.length).toBeLessThanOrEqual(24);
        },
      ),
    );
  });
});

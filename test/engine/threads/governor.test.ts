import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ThreadGovernor } from "../../../src/engine/llama/threads/governor.ts";
import type { Work } from "../../../src/engine/llama/threads/like-times.ts";

/** A machine whose cores are taken at times: a thread without one of its own is waited for at every barrier. */
interface World {
  readonly cores: number;
  /** Cores taken by others at a time in milliseconds. */
  readonly taken: (atMs: number) => number;
  /** Whether the system tells how many are taken. */
  readonly tells: boolean;
  /** Steps differ by this share, to and fro. */
  readonly noise?: number;
  /** Steps that take ten times as long for a reason that takes no core: a disk, say. */
  readonly isHeldUp?: (step: number) => boolean;
  /** Threads that were found fastest while others had cores; more may be faster. */
  readonly planned?: number;
}

interface Played {
  readonly atMs: number;
  readonly threads: number;
  readonly ms: number;
  isBusy: boolean;
}

const decode: Work = { shape: "decodeAll", conversations: 8, tokens: 8 };
const oneThreadMs = 60;
const barrierFactor = 60;

function play(world: World, untilMs: number, work: (step: number) => Work = () => decode): Played[] {
  let clock = 0;
  const { cores, planned = cores } = world;
  const governor = new ThreadGovernor({
    plan: { prefill: planned, decodeOne: planned, decodeAll: planned },
    aim: planned === cores ? null : cores,
    takenByOthers: () => (world.tells ? world.taken(clock) : null),
  });
  const played: Played[] = [];
  while (clock < untilMs) {
    const one = work(played.length);
    const threads = governor.threadsFor(one, clock);
    const isCrowded = threads > world.cores - world.taken(clock);
    const noise = 1 + (world.noise ?? 0) * Math.sin(played.length * 12.9898);
    const usualMs = (oneThreadMs / threads) * noise;
    const heldUp = world.isHeldUp?.(played.length) === true ? 10 : 1;
    const ms = (isCrowded ? barrierFactor * usualMs : usualMs) * heldUp;
    clock += ms;
    // Who shares a core loses it every few milliseconds; other things take one now and then.
    const switches = Math.round(isCrowded ? ms / 4 : ms / 100);
    const busy = governor.ended(one, threads, { ms, switches }, clock);
    played.push({ atMs: clock, threads, ms, isBusy: false });
    for (const each of played.slice(played.length - busy)) each.isBusy = true;
  }
  return played;
}

/** Steps in a stretch of time, against those that one thread makes in it. */
function shareOfOneThread(played: readonly Played[], fromMs: number, toMs: number): number {
  const steps = played.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).length;
  return steps / ((toMs - fromMs) / oneThreadMs);
}

describe("a core that is taken", () => {
  const minute = 60_000;
  const between = (atMs: number): number => (atMs >= minute && atMs < 2 * minute ? 1 : 0);

  it.each([true, false])("is given up soon, and taken again later (told by the system: %s)", (tells) => {
    const played = play({ cores: 2, taken: between, tells }, 4 * minute);
    expect(shareOfOneThread(played, 0, minute)).toBeGreaterThan(1.9);
    expect(shareOfOneThread(played, minute, 2 * minute)).toBeGreaterThan(0.8);
    const last = played.filter(({ atMs }) => atMs > 2.6 * minute);
    expect(last.every(({ threads, isBusy }) => threads === 2 && !isBusy)).toBe(true);
  });

  it.each([true, false])(
    "is told in the rows from the first slow one on (told by the system: %s)",
    (tells) => {
      const played = play({ cores: 2, taken: between, tells }, 3 * minute);
      const within = played.filter(({ atMs, ms }) => atMs - ms >= minute && atMs < 2 * minute);
      expect(within.length).toBeGreaterThan(100);
      expect(within.filter(({ isBusy }) => !isBusy)).toEqual([]);
      expect(played.filter(({ atMs }) => atMs <= minute).some(({ isBusy }) => isBusy)).toBe(false);
    },
  );

  it("costs no thread where steps merely differ", () => {
    const played = play({ cores: 4, taken: () => 0, tells: false, noise: 0.4 }, minute);
    expect(new Set(played.map(({ threads }) => threads))).toEqual(new Set([4]));
  });

  it("is seen where prompts and answers take turns", () => {
    const work = (step: number): Work =>
      step % 9 === 0 ? { shape: "prefill", conversations: 8, tokens: 96 } : decode;
    const played = play({ cores: 2, taken: between, tells: false }, 3 * minute, work);
    expect(shareOfOneThread(played, minute, 2 * minute)).toBeGreaterThan(0.8);
  });

  it("is not blamed for what takes no core: disks, graphics, sampling on one thread", () => {
    const isHeldUp = (step: number): boolean => step % 7 < 3;
    const played = play({ cores: 8, taken: () => 0, tells: false, isHeldUp }, minute);
    expect(played.every(({ threads, isBusy }) => threads === 8 && !isBusy)).toBe(true);
  });

  it("is looked for again where threads were chosen while others had cores, and marks nothing that is not known", () => {
    const quiet = play({ cores: 2, taken: () => 0, tells: false, planned: 1 }, minute);
    expect(quiet.at(-1)?.threads).toBe(2);
    expect(quiet.some(({ isBusy }) => isBusy)).toBe(false);
    const busy = play({ cores: 2, taken: () => 1, tells: false, planned: 1 }, 4 * minute);
    expect(shareOfOneThread(busy, 0, 4 * minute)).toBeGreaterThan(0.8);
    expect(busy.some(({ isBusy }) => isBusy)).toBe(false);
  });

  it("is not the reason for fewer threads where more are no faster", () => {
    const work = (step: number): Work =>
      step % 5 === 0 ? { shape: "prefill", conversations: 1, tokens: 64 } : decode;
    const saturated = new ThreadGovernor({
      plan: { prefill: 8, decodeOne: 4, decodeAll: 4 },
      aim: 8,
      takenByOthers: () => 0,
    });
    let clock = 0;
    const used = Array.from({ length: 400 }, (_, step) => {
      const threads = saturated.threadsFor(work(step), clock);
      clock += 50;
      saturated.ended(work(step), threads, { ms: 50, switches: 0 }, clock);
      return { shape: work(step).shape, threads };
    });
    const more = used.filter(({ shape, threads }) => shape === "decodeAll" && threads !== 4);
    expect(more.length).toBeLessThan(10);
    expect(used.filter(({ shape }) => shape === "prefill").every(({ threads }) => threads === 8)).toBe(true);
  });

  it("leaves at least half of what one thread fewer a core gives, whatever is taken when", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 16 }),
        fc.integer({ min: 12_000, max: 60_000 }),
        fc.boolean(),
        (cores, forMs, tells) => {
          const taken = (atMs: number): number => (atMs >= 10_000 && atMs < 10_000 + forMs ? 1 : 0);
          const played = play({ cores, taken, tells }, 150_000);
          const possible = (forMs / oneThreadMs) * (cores - 1);
          const steps = played.filter(({ atMs }) => atMs >= 10_000 && atMs < 10_000 + forMs).length;
          expect(steps / possible).toBeGreaterThan(0.5);
          expect(played.at(-1)?.threads).toBe(cores);
        },
      ),
      { numRuns: 40 },
    );
  });
});

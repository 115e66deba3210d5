import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ThreadGovernor, type Work } from "../../../src/engine/llama/threads/governor.ts";

/** A machine whose cores are taken at times: a thread without one of its own is waited for at every barrier. */
interface World {
  readonly cores: number;
  /** Cores taken by others at a time in milliseconds. */
  readonly taken: (atMs: number) => number;
  /** Whether the system tells how many are taken. */
  readonly tells: boolean;
  /** Steps differ by this share, to and fro. */
  readonly noise?: number;
  /** A GPU evaluates a part of it, while threads wait. */
  readonly hasGpu?: boolean;
}

interface Played {
  readonly atMs: number;
  readonly threads: number;
  readonly ms: number;
  readonly mark: string | null;
}

const decode: Work = { shape: "decodeAll", conversations: 8, tokens: 8 };
const oneThreadMs = 60;
const barrierFactor = 60;

function play(
  world: World,
  untilMs: number,
  work: (step: number) => Work = () => decode,
  limit: number | null = null,
): Played[] {
  let clock = 0;
  const plan = { prefill: world.cores, decodeOne: world.cores, decodeAll: world.cores };
  const governor = new ThreadGovernor(plan, {
    takenByOthers: () => (world.tells ? world.taken(clock) : null),
    isCpuOnly: world.hasGpu !== true,
    limit,
  });
  const played: Played[] = [];
  while (clock < untilMs) {
    const one = work(played.length);
    const threads = governor.threadsFor(one, clock);
    const isCrowded = threads > world.cores - world.taken(clock);
    const noise = 1 + (world.noise ?? 0) * Math.sin(played.length * 12.9898);
    const usualMs = (oneThreadMs / threads) * noise;
    const ms = isCrowded ? barrierFactor * usualMs : usualMs;
    const cpuMs = ms * threads * (world.hasGpu === true ? 0.1 : isCrowded ? 0.75 : 0.99);
    clock += ms;
    const mark = governor.ended(one, threads, { ms, cpuMs, switches: isCrowded ? 40 : 0 }, clock);
    played.push({ atMs: clock, threads, ms, mark });
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
    expect(last.every(({ threads, mark }) => threads === 2 && mark === null)).toBe(true);
  });

  it("is told in the rows, and nothing else is", () => {
    const played = play({ cores: 2, taken: between, tells: true }, 3 * minute);
    const within = played.filter(({ atMs, ms }) => atMs - ms > minute && atMs < 2 * minute);
    expect(within.filter(({ mark }) => mark !== "busy").length / within.length).toBeLessThan(0.02);
    expect(played.filter(({ atMs }) => atMs <= minute).some(({ mark }) => mark !== null)).toBe(false);
  });

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

  it("is not blamed where threads wait for a GPU, and is seen there all the same", () => {
    const quiet = play({ cores: 8, taken: () => 0, tells: false, hasGpu: true, noise: 0.3 }, minute);
    expect(quiet.every(({ threads, mark }) => threads === 8 && mark === null)).toBe(true);
    const busy = play({ cores: 8, taken: between, tells: false, hasGpu: true }, 3 * minute);
    expect(shareOfOneThread(busy, minute, 2 * minute)).toBeGreaterThan(0.8 * 7);
  });

  it("is looked for again where threads were chosen while others had cores, and marks nothing that is not known", () => {
    const quiet = play({ cores: 2, taken: () => 0, tells: false }, minute, () => decode, 1);
    expect(quiet.at(-1)?.threads).toBe(2);
    expect(quiet.every(({ mark }) => mark === null)).toBe(true);
    const busy = play({ cores: 2, taken: () => 1, tells: false }, 4 * minute, () => decode, 1);
    expect(shareOfOneThread(busy, 0, 4 * minute)).toBeGreaterThan(0.8);
    expect(busy.filter(({ threads, mark }) => (mark === "busy") !== (threads === 2))).toEqual([]);
  });

  it("leaves at least half of what one thread fewer a core gives, whatever is taken when", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 16 }),
        fc.integer({ min: 5_000, max: 60_000 }),
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

import { describe, expect, it } from "vitest";
import { type ProbedThreads, probeShapes } from "../../../src/engine/llama/threads/probe-shapes.ts";

interface FakeMachine {
  /** Milliseconds of a step with so many threads. */
  readonly stepMs: (tokens: number, threads: number) => number;
  /** What the first step of each shape takes besides. */
  readonly firstUseMs?: number;
}

/** A trial of up to four threads on a machine that is none, and every step of it. */
async function probed({ stepMs, firstUseMs = 0 }: FakeMachine, conversations = 4) {
  let nowMs = 0;
  const steps: string[] = [];
  const used = new Set<string>();
  const take = (shape: string, tokens: number, threads: number): Promise<number> => {
    const ms = stepMs(tokens, threads) + (used.has(shape) ? 0 : firstUseMs);
    used.add(shape);
    nowMs += ms;
    steps.push(`${shape} ${threads}`);
    return Promise.resolve(ms);
  };
  const bench = {
    step: (count: number, threads: number) => take(`step ${count}`, count, threads),
    prefill: (tokens: number, threads: number) => take(`prefill ${tokens}`, tokens, threads),
  };
  const bounds = { most: 4, conversations, promptTokens: 64, hasTime: () => nowMs < 4_000 };
  const found: ProbedThreads = await probeShapes(bench, bounds);
  return { ...found, steps, spentMs: nowMs };
}

/** Time is shared among threads. */
const shared = (oneMs: number) => (tokens: number, threads: number) => (oneMs * (1 + tokens / 10)) / threads;

describe("a trial of threads", () => {
  it("tries every shape where steps are short", async () => {
    const { plan, tried } = await probed({ stepMs: shared(10) });
    expect(plan).toEqual({ prefill: 4, decodeOne: 4, decodeAll: 4 });
    expect(new Set(tried.map(({ shape }) => shape))).toEqual(new Set(["decodeOne", "decodeAll", "prefill"]));
  });

  it("makes three steps of one token where one takes seconds, and all shapes take its count", async () => {
    const { plan, steps, tried } = await probed({ stepMs: shared(80_000) });
    expect(steps).toEqual(["step 1 4", "step 1 4", "step 1 2"]);
    expect(plan).toEqual({ prefill: 4, decodeOne: 4, decodeAll: 4 });
    expect(tried.map(({ shape, threads }) => [shape, threads])).toEqual([
      ["decodeOne", 4],
      ["decodeOne", 2],
    ]);
  });

  it("takes fewer threads on such a machine where they are faster", async () => {
    const { plan } = await probed({ stepMs: (_, threads) => threads * 3_000 });
    expect(plan).toEqual({ prefill: 2, decodeOne: 2, decodeAll: 2 });
  });

  it("does not let the cost of a first use decide, neither which count nor how many are tried", async () => {
    const usual = await probed({ stepMs: shared(10) });
    const { plan, tried } = await probed({ stepMs: shared(10), firstUseMs: 1_000 });
    expect(plan).toEqual(usual.plan);
    expect(tried).toEqual(usual.tried);
  });

  it("ends in seconds where a step takes nearly too long", async () => {
    const { spentMs, plan } = await probed({ stepMs: shared(7_000) });
    expect(plan.decodeOne).toBe(4);
    expect(spentMs).toBeLessThan(60_000);
  });
});

import { describe, expect, it } from "vitest";
import { decodeByDepth } from "../../src/figures/decode-depths.ts";
import { measureSpeed } from "../../src/figures/speed.ts";
import { type Conditions, conditionsSchema } from "../../src/hardware/facts.ts";
import { decodeClockOf } from "../../src/reading/decode-clock.ts";
import type { RunRows } from "../../src/reading/rows.ts";
import { concurrencyLines } from "../../src/report/page/concurrency-lines.ts";
import { describeGroup } from "../../src/report/compare/group-row.ts";
import { speedOf } from "../../src/reading/identity.ts";
import type { RunRecord } from "../../src/store/rows.ts";
import { madeBatches, madeRollouts, madeRows, madeRun } from "./runs.ts";

function rowsOf(run: Partial<RunRecord> = {}, more: Partial<RunRows> = {}): RunRows {
  return { ...madeRows(madeRun(run), madeRollouts([3, 5], 8)), ...more };
}

/** Ten blocks of ten batches: a token takes 10 ms, a little more and less by turns. */
function decoding(overrides: Partial<RunRows["batches"][number]> = {}): RunRows["batches"] {
  return Array.from({ length: 10 }, (_, block) =>
    madeBatches({ batches: 10, decodeTokens: 80, conversations: 80, ms: 100 + (block % 3), ...overrides }),
  );
}

function conditions(known: Partial<Conditions>): Conditions {
  const unknown = Object.fromEntries(Object.keys(conditionsSchema.shape).map((name) => [name, null]));
  return conditionsSchema.parse({ ...unknown, ...known });
}

describe("the speed of runs", () => {
  it("has an interval over its batches, and knows what it is with those that were marked", () => {
    const busy = madeBatches({ batches: 5, decodeTokens: 40, ms: 1009, mark: "busy" });
    const { aggregate, disturbance } = measureSpeed([rowsOf({}, { batches: [...decoding(), busy] })]);
    expect(aggregate.decodeTokensPerSecond).toBeCloseTo(800_000 / 1009, 6);
    expect(aggregate.decodeInterval.low).toBeLessThan(aggregate.decodeTokensPerSecond ?? 0);
    expect(aggregate.decodeInterval.high).toBeGreaterThan(aggregate.decodeTokensPerSecond ?? 0);
    expect(disturbance).toMatchObject({ busyTimeShare: 0.5, sleptTimeShare: 0 });
    expect(disturbance.decodeTokensPerSecond).toBeCloseTo(840_000 / 2018, 6);
  });

  it("has that of one conversation by itself only where it was measured", () => {
    expect(measureSpeed([rowsOf()]).oneConversation).toEqual({
      decodeTokensPerSecond: null,
      low: null,
      high: null,
    });
    const one = [madeBatches({ prefillTokens: 9, ms: 900 }), ...decoding({ decodeTokens: 10 })];
    const { oneConversation } = measureSpeed([rowsOf({}, { one })]);
    expect(oneConversation.decodeTokensPerSecond).toBeCloseTo(100_000 / 1009, 6);
    expect(oneConversation.low).toBeGreaterThan(90);
  });

  it("says nothing of the processor's time where a GPU takes part", () => {
    const batches = [madeBatches({ ms: 10, decodeTokens: 1, threadMs: 20, cpuMs: 4 })];
    expect(measureSpeed([rowsOf({}, { batches })]).disturbance.cpuShare).toBe(0.2);
    expect(measureSpeed([rowsOf({ backendUsed: "cuda" }, { batches })]).disturbance.cpuShare).toBeNull();
  });

  it("has the worst of its runs' pulses, and their mean", () => {
    const runs = [
      rowsOf({ conditions: conditions({ pulseBeforeMs: 12, pulseAfterMs: 10 }) }),
      rowsOf({ conditions: conditions({ pulseBeforeMs: 20, pulseAfterMs: 20 }) }),
      rowsOf({ conditions: conditions({ pulseBeforeMs: 10 }) }),
    ];
    expect(measureSpeed(runs).disturbance).toMatchObject({ pulseRatio: 1.2, pulseMs: 15.5 });
    expect(measureSpeed([rowsOf()]).disturbance.pulseRatio).toBeNull();
  });
});

describe("joules", () => {
  const energyOf = (...runs: readonly Partial<RunRecord>[]) =>
    measureSpeed(runs.map((run) => rowsOf(run))).energy;
  const unknown = { joules: null, joulesPerToken: null, joulesPerRightTurn: null };

  it("are for each token and each right turn", () => {
    const { joules, joulesPerToken, joulesPerRightTurn } = energyOf({
      conditions: conditions({ cpuJoules: 480, gpuJoules: null }),
    });
    const { rightTurns, totals } = rowsOf();
    expect(joules).toBe(480);
    expect(joulesPerRightTurn).toBe(480 / rightTurns);
    expect(joulesPerToken).toBe(480 / ((totals.prefilledTokens ?? 0) + (totals.decodedTokens ?? 0)));
  });

  it("are unknown where a part of the machine that worked does not tell, or a run", () => {
    expect(energyOf({})).toEqual(unknown);
    expect(energyOf({ conditions: conditions({ gpuJoules: 5 }) })).toEqual(unknown);
    const onGpu = { backendUsed: "cuda" };
    expect(energyOf({ ...onGpu, conditions: conditions({ cpuJoules: 5 }) })).toEqual(unknown);
    expect(energyOf({ ...onGpu, conditions: conditions({ cpuJoules: 5, gpuJoules: 7 }) }).joules).toBe(12);
    expect(energyOf({ conditions: conditions({ cpuJoules: 5 }) }, {})).toEqual(unknown);
  });
});

describe("the decode clock", () => {
  const old: Partial<RunRecord> = { id: 1, versions: { longhaul: "0.3.0" } };

  it("is the earlier one of runs without its version, unless nobody had to wait", () => {
    expect(decodeClockOf(madeRun(old))).toBe(1);
    expect(decodeClockOf(madeRun({ ...old, parallel: 1 }))).toBe(2);
    expect(decodeClockOf(madeRun({ ...old, engine: "scripted" }))).toBe(2);
    expect(decodeClockOf(madeRun())).toBe(2);
  });

  it("is never two in one figure: next tokens are of the newest, all else is of all", () => {
    const early = rowsOf(old, { interTokenMs: [900, 900, 900], ttftMs: [10] });
    const now = rowsOf({ id: 2 }, { interTokenMs: [7], ttftMs: [20] });
    const both = measureSpeed([early, now]);
    expect(both.decodeClock).toEqual({ version: 2, leftOut: ["1"] });
    expect(both.interTokenMs.p50).toBe(7);
    expect(both.ttftMs.p50).toBe(15);
    expect(both.decodeTokens).toBe(2 * (now.totals.decodedTokens ?? 0));
    const alone = measureSpeed([early]);
    expect(alone.decodeClock).toEqual({ version: 1, leftOut: [] });
    expect(alone.interTokenMs.p50).toBe(900);
  });
});

describe("decode by depth", () => {
  const stretch = (depth: number, ms: number) => ({ depth, batches: 4, ms, tokens: 32 });

  it("has bins of one round width for all rows, those without a batch left out", () => {
    const deep = rowsOf({}, { decodeStretches: [stretch(120, 40), stretch(130, 40), stretch(890, 80)] });
    const shallow = rowsOf({}, { decodeStretches: [stretch(140, 64)] });
    const [first = [], second = [], none] = decodeByDepth([[deep], [shallow], [rowsOf()]]);
    expect(first.map(({ from, to }) => [from, to])).toEqual([
      [100, 200],
      [800, 900],
    ]);
    expect(first[0]).toMatchObject({ depth: 125, decodeTokensPerSecond: 800, conversations: 8, batches: 8 });
    expect(first[1]?.decodeTokensPerSecond).toBe(400);
    expect(second).toMatchObject([{ from: 100, decodeTokensPerSecond: 500 }]);
    expect(none).toEqual([]);
  });

  it("has intervals where a bin has batches enough", () => {
    const many = Array.from({ length: 30 }, (_, index) => stretch(100 + index, 40 + (index % 3)));
    const [[bin] = []] = decodeByDepth([[rowsOf({}, { decodeStretches: many })]]);
    expect(bin?.low).toBeLessThan(bin?.decodeTokensPerSecond ?? 0);
    expect(bin?.high).toBeGreaterThan(bin?.decodeTokensPerSecond ?? Number.POSITIVE_INFINITY);
  });
});

describe("speed against conversations", () => {
  it("has what runs had, what one had by itself, and what was tried, once", () => {
    const tuning = {
      ...{ threads: null, threadsBy: null, tried: [], isDisturbed: null },
      conversationsTried: [
        { parallel: 1, tokensPerSecond: 90 },
        { parallel: 8, tokensPerSecond: 500 },
      ],
      ...{ parallelBecause: null, flashAttention: null, loadMode: null },
    };
    const made = (id: number, parallel: number, one: RunRows["one"] = []): RunRows =>
      rowsOf(
        { id, parallel, tuning, seed: id },
        { batches: decoding({ conversations: 10 * parallel }), one },
      );
    const all = [made(1, 8, decoding({ decodeTokens: 10 })), made(2, 4)];
    const speeds = all.map((rows) => ({ setting: speedOf(rows.run), rows: [rows] }));
    const group = { rows: all, leftOut: [], speeds, failed: null };
    const [line] = concurrencyLines([{ group, row: describeGroup(group, "tiny", "summary") }]);
    expect(line?.label).toBe("tiny");
    expect(line?.points.map(({ conversations, from }) => [conversations, from])).toEqual([
      [1, "alone"],
      [1, "trial"],
      [4, "run"],
      [8, "run"],
      [8, "trial"],
    ]);
  });
});

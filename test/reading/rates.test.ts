import { describe, expect, it } from "vitest";
import { machineFactsSchema } from "../../src/hardware/facts.ts";
import { isSameMachine } from "../../src/reading/rates.ts";
import { speedOf } from "../../src/reading/identity.ts";
import { Recorder } from "../../src/store/recorder.ts";
import type { BatchRow } from "../../src/store/rows.ts";
import { runTimes } from "../../src/store/run-times.ts";
import { machine, madeRun, madeSettings } from "../report/runs.ts";
import { emptyDatabase, newRun } from "../store/builders.ts";

const nothing = Object.fromEntries(Object.keys(machineFactsSchema.shape).map((name) => [name, null]));

/** The machine of four logical cores, as a container or an affinity leaves it. */
function limited(facts: { readonly allowedCores?: number; readonly quotaCores?: number }): typeof machine {
  return { ...machine, facts: machineFactsSchema.parse({ ...nothing, ...facts }) };
}

/** Ten prefill batches of 100 ms and ten decode batches of 10 ms, one after the other. */
function timesOf(change: (batch: BatchRow) => Partial<BatchRow>) {
  const database = emptyDatabase();
  const runId = newRun(database);
  const recorder = new Recorder(database, runId);
  let endMs = 0;
  const batches = Array.from({ length: 20 }, (_, index): BatchRow => {
    const [prefillTokens, decodeTokens] = index % 2 === 0 ? [50, 0] : [0, 4];
    const startMs = endMs;
    const told = { threads: null, cpuMs: null, mark: null, conversations: 4 };
    const own = { index, phase: "run", startMs, endMs: startMs + (index % 2 === 0 ? 100 : 10) } as const;
    const batch = { ...own, ...told, prefillTokens, decodeTokens };
    const changed = { ...batch, ...change(batch) };
    endMs = changed.endMs;
    return changed;
  });
  recorder.batches(batches);
  recorder.flush();
  return runTimes(database, runId);
}

describe("times of a run", () => {
  const quiet = timesOf(() => ({}));

  it("are the same for a machine that slept an hour, but for what really passed", () => {
    expect(quiet).toMatchObject({ turnsMs: 1100, usualTurnsMs: 1100, prefillPerMs: 0.5, decodePerMs: 0.4 });
    const slept = timesOf(({ index, endMs }) => (index === 7 ? { endMs: endMs + 3.6e6, mark: "slept" } : {}));
    expect(slept).toMatchObject({ prefillPerMs: 0.5, decodePerMs: 0.4 });
    expect(slept.usualTurnsMs).toBeCloseTo(1100, 6);
    expect(slept.turnsMs).toBeCloseTo(3_601_100, 6);
    // Loading and all else that no batch took is what is left of a run's time.
    expect((slept.turnsMs ?? 0) - (slept.batchesMs ?? 0)).toBeCloseTo(0, 6);
  });

  it("are told from busy batches where no other is there, never from what was slept through", () => {
    const slowly = ({ decodeTokens, endMs }: BatchRow) =>
      decodeTokens > 0 ? ({ endMs: endMs + 10, mark: "busy" } as const) : {};
    expect(timesOf(slowly)).toMatchObject({ usualTurnsMs: null, prefillPerMs: 0.5, decodePerMs: 0.2 });
    const slept = timesOf(({ decodeTokens }) => ({ mark: decodeTokens > 0 ? "slept" : null }));
    expect(slept).toMatchObject({ usualTurnsMs: null, prefillPerMs: 0.5, decodePerMs: null });
  });
});

describe("a machine", () => {
  it("is another one with another share of its cores", () => {
    expect(isSameMachine(machine, limited({ allowedCores: 4 }))).toBe(true);
    expect(isSameMachine(machine, limited({ allowedCores: 2 }))).toBe(false);
    expect(isSameMachine(limited({ quotaCores: 1.5 }), limited({ quotaCores: 1.5 }))).toBe(true);
    expect(isSameMachine(limited({ quotaCores: 1.5 }), limited({ quotaCores: 3 }))).toBe(false);
  });

  it("makes another speed with another share of its cores, and with another way of loading", () => {
    const textOf = (run: Parameters<typeof madeRun>[0]): string => JSON.stringify(speedOf(madeRun(run)));
    const usual = textOf({});
    expect(textOf({ machine: limited({ allowedCores: 4 }) })).toBe(usual);
    expect(textOf({ machine: limited({ allowedCores: 4, quotaCores: 1.5 }) })).not.toBe(usual);
    expect(textOf({ settings: madeSettings({ loadMode: "none" }) })).not.toBe(usual);
  });
});

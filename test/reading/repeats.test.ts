import { describe, expect, it } from "vitest";
import { identitiesOf, instancesOf, requestOf } from "../../src/reading/identity.ts";
import { fullest } from "../../src/reading/repeats.ts";
import { type MadeRollout, madeRows, madeRun, madeSettings } from "../report/runs.ts";
import type { StoredSettings } from "../../src/settings/stored.ts";
import type { RunRecord } from "../../src/store/rows.ts";

function rowsOf(id: number, settings: Partial<StoredSettings>, rollouts: readonly MadeRollout[]) {
  const run = madeRun({ id, settings: madeSettings({ rollouts: rollouts.length, turns: 40, ...settings }) });
  return madeRows(run, rollouts);
}

const cut = (lastTurn: number): MadeRollout => ({ errorTurn: null, lastTurn, end: "context_full" });
const erred = (turn: number): MadeRollout => ({ errorTurn: turn, lastTurn: turn });
const whole = (lastTurn: number): MadeRollout => ({ errorTurn: null, lastTurn });

/** By run the rollouts that count. */
function counted(members: readonly ReturnType<typeof rowsOf>[]): Record<string, number[]> {
  const { kept } = fullest(members);
  return Object.fromEntries(kept.map(({ id, tracks }) => [id, tracks.map(({ rollout }) => rollout)]));
}

describe("of the rollouts of one instance counts", () => {
  it("the one with the longest reach, whole and by itself", () => {
    const long = rowsOf(1, {}, [whole(40), cut(9), cut(30)]);
    const short = rowsOf(2, { turns: 20 }, [whole(20), whole(20), whole(20)]);
    expect(counted([long, short])).toEqual({ 1: [0, 2], 2: [1] });
    expect(fullest([long, short]).leftOut.map(({ id, rollouts, begun }) => [id, rollouts, begun])).toEqual([
      ["1", 1, 3],
      ["2", 2, 3],
    ]);
  });

  it("of equals that of the larger run, then the newest", () => {
    const small = rowsOf(2, {}, [whole(40)]);
    expect(counted([rowsOf(1, {}, [whole(40), whole(40)]), small])).toEqual({ 1: [0, 1], 2: [] });
    expect(counted([rowsOf(1, {}, [whole(40)]), small])).toEqual({ 1: [], 2: [0] });
    // A share is as large as what it plays of its study.
    const both = [
      rowsOf(1, {}, [whole(40), whole(40)]),
      rowsOf(2, { rollouts: 2, shard: "1/2" }, [whole(40)]),
    ];
    expect(counted(both)).toEqual({ 1: [0, 1], 2: [] });
    const stopped = [rowsOf(1, { turns: 60 }, [cut(5)]), rowsOf(2, { turns: 20 }, [cut(5)])];
    expect(counted(stopped)).toEqual({ 1: [0], 2: [] });
  });

  it("never the one that erred because the other was cut, where errors end a rollout", () => {
    const until = { until: "first-error" } as const;
    const one = rowsOf(1, until, [erred(3), cut(9), cut(9), erred(7)]);
    const other = rowsOf(2, until, [cut(9), erred(2), cut(9), erred(8)]);
    expect(counted([one, other])).toEqual({ 1: [], 2: [0, 1, 2, 3] });
    // Let further, it counts whole, also with the rollouts that erred at once.
    const further = rowsOf(3, { ...until, turns: 10 }, [erred(1), whole(10), erred(2), whole(10)]);
    expect(counted([one, further])).toEqual({ 1: [], 3: [0, 1, 2, 3] });
  });
});

describe("what a run is", () => {
  const made = (settings: Partial<StoredSettings>, run: Partial<RunRecord> = {}): RunRecord =>
    madeRun({ ...run, settings: madeSettings(settings) });

  const identityOf = (run: RunRecord): string => identitiesOf([run])(run);

  it("takes room for every right answer as one setting, and a number as another where more was needed", () => {
    const room = (tokens: number): RunRecord => made({ maxAnswerTokens: "auto" }, { answerLimit: tokens });
    const asked = made({ maxAnswerTokens: 32 }, { answerLimit: 32 });
    const classes = (...runs: readonly RunRecord[]): number => new Set(runs.map(identitiesOf(runs))).size;
    expect(classes(room(32), room(33))).toBe(1);
    expect(classes(room(32), asked)).toBe(1);
    expect(classes(room(40), asked)).toBe(2);
    expect(classes(room(32), room(40), asked)).toBe(2);
  });

  it("does not depend on its size, its speed or its name", () => {
    const other = made(
      { turns: 99, rollouts: 5 },
      { seed: 7, name: "other", threads: 8, parallel: 1, gpuLayers: 9 },
    );
    expect(identityOf(other)).toBe(identityOf(made({})));
  });

  it("depends on sampling only where something is drawn", () => {
    expect(identityOf(made({ topP: 0.5 }))).toBe(identityOf(made({})));
    expect(identityOf(made({ temperature: 1, topP: 0.5 }))).not.toBe(identityOf(made({ temperature: 1 })));
  });

  it.each([
    { kvTypeK: "q8_0" },
    { flashAttention: false },
    { backendUsed: "cuda" },
    { templateHash: "another" },
    { model: null, name: "x.gguf" },
  ] as const)("depends on %j", (change) => {
    expect(identityOf(made({}, change))).not.toBe(identityOf(made({})));
  });

  it("is told by what was asked for before an engine was ready", () => {
    const failed = { kvTypeK: null, kvTypeV: null, templateHash: null, backendUsed: null } as const;
    const asked = (kvTypeK: "f16" | "q8_0") => ({ kvTypeK });
    expect(requestOf(made(asked("f16"), failed))).toBe(requestOf(made(asked("f16"))));
    expect(requestOf(made(asked("q8_0"), failed))).not.toBe(requestOf(made(asked("f16"))));
  });

  it("knows the instances of a file by its contents, whatever seed, size and path", () => {
    const dataset = (path: string, run: Partial<RunRecord>): string =>
      instancesOf(made({ dataset: { file: path, sha256: null }, turns: run.seed === 2 ? 3 : 12 }, run))(0);
    const first = dataset("a.json", { datasetHash: "one", seed: 1, instanceHash: "large" });
    expect(dataset("b/a.json", { datasetHash: "one", seed: 2, instanceHash: "small" })).toBe(first);
    expect(dataset("a.json", { datasetHash: "two", seed: 1 })).not.toBe(first);
  });
});

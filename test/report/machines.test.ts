import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partialStudies } from "../../src/figures/missing-shares.ts";
import { servedAlike } from "../../src/figures/served-alike.ts";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import type { ReadGroup } from "../../src/reading/groups.ts";
import { speedOf } from "../../src/reading/identity.ts";
import { partOf } from "../../src/reading/study.ts";
import type { RunRows } from "../../src/reading/rows.ts";
import { describeGroup } from "../../src/report/compare/group-row.ts";
import { playedNotes } from "../../src/report/compare/played-notes.ts";
import { speedLines, unlikeSpeeds } from "../../src/report/compare/speed-lines.ts";
import { sharesMissing } from "../../src/report/sentences/shares.ts";
import type { StoredSettings } from "../../src/settings/stored.ts";
import type { MachineRow, RunRecord } from "../../src/store/rows.ts";
import { machine, madeBatches, madeRollouts, madeRows, madeRun, madeSettings } from "./runs.ts";

const server: MachineRow = { ...machine, cpuModel: "Serverium", physicalCores: 64, logicalCores: 64 };
const node: MachineRow = { ...server, memoryBytes: 1e12 };
const withGpu: MachineRow = { ...server, gpus: ["Fastium"] };

/** A run of three rollouts whose decode batches take so long. */
function played(id: number, ms: number, run: Partial<RunRecord> = {}): RunRows {
  const rows = madeRows(madeRun({ id, seed: id, ...run }), madeRollouts([4], 3));
  return {
    ...rows,
    batches: [madeBatches({ ms: ms * 10, batches: 10, decodeTokens: 80, conversations: 80 })],
  };
}

function groupOf(...members: readonly (readonly RunRows[])[]): ReadGroup {
  const speeds = members.map((rows) => ({
    setting: speedOf((rows[0] as RunRows).run),
    rows,
  }));
  return { rows: members.flat(), leftOut: [], speeds, failed: null };
}

const rowOf = (group: ReadGroup) => describeGroup(group, "tiny", "summary");
const decodeOf = (row: { speed: { aggregate: { decodeTokensPerSecond: number | null } } }) =>
  row.speed.aggregate.decodeTokensPerSecond;

describe("a row that was played on two kinds of machine", () => {
  const group = groupOf(
    [played(1, 10)],
    [played(2, 40, { machine: server }), played(3, 40, { machine: node })],
  );
  const row = rowOf(group);

  it("has one accuracy, a speed for each, and none as a whole", () => {
    expect(row.overallTurnAccuracy.n).toBe(3 * 3 * 12);
    expect(row.speeds.map(decodeOf)).toEqual([800, 200]);
    expect(decodeOf(row)).toBeNull();
    expect([row.correctTurnsPerSecond, row.memory.peakRssBytes, row.speed.ttftMs.p50]).toEqual([
      null,
      null,
      null,
    ]);
    expect(row.machines.map(({ cpu, cores }) => [cpu, cores])).toEqual([
      ["Testium 9", "2 cores, 4 usable"],
      ["Serverium", "64 cores"],
    ]);
    expect(row.machines.map((kind) => kind.machine)).toEqual(row.speeds.map((speed) => speed.machine));
    expect(compareSchema.shape.groups.safeParse([row]).error).toBeUndefined();
  });

  it("says so by what the kinds differ in, and its lines are called by that", () => {
    expect(playedNotes([{ label: "tiny", group }])).toEqual([
      "played on 2 kinds of machine, told apart by CPU and cores: Testium 9, 2 cores, 4 usable; Serverium, 64 cores. Their answers count together, their speeds do not.",
    ]);
    expect(speedLines([row]).map(({ label }) => label)).toEqual([
      "tiny · Testium 9, 2 cores, 4 usable",
      "tiny · Serverium, 64 cores",
    ]);
    expect(unlikeSpeeds([row])).toEqual(["tiny (2 kinds of machine)"]);
    const graphics = groupOf([played(1, 10, { machine: server })], [played(2, 10, { machine: withGpu })]);
    expect(playedNotes([{ label: "tiny", group: graphics }])[0]).toMatch(
      /told apart by GPUs: no GPU; Fastium\./,
    );
  });

  it("names settings that differ on one of the machines beside them", () => {
    const threads = rowOf(
      groupOf([played(1, 10)], [played(2, 20, { threads: 1 })], [played(3, 40, { machine: server })]),
    );
    expect(unlikeSpeeds([threads])).toEqual(["tiny (2 kinds of machine, threads 2 and threads 1)"]);
  });

  it("is none where settings differ on one machine alone", () => {
    const alone = groupOf([played(1, 10)], [played(2, 40, { threads: 1 })]);
    expect(playedNotes([{ label: "tiny", group: alone }])).toEqual([]);
    expect(rowOf(alone).machines).toHaveLength(1);
    expect(unlikeSpeeds([rowOf(alone)])).toEqual(["tiny (threads 2 and threads 1)"]);
  });
});

it("a run that was continued on another kind of machine has no speed, and one on another of the kind has", () => {
  const moved = rowOf(groupOf([played(1, 10, { machines: [machine, server] })]));
  expect(moved.speeds.map(decodeOf)).toEqual([null]);
  expect([moved.correctTurnsPerSecond, moved.speeds[0]?.correctTurnsPerSecond]).toEqual([null, null]);
  expect(moved.speed.decodeTokens).not.toBeNull();
  const within = rowOf(groupOf([played(1, 10, { machine: server, machines: [server, node] })]));
  expect(decodeOf(within)).toBe(800);
});

it("what a server costs is told where both sides are of one machine alone", () => {
  const told = {
    answers: [{ rollout: 0, answers: "7" }],
    underWayMs: 50,
  } as unknown as Partial<RunRows>;
  const behind = {
    kind: "llama.cpp",
    url: "http://localhost:1",
    unsent: [],
    fileSha256: madeRun().model?.sha256,
  };
  const side = (run: Partial<RunRecord>): RunRows => ({ ...played(1, 10, { seed: 1, ...run }), ...told });
  const served = side({ server: behind as unknown as RunRecord["server"], engine: "openai" });
  const costOf = (...here: readonly RunRows[]) =>
    servedAlike([groupOf(...here.map((rows) => [rows])), groupOf([served])], ["here", "there"]).map(
      ({ speedHere, speedThere }) => [speedHere.ttftMs !== null, speedThere.ttftMs !== null],
    );
  expect(costOf(side({}))).toEqual([[true, true]]);
  expect(costOf(side({ machine: server }))).toEqual([[false, false]]);
  expect(costOf(side({}), side({ machine: server }))).toEqual([[false, false]]);
});

describe("shares that a row lacks", () => {
  const run = (id: number, shard: string, settings: Partial<StoredSettings> = {}, seed = 1): RunRows => {
    const all = madeRun({ id, seed, settings: madeSettings({ rollouts: 32, shard, ...settings }) });
    const { first, count } = partOf(all);
    const rows = madeRows(all, madeRollouts([], count));
    return { ...rows, tracks: rows.tracks.map((track) => ({ ...track, rollout: first + track.rollout })) };
  };
  const missing = (...runs: readonly RunRows[]): string[] => partialStudies(groupOf(runs)).map(sharesMissing);

  it("are told by their numbers, stretches of three and more as such", () => {
    const [one, two, seven] = [run(1, "1/12"), run(2, "2/12"), run(3, "7/12")];
    expect(missing(seven, one, two)).toEqual([
      "of 32 rollouts 7 are here: shares 1, 2 and 7 of 12; shares 3 to 6 and 8 to 12 are not.",
    ]);
  });

  it("are those that have any rollouts", () => {
    expect(missing(run(1, "8/8", { rollouts: 4, parallel: 4 }))).toEqual([]);
    const few = { rollouts: 6, parallel: 2 } as const;
    expect(missing(run(1, "8/8", few), run(2, "3/8", few))).toEqual([
      "of 6 rollouts 4 are here: shares 3 and 8 of 8; share 6 is not.",
    ]);
  });

  it("are told by rollouts where a study was divided in several ways", () => {
    expect(missing(run(1, "1/2"), run(2, "4/4"))).toEqual([
      "of 32 rollouts 24 are here; missing are rollouts 16 to 23 (the first is 0).",
    ]);
    expect(missing(run(1, "1/2", { rollouts: 3 }), run(2, "3/3", { rollouts: 3 }))).toEqual([
      "of 3 rollouts 2 are here; missing is rollout 1 (the first is 0).",
    ]);
    // Another number of conversations at a time parts them elsewhere, though both halves are here.
    expect(
      missing(run(1, "1/2", { rollouts: 12, parallel: 4 }), run(2, "2/2", { rollouts: 12, parallel: 8 })),
    ).toEqual(["of 12 rollouts 8 are here; missing are rollouts 4 to 7 (the first is 0)."]);
  });

  it("are none where others played all of it, whatever these are", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
        fc.boolean(),
        (own, isWhole) => {
          const shares = own.map((number) => run(number, `${number}/6`));
          const found = missing(...shares, ...(isWhole ? [run(9, "1/1", { rollouts: 40 })] : []));
          expect(found).toHaveLength(isWhole || own.length === 6 ? 0 : 1);
        },
      ),
    );
  });

  it("are of one study, not of another seed's or task's", () => {
    const others = [run(2, "2/2", {}, 7), run(3, "2/2", { valueMax: 9 })];
    expect(missing(run(1, "1/2"), ...others)).toEqual([
      "of 32 rollouts (seed 1) 16 are here: share 1 of 2; share 2 is not.",
      "of 32 rollouts (seed 7) 16 are here: share 2 of 2; share 1 is not.",
      "of 32 rollouts (seed 1) 16 are here: share 2 of 2; share 1 is not.",
    ]);
    expect(missing(run(1, "1/1"), run(2, "2/2", {}, 7))).toHaveLength(1);
  });

  it("are said once of rows that lack the same", () => {
    const rows = ["a", "b"].map((label) => ({ label, group: groupOf([run(1, "1/2")]) }));
    const other = { label: "c", group: groupOf([run(1, "2/2")]) };
    expect(playedNotes(rows)).toEqual(["of 32 rollouts 16 are here: share 1 of 2; share 2 is not."]);
    expect(playedNotes([...rows, other])).toEqual([
      "a and b: of 32 rollouts 16 are here: share 1 of 2; share 2 is not.",
      "c: of 32 rollouts 16 are here: share 2 of 2; share 1 is not.",
    ]);
  });
});

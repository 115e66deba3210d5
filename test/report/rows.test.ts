import { describe, expect, test } from "vitest";
import { playedRollouts } from "../../src/reading/rows.ts";
import type { RolloutTrack } from "../../src/store/tracks.ts";
import { madeRows, madeRun, madeSettings } from "./runs.ts";

function played(tracks: readonly Omit<RolloutTrack, "rollout">[], run = madeRun()) {
  const rows = madeRows(run, []);
  return playedRollouts({ ...rows, tracks: tracks.map((track, rollout) => ({ ...track, rollout })) });
}

describe("a rollout that ended early", () => {
  test.each([
    ["a full context", { end: "context_full" as const, isOwnEnd: true }, "context_full"],
    ["an engine error of its own", { end: "engine_error" as const, isOwnEnd: true }, "fault"],
    ["a timeout of its own", { end: "timeout" as const, isOwnEnd: true }, "fault"],
    ["a crash of the whole run", { end: "engine_error" as const, isOwnEnd: false }, null],
    ["a stop of the whole run", { end: "interrupted" as const, isOwnEnd: false }, null],
    ["a process that was killed", { end: null, isOwnEnd: false }, null],
    ["its last turn", { end: "complete" as const, isOwnEnd: true }, null],
  ])("by %s", (_, how, cut) => {
    expect(played([{ ...how, letters: "RRR" }])).toMatchObject([{ lastTurn: 3, firstErrorTurn: null, cut }]);
  });

  test("is not cut where turns are asked by themselves", () => {
    const run = madeRun({ settings: madeSettings({ probe: [5] }) });
    expect(played([{ end: "context_full", letters: "" }], run)).toMatchObject([{ lastTurn: 0, cut: null }]);
  });
});

test("rollouts with one dictionary have one name", () => {
  const [first, second, third] = played([
    { end: "complete", letters: "R", dictionary: "a" },
    { end: "complete", letters: "R", dictionary: "a" },
    { end: "complete", letters: "R" },
  ]);
  expect(first?.dictionary).toBe(second?.dictionary);
  expect(third).not.toHaveProperty("dictionary");
});

import { describe, expect, it } from "vitest";
import { Recorder } from "../../src/store/recorder.ts";
import { decodeStretches } from "../../src/store/decode-depths.ts";
import type { BatchRow, TurnRow } from "../../src/store/rows.ts";
import { emptyDatabase, newRun, turnRow } from "./builders.ts";

/** A file with a run of these turns and batches: a batch takes 10 ms, and as many more as its number. */
function fileWith(turns: readonly Partial<TurnRow>[], batches: readonly Partial<BatchRow>[]) {
  const database = emptyDatabase();
  const runId = newRun(database);
  const recorder = new Recorder(database, runId);
  for (const [rollout, turn] of turns.entries()) {
    recorder.startRollout({ rollout, dictionary: [], startedAt: "" });
    recorder.turn(turnRow(rollout, 1, true, turn));
  }
  recorder.batches(
    batches.map((batch, index) => ({
      index,
      phase: "run",
      startMs: 100 * index,
      endMs: 100 * index + 10 + index,
      conversations: 2,
      prefillTokens: 0,
      decodeTokens: 2,
      threads: null,
      cpuMs: null,
      mark: null,
      ...batch,
    })),
  );
  recorder.flush();
  return { database, runId };
}

describe("decode by depth", () => {
  const wave = (promptTokens: number, firstBatch: number, lastBatch: number): Partial<TurnRow> => ({
    promptTokens,
    firstBatch,
    lastBatch,
  });

  it("has the mean depth of the turns under way, prefill and marked batches left out", () => {
    const { database, runId } = fileWith(
      [wave(100, 0, 2), wave(200, 0, 4), wave(1000, 5, 6)],
      [{ prefillTokens: 8, decodeTokens: 0 }, {}, {}, {}, { mark: "busy" }, {}, {}],
    );
    expect(decodeStretches(database, runId)).toEqual([
      { depth: 150, batches: 2, ms: 11 + 12, tokens: 4 },
      { depth: 200, batches: 1, ms: 13, tokens: 2 },
      { depth: 1000, batches: 2, ms: 15 + 16, tokens: 4 },
    ]);
  });

  it("leaves out batches whose depth nobody tells, and other phases", () => {
    const untold = { promptTokens: null, firstBatch: 0, lastBatch: 1 };
    const { database, runId } = fileWith([untold, wave(50, 2, 3)], [{}, {}, { phase: "one" }, {}]);
    expect(decodeStretches(database, runId)).toMatchObject([{ depth: 50, batches: 1 }]);
  });

  it("makes stretches of four batches at most", () => {
    const { database, runId } = fileWith(
      [wave(50, 0, 9)],
      Array.from({ length: 10 }, () => ({})),
    );
    expect(decodeStretches(database, runId).map(({ batches }) => batches)).toEqual([4, 4, 2]);
  });
});

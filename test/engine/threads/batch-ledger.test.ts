import { expect, it } from "vitest";
import { BatchLedger } from "../../../src/engine/llama/batch-ledger.ts";
import type { BatchThreads } from "../../../src/engine/llama/batch-threads.ts";

type Told = ReturnType<BatchThreads["end"]>;

/** A ledger whose batches end as they are told to. */
function ledgerOf(...told: readonly (readonly [Told["used"]["mark"], Told["markBefore"]])[]): BatchLedger {
  const left = [...told];
  const threads: Pick<BatchThreads, "begin" | "end"> = {
    begin: () => undefined,
    end: () => {
      const [mark = null, markBefore = null] = left.shift() ?? [];
      return { used: { threads: 2, cpuMs: 1, mark }, markBefore };
    },
  };
  return new BatchLedger(threads as BatchThreads, () => null);
}

function marksAfter(ledger: BatchLedger, batches: number): unknown[] {
  for (let batch = 0; batch < batches; batch++) ledger.begin(1, 1);
  ledger.end();
  return ledger.take().map(({ index, mark }) => [index, mark]);
}

it("marks a batch by what the next one tells of it, and never one that is known to have been slept through", () => {
  expect(marksAfter(ledgerOf([null, null], [null, null], ["busy", "busy"]), 3)).toEqual([
    [0, null],
    [1, "busy"],
    [2, "busy"],
  ]);
  expect(marksAfter(ledgerOf(["slept", null], ["busy", "busy"]), 2)).toEqual([
    [0, "slept"],
    [1, "busy"],
  ]);
});

it("leaves alone a batch that was taken before the next one ended", () => {
  const ledger = ledgerOf([null, null], ["busy", "busy"]);
  expect(marksAfter(ledger, 1)).toEqual([[0, null]]);
  expect(marksAfter(ledger, 1)).toEqual([[1, "busy"]]);
});

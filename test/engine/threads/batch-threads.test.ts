import { expect, it } from "vitest";
import { BatchThreads } from "../../../src/engine/llama/batch-threads.ts";

const plan = { prefill: 2, decodeOne: 2, decodeAll: 2 };
const work = { shape: "decodeAll", conversations: 4, tokens: 4 } as const;

function usual(llama: { maxThreads: number }): BatchThreads {
  let lost = 0;
  const chosen = { plan, by: "measured", tried: [], isDisturbed: false, most: 2 } as const;
  const system = { lost: () => (lost += 10), takenByOthers: () => 1 };
  const threads = new BatchThreads(llama, { ...chosen, tried: [] }, system);
  for (let batch = 0; batch < 4; batch++) {
    threads.begin(work);
    threads.end(10, null);
  }
  threads.begin(work);
  return threads;
}

it("takes threads back after a batch that took far longer than its like, not where the machine slept", () => {
  const llama = { maxThreads: 0 };
  const awake = usual(llama);
  expect(awake.end(60_000, null)).toMatchObject({ used: { mark: "busy" }, markBefore: null });
  awake.begin(work);
  expect(llama.maxThreads).toBe(1);
  const asleep = usual(llama);
  expect(asleep.end(60_000, "slept").used.mark).toBe("slept");
  asleep.begin(work);
  expect(llama.maxThreads).toBe(2);
});

it("marks the batch before, too, where only the second slow one tells that a core was taken", () => {
  const threads = usual({ maxThreads: 0 });
  expect(threads.end(40, null)).toMatchObject({ used: { mark: null }, markBefore: null });
  threads.begin(work);
  expect(threads.end(40, null)).toMatchObject({ used: { mark: "busy" }, markBefore: "busy" });
});

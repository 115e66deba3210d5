import { expect, it } from "vitest";
import { threadWarnings } from "../../src/runs/thread-warnings.ts";

it("warns of more threads than cores, and of nothing else", () => {
  expect(threadWarnings(64, 2)).toEqual([
    "64 threads on 2 cores wait for each other, and can take many times as long. Use --threads auto to find how many are fastest.",
  ]);
  expect(threadWarnings(2, 1.5)[0]).toMatch(/^2 threads on 1.5 cores/);
  expect(threadWarnings(2, 2)).toEqual([]);
  expect(threadWarnings(1, 0.5)).toEqual([]);
  expect(threadWarnings("auto", 1)).toEqual([]);
});

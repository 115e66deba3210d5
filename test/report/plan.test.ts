import { expect, it } from "vitest";
import { memoryPlaces } from "../../src/report/sentences/plan.ts";

const sides = (gpuBytes: number, cpuBytes: number) => ({ gpuBytes, cpuBytes });

it("says what of a model goes where", () => {
  const memory = {
    weights: sides(0, 1e8),
    kvCache: sides(0, 5e7),
    buffers: sides(0, 3e7),
    programBytes: 2e8,
  };
  expect(memoryPlaces({ memory, layers: { onGpu: 0, all: 28 } })).toBe(
    "weights 100 MB, KV cache 50 MB, buffers 30 MB, program 200 MB; all on the CPU",
  );
  const split = {
    ...memory,
    weights: sides(2e9, 1e9),
    kvCache: sides(1e9, 5e8),
    buffers: sides(4e8, 1e7),
  };
  expect(memoryPlaces({ memory: split, layers: { onGpu: 20, all: 28 } })).toBe(
    "20 of 28 layers on the GPU: weights 2 GB, KV cache 1 GB, buffers 400 MB; " +
      "on the CPU: weights 1 GB, KV cache 500 MB, buffers 10 MB, program 200 MB",
  );
  const unknown = { ...split, kvCache: null };
  expect(memoryPlaces({ memory: unknown, layers: { onGpu: 28, all: 28 } })).toMatch(
    /^all 28 layers on the GPU: weights 2 GB, KV cache and buffers 400 MB;/,
  );
  // A card takes part even without a layer: llama.cpp has it work through large batches.
  expect(
    memoryPlaces({ memory: { ...memory, buffers: sides(1e8, 3e7) }, layers: { onGpu: 0, all: 28 } }),
  ).toMatch(/^0 of 28 layers on the GPU: weights 0 B, .*buffers 100 MB;/);
});

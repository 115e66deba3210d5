import { describe, expect, it } from "vitest";
import { type MemoryEstimate, plannableVram } from "../../src/engine/llama/memory.ts";
import { type Fit, type FitRequest, fitTrial, withParallel } from "../../src/runs/fit.ts";
import type { MemoryFacts } from "../../src/runs/inspect.ts";
import { sidesOf, totalBytes } from "../../src/runs/memory.ts";
import type { Estimate, Layout } from "../../src/runs/placement.ts";
import { plantedInspection } from "./planted-inspection.ts";

const layers = 21;
const kvBytes = 50_000;
const kvBytesPerLayer = Array.from({ length: layers - 1 }, () => kvBytes / (layers - 1));

function request(overrides: Partial<FitRequest> = {}, memory: Partial<MemoryFacts> = {}): FitRequest {
  return {
    modelName: "m",
    trainContextLength: 4096,
    kvBytesPerLayer,
    layersAsked: "auto",
    batchTokens: 512,
    droppableShare: 0,
    context: "auto",
    parallel: "auto",
    rollouts: 32,
    turns: 60,
    inspection: {
      ...plantedInspection,
      memory: {
        layers,
        vocabularySize: 32_000,
        programBytes: 2e8,
        vram: null,
        ramBytes: 16e9,
        ...memory,
      },
    },
    answerLimit: 32,
    ...overrides,
  };
}

/** A model of a gigabyte, its weights and cache evenly over its layers; on the CPU the logits of a batch, reserved. */
function estimateOf(weightBytes = 1e9, vram: MemoryFacts["vram"] = null): Estimate {
  return ({ layersOnGpu, contextLength, conversations }: Layout): Promise<MemoryEstimate> => {
    const cacheBytes = kvBytes * Math.ceil(contextLength / 256) * 256 * conversations;
    const cachedOnGpu = Math.max(0, layersOnGpu - 1) / (layers - 1);
    const logitsBytes = Math.max(512, conversations) * 32_000 * 4;
    return Promise.resolve({
      weights: split(weightBytes, layersOnGpu / layers),
      context: {
        gpuBytes: cacheBytes * cachedOnGpu + (vram === null ? 0 : logitsBytes),
        cpuBytes: cacheBytes * (1 - cachedOnGpu) + (vram === null ? logitsBytes : 1e7),
      },
    });
  };
}

function split(bytes: number, onGpu: number): MemoryEstimate["weights"] {
  return { gpuBytes: bytes * onGpu, cpuBytes: bytes * (1 - onGpu) };
}

const fit = (overrides: Partial<FitRequest> = {}, memory: Partial<MemoryFacts> = {}): Promise<Fit> =>
  fitTrial(request(overrides, memory), estimateOf(1e9, memory.vram ?? null), null);

const gpu = (bytes: number, unifiedBytes = 0): MemoryFacts["vram"] => ({
  totalBytes: bytes,
  freeBytes: bytes,
  unifiedBytes,
});

describe("the context", () => {
  it("gives every conversation room for the longest answers", async () => {
    expect(await fit()).toMatchObject({ contextLength: 3072, parallel: 32, warnings: [] });
  });

  it("is the trained one where only right answers fit, with a warning", async () => {
    const { contextLength, warnings } = await fit({ trainContextLength: 2048 });
    expect(contextLength).toBe(2048);
    expect(warnings.join()).toContain("--max-answer-tokens");
  });

  it("is refused for turns that the model was not trained for, with a number that fits", async () => {
    await expect(fit({ trainContextLength: 1024 })).rejects.toThrow(
      /--turns 60: .*about 34 fit.*--context 1536/s,
    );
  });

  it("is refused where right answers do not fit into it, with the settings that do", async () => {
    await expect(fit({ context: 1000 })).rejects.toThrow(
      /--context 1000: .* 1501 tokens .* --context 1536 or auto.*about 32 fit/s,
    );
    expect((await fit({ context: 1501 })).contextLength).toBe(1501);
  });

  it("has a warning beyond the trained one", async () => {
    expect((await fit({ context: 8000 })).warnings.join()).toContain("4096");
  });
});

describe("memory", () => {
  it("lowers auto parallel to what fits and refuses an explicit one with its number", async () => {
    const tight = { ramBytes: 3e9 };
    const { parallel, contextLength, memory } = await fit({}, tight);
    expect(parallel).toBeLessThan(32);
    expect(contextLength).toBe(3072);
    if (memory === null) throw new Error("not known");
    // One more would be too many.
    expect(totalBytes(memory)).toBeLessThanOrEqual(3e9 * 0.9);
    expect(totalBytes(memory) + kvBytes * 3072).toBeGreaterThan(3e9 * 0.9 - 1e6);
    await expect(fit({ parallel: 32, context: 3072 }, tight)).rejects.toThrow(
      new RegExp(
        `--parallel 32: .*KV cache 4\\.9.*3\\.0 GB of memory are free.*--parallel ${parallel} or auto`,
        "s",
      ),
    );
  });

  it("takes a smaller context that still holds the run where not even one conversation fits", async () => {
    const { parallel, contextLength, warnings } = await fit(
      {},
      { ramBytes: (1.2e9 + 2304 * kvBytes + 1e6) / 0.9 },
    );
    expect(parallel).toBe(1);
    expect(contextLength).toBeGreaterThanOrEqual(1501);
    expect(contextLength).toBeLessThanOrEqual(2304);
    expect(warnings.join()).toContain("--max-answer-tokens");
  });

  it("refuses in numbers what does not fit at all", async () => {
    const refused = fitTrial(request(), estimateOf(20e9), null);
    await expect(refused).rejects.toMatchObject({ code: "unfit" });
    await expect(refused).rejects.toThrow(
      /m with a context of 1536 tokens does not fit: 20\.\d GB are needed \(weights 20\.0, .*16\.0 GB of memory are free.*smaller model.* See what fits here: longhaul models$/s,
    );
  });

  it("that nobody knows refuses nothing", async () => {
    const unknown = await fitTrial(request(), () => Promise.resolve(null), null);
    expect(unknown).toMatchObject({ parallel: 32, memory: null, layersOnGpu: null });
    expect(withParallel(unknown, 4)).toMatchObject({ parallel: 4, memory: null });
  });

  it("is never planned for more conversations than there are", async () => {
    expect(await fit({ rollouts: 3, parallel: 8 })).toMatchObject({ parallel: 3, parallelMost: 3 });
    expect(await fit({ rollouts: 100 })).toMatchObject({ parallel: 32, parallelMost: 64 });
    const { parallelMost } = await fit({ rollouts: 100 }, { ramBytes: 9e9 });
    expect(parallelMost).toBeGreaterThan(32);
    expect(parallelMost).toBeLessThan(64);
  });

  it("of another number of conversations is the same as if that had been asked for", async () => {
    const auto = await fit({ rollouts: 100 });
    for (const parallel of [1, 7, 48, 64])
      expect(withParallel(auto, parallel).memory).toEqual((await fit({ rollouts: 100, parallel })).memory);
  });

  it("does not count logits that nothing is written to, on the CPU", async () => {
    const buffers = async (vocabularySize: number, vram: MemoryFacts["vram"] = null) => {
      const logitsBytes = 512 * vocabularySize * 4;
      const context =
        vram === null ? { gpuBytes: 0, cpuBytes: logitsBytes } : { gpuBytes: logitsBytes, cpuBytes: 0 };
      const { memory } = await fitTrial(
        request({ kvBytesPerLayer: null, parallel: 8 }, { vocabularySize, vram }),
        () => Promise.resolve({ weights: split(1e9, 0), context }),
        null,
      );
      return memory?.buffers ?? { gpuBytes: 0, cpuBytes: 0 };
    };
    // 537 MB are reserved; 8 rows of logits, twice, and what is sorted are used.
    expect((await buffers(262_144)).cpuBytes).toBe(8 * 262_144 * 32);
    expect(await buffers(262_144, gpu(8e9))).toEqual({
      gpuBytes: 512 * 262_144 * 4,
      cpuBytes: 8 * 262_144 * 32,
    });
  });
});

describe("weights larger than the memory", () => {
  const tight = { ramBytes: 1.2e9 };

  it("stay on disk for a file that was named, with a warning and its numbers", async () => {
    const { warnings, parallel } = await fit({ droppableShare: 1 }, tight);
    expect(warnings.join()).toMatch(
      /weights \(1\.0 GB\) do not fit into the 1\.2 GB .*read from disk .*about 1 s for every step, a guess .* 1 GB a second/,
    );
    expect(parallel).toBeGreaterThan(1);
  });

  it("are refused in a folder, where they were repacked, and where the rest alone is too much", async () => {
    await expect(fit({ droppableShare: 0 }, tight)).rejects.toMatchObject({ code: "unfit" });
    await expect(fit({ droppableShare: 0.05 }, tight)).rejects.toMatchObject({ code: "unfit" });
    await expect(fit({ droppableShare: 1 }, { ramBytes: 2e8 })).rejects.toMatchObject({ code: "unfit" });
  });

  it("are no matter where everything fits with fewer conversations", async () => {
    const { warnings, parallel } = await fit({ droppableShare: 1 }, { ramBytes: 1.7e9 });
    expect(parallel).toBeLessThan(8);
    expect(warnings).toEqual([]);
  });
});

describe("the GPU", () => {
  it("gets all layers beside fewer conversations, if those are some", async () => {
    const { layersOnGpu, parallel } = await fit({}, { vram: gpu(1e9 + 6.6e7 + 12 * 3072 * kvBytes) });
    expect({ layersOnGpu, parallel }).toEqual({ layersOnGpu: layers, parallel: 12 });
  });

  it("gets as many layers as fit beside some conversations, and the rest is on the CPU", async () => {
    const vram = gpu(1e9);
    expect((await fit({}, { vram })).parallel).toBeGreaterThanOrEqual(8);
    const { layersOnGpu, memory } = await fit({ parallel: 8 }, { vram });
    if (memory === null || layersOnGpu === null) throw new Error("not known");
    const { gpuBytes, cpuBytes } = sidesOf(memory);
    expect(gpuBytes).toBeLessThanOrEqual(1e9);
    expect(gpuBytes + 1e9 / layers + (8 * 3072 * kvBytes) / (layers - 1)).toBeGreaterThan(1e9);
    expect(cpuBytes).toBeGreaterThan(2e8);
    expect(memory.kvCache?.gpuBytes).toBeCloseTo(((layersOnGpu - 1) / (layers - 1)) * 8 * 3072 * kvBytes, -2);
  });

  it("refuses layers that were asked for and do not fit, with the numbers", async () => {
    await expect(fit({ layersAsked: 21, parallel: 8 }, { vram: gpu(5e8) })).rejects.toThrow(
      /--gpu-layers 21: .*on the GPU, which has 0\.50 GB free.*--gpu-layers auto/s,
    );
    expect(await fit({ layersAsked: 5, parallel: 8 }, { vram: gpu(1e9) })).toMatchObject({ layersOnGpu: 5 });
  });

  it("shares unified memory with the CPU once", async () => {
    const apple = { vram: gpu(3e9, 3e9), ramBytes: 3.4e9 };
    const { memory, layersOnGpu, parallel } = await fit({}, apple);
    expect(layersOnGpu).toBe(layers);
    expect(parallel).toBeGreaterThan(8);
    if (memory === null) throw new Error("not known");
    expect(totalBytes(memory)).toBeLessThanOrEqual(3.4e9 * 0.9);
    // Beside a card with as much of its own, there is room for more.
    expect((await fit({}, { ...apple, vram: gpu(3e9) })).parallel).toBeGreaterThanOrEqual(parallel);
    await expect(fit({ parallel: 8 }, { vram: gpu(3e9, 3e9), ramBytes: 2e9 })).rejects.toMatchObject({
      code: "unfit",
    });
    expect(await fit({ parallel: 8 }, { vram: gpu(3e9), ramBytes: 2e9 })).toMatchObject({ parallel: 8 });
  });
});

describe("a card that others have nearly filled", () => {
  /** What the binding keeps of a card of 139 GB. */
  const paddingBytes = 1.6 * 1024 ** 3;
  const nearlyFull = (freeBytes: number): MemoryFacts["vram"] => ({
    totalBytes: 139e9,
    freeBytes: plannableVram(freeBytes, paddingBytes),
    unifiedBytes: 0,
  });

  it("is planned with up to nine tenths of what is free, and an empty one with what the binding leaves", () => {
    expect(plannableVram(1.9e9, paddingBytes)).toBe(1.71e9);
    expect(plannableVram(139e9, paddingBytes)).toBe(139e9 - paddingBytes);
    expect(plannableVram(0, paddingBytes)).toBe(0);
  });

  it("gets the layers that fit beside what is kept of its free memory", async () => {
    const vram = nearlyFull(1.9e9);
    const { layersOnGpu, memory } = await fitTrial(
      request({ parallel: 8 }, { vram }),
      estimateOf(2.64e9, vram),
      null,
    );
    if (memory === null) throw new Error("not known");
    const layerBytes = 2.64e9 / layers + (8 * 3072 * kvBytes) / (layers - 1);
    const { gpuBytes } = sidesOf(memory);
    expect(layersOnGpu).toBeGreaterThanOrEqual(8);
    expect(gpuBytes).toBeLessThanOrEqual(1.71e9);
    expect(gpuBytes + layerBytes).toBeGreaterThan(1.71e9);
  });

  it("is left out where it has no room even for its buffers, and that is said", async () => {
    // The logits of a batch take 65.5 MB.
    const full = { vram: nearlyFull(7e7) };
    const off = await fitTrial(request({}, full), estimateOf(1e9, full.vram), estimateOf());
    const onCpu = await fit();
    expect(off).toEqual({ ...onCpu, isOffGpu: true, warnings: off.warnings });
    expect(off.warnings).toEqual([
      expect.stringMatching(/CPU alone, as with --gpu off: .* 0\.06 GB free, .* 0\.07 GB are needed/),
    ]);
    const room = { vram: nearlyFull(8e7) };
    const beside = await fitTrial(request({}, room), estimateOf(1e9, room.vram), estimateOf());
    expect(beside).toMatchObject({ isOffGpu: false, layersOnGpu: 0, warnings: [] });
  });

  it("is refused with the way out where it or layers on it were asked for", async () => {
    const full = { vram: nearlyFull(7e7) };
    await expect(fit({}, full)).rejects.toThrow(/on the GPU, which has 0\.06 GB free.*--gpu off/);
    await expect(
      fitTrial(request({ layersAsked: 3 }, full), estimateOf(1e9, full.vram), estimateOf()),
    ).rejects.toThrow(/--gpu-layers 3: /);
  });

  it("does not make room in a memory that is too small as well", async () => {
    const full = { vram: nearlyFull(7e7), ramBytes: 1e9 };
    await expect(fitTrial(request({}, full), estimateOf(1e9, full.vram), estimateOf())).rejects.toThrow(
      /1\.0 GB of memory are free/,
    );
  });
});

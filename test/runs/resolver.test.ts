import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  getLlama,
  GgmlType,
  type GgufFileInfo,
  GgufInsights,
  type Llama,
  readGgufFileInfo,
} from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { estimateMemory } from "../../src/engine/llama/memory.ts";
import { type Fit, fitTrial } from "../../src/runs/fit.ts";
import type { MemoryFacts } from "../../src/runs/inspect.ts";
import { sidesOf } from "../../src/runs/memory.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-resolver-"));
const blocks = 27;
const layers = blocks + 1;
const width = 2048;
const vocabularySize = 32_000;
const contextLength = 2048;
const layerBytes = 2 * 4 * width * width;
const modelBytes = blocks * layerBytes + 2 * vocabularySize * width * 2;
const plenty = 64e9;

let llama: Llama;
/** Of a model of a gigabyte that exists on paper only, so that the binding reckons by its formula, as if for a GPU. */
let insights: GgufInsights;

beforeAll(async () => {
  const path = join(folder, "tiny.gguf");
  writeTinyLlama(path);
  const tiny = await readGgufFileInfo(path, { logWarnings: false });
  llama = await getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false });
  insights = await GgufInsights.from(onPaper(tiny), llama);
});
afterAll(async () => {
  await llama.dispose();
  rmSync(folder, { recursive: true });
});

function onPaper(tiny: GgufFileInfo): GgufFileInfo {
  const tensor = (name: string, ...shape: number[]) => ({
    name,
    dimensions: shape,
    ggmlType: GgmlType.F16,
    offset: 0,
    fileOffset: 0,
    filePart: 1,
  });
  const repeated = Array.from({ length: blocks }, (_, block) =>
    ["q", "k", "v", "o"].map((one) => tensor(`blk.${block}.attn_${one}.weight`, width, width)),
  );
  const outer = ["token_embd.weight", "output.weight"].map((name) => tensor(name, width, vocabularySize));
  const heads = { head_count: 16, head_count_kv: 16, key_length: 128, value_length: 128 };
  return {
    ...tiny,
    source: undefined,
    sourceData: [],
    fullTensorInfo: [...outer, ...repeated.flat()],
    architectureMetadata: {
      ...tiny.architectureMetadata,
      block_count: blocks,
      embedding_length: width,
      context_length: 8192,
      vocab_size: vocabularySize,
      attention: { ...tiny.architectureMetadata.attention, ...heads },
    },
  } as unknown as GgufFileInfo;
}

const load = {
  batchSize: 512,
  flashAttention: "off",
  kvTypeK: "f16",
  kvTypeV: "f16",
  loadMode: "none",
} as const;
const kvBytesPerLayer = Array.from({ length: blocks }, () => 2 * 2 * width);

function fit(
  machine: Pick<MemoryFacts, "vram" | "ramBytes">,
  parallel: number,
  rollouts = parallel,
): Promise<Fit> {
  const memory = { ...machine, layers, vocabularySize, programBytes: 0 };
  return fitTrial(
    {
      modelName: "paper",
      trainContextLength: 8192,
      kvBytesPerLayer,
      layersAsked: "auto",
      batchTokens: load.batchSize,
      droppableShare: 0,
      context: contextLength,
      parallel,
      rollouts,
      turns: 10,
      answerLimit: 32,
      inspection: {
        openingTokens: 100,
        conversationTokens: 500,
        questionTokens: 300,
        answerTokens: 100,
        longestAnswerTokens: 10,
        isThinking: false,
        backend: "vulkan",
        release: "b1",
        build: "prebuilt",
        memory,
        warnings: [],
      },
    },
    ({ layersOnGpu, conversations }) =>
      estimateMemory(insights, { ...load, layersOnGpu, contextLength, parallel: conversations }),
    null,
  );
}

/** What the binding would choose for one conversation, on a machine with such a GPU. */
async function resolved(freeBytes: number): Promise<number> {
  const { gpuLayers } = await insights.configurationResolver.resolveModelGpuLayersV2(
    { fitContext: { contextSize: contextLength } },
    {
      getVramState: () => Promise.resolve({ total: freeBytes, free: freeBytes }),
      llamaVramPaddingSize: 0,
      llamaGpu: "vulkan",
      llamaSupportsGpuOffloading: true,
      defaultContextFlashAttention: false,
      defaultContextSwaFullCache: true,
      useMmap: false,
    },
  );
  return gpuLayers;
}

const vram = (bytes: number, unifiedBytes = 0) => ({ totalBytes: bytes, freeBytes: bytes, unifiedBytes });

/** The least that all layers and one conversation take on the GPU. */
async function wholeBytes(): Promise<number> {
  const { memory } = await fit({ vram: vram(plenty), ramBytes: plenty }, 1);
  if (memory === null) throw new Error("not known");
  return sidesOf(memory).gpuBytes;
}

describe("layers on the GPU", () => {
  it("are those that the binding's own search finds on the same machine", async () => {
    const whole = await wholeBytes();
    expect(whole).toBeGreaterThan(modelBytes);
    const sizes = { nothing: 0, third: modelBytes / 3, almost: whole - 1, all: whole };
    const chosen: Record<string, number | null> = {};
    for (const [name, bytes] of Object.entries(sizes)) {
      const { layersOnGpu } = await fit({ vram: vram(bytes), ramBytes: plenty }, 1);
      expect(layersOnGpu, name).toBe(await resolved(bytes));
      chosen[name] = layersOnGpu;
    }
    expect(chosen).toMatchObject({ nothing: 0, almost: layers - 1, all: layers });
    expect(chosen["third"]).toBeGreaterThan(0);
    expect(chosen["third"]).toBeLessThan(layers / 2);
  });

  it("are fewer where conversations take their share, which that search does not count", async () => {
    const whole = await wholeBytes();
    expect(await resolved(whole)).toBe(layers);
    const { layersOnGpu, memory } = await fit({ vram: vram(whole), ramBytes: plenty }, 8);
    expect(layersOnGpu).toBeLessThan(layers);
    expect(layersOnGpu).toBeGreaterThan(0);
    if (memory === null) throw new Error("not known");
    expect(sidesOf(memory).gpuBytes).toBeLessThanOrEqual(whole);
    const cache = 8 * contextLength * blocks * 2 * 2 * width;
    expect((memory.kvCache?.gpuBytes ?? 0) + (memory.kvCache?.cpuBytes ?? 0)).toBe(cache);
  });

  it("leave the rest to the computer's memory, which has to hold it", async () => {
    const third = vram(modelBytes / 3);
    const { memory } = await fit({ vram: third, ramBytes: plenty }, 1);
    if (memory === null) throw new Error("not known");
    const { cpuBytes } = sidesOf(memory);
    expect(cpuBytes).toBeGreaterThan(modelBytes / 2);
    expect((await fit({ vram: third, ramBytes: (cpuBytes + 1e6) / 0.9 }, 1)).memory).toEqual(memory);
    await expect(fit({ vram: third, ramBytes: cpuBytes }, 1)).rejects.toMatchObject({ code: "unfit" });
  });

  it("count once in unified memory", async () => {
    const { memory } = await fit({ vram: vram(plenty), ramBytes: plenty }, 1);
    if (memory === null) throw new Error("not known");
    const { gpuBytes, cpuBytes } = sidesOf(memory);
    const ramBytes = (gpuBytes + cpuBytes + 1e6) / 0.9;
    const shared = { vram: vram(ramBytes, ramBytes), ramBytes };
    expect((await fit(shared, 1)).layersOnGpu).toBe(layers);
    await expect(fit({ ...shared, ramBytes: gpuBytes }, 1)).rejects.toMatchObject({ code: "unfit" });
    // A card of its own takes the layers out of the computer's memory.
    expect((await fit({ vram: vram(ramBytes), ramBytes: gpuBytes }, 1)).layersOnGpu).toBe(layers);
  });
});

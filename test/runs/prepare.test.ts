import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findModels } from "../../src/gguf/files.ts";
import { checkModel } from "../../src/gguf/check.ts";
import { kvBytesPerToken } from "../../src/gguf/kv-cache.ts";
import { ModelInspector } from "../../src/runs/inspect.ts";
import { llamaTrial } from "../../src/runs/llama-trial.ts";
import { type Look, prepareModel } from "../../src/runs/prepare.ts";
import type { RunRequest } from "../../src/runs/request.ts";
import { plannedModel } from "../../src/runs/view.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-prepare-"));
const path = join(folder, "tiny.gguf");
beforeAll(() => writeTinyLlama(path));
afterAll(() => rmSync(folder, { recursive: true }));

const settings: Settings = { ...standardSettings, rollouts: 2, turns: 2, gpu: "off", context: 2048 };
const request = { name: null, settings, instances: null, templateText: null };

const runRequest = (): RunRequest => ({
  ...request,
  dbPath: join(folder, "none.db"),
  engine: { kind: "llama" },
  modelPaths: [path],
  loraPath: null,
  origin: null,
  isWatched: false,
});

/** Tells of weights of a terabyte, half of it on the disk. */
const huge = (inspector: ModelInspector): Look => ({
  inspect: (job) => inspector.inspect(job),
  estimate: () =>
    Promise.resolve({
      weights: { gpuBytes: 0, cpuBytes: 1e12 },
      context: { gpuBytes: 0, cpuBytes: 1e6 },
    }),
});

describe("a model", () => {
  it("is reckoned by llama.cpp itself: weights of the file, the cache of the header, no more than some buffers", async () => {
    const inspector = new ModelInspector(() => Promise.resolve());
    const [file] = await findModels([path]);
    if (file === undefined) throw new Error("no file");
    const candidate = await prepareModel(file, request, inspector);
    if ("error" in candidate || candidate.fit.memory === null) throw new Error("not known");
    const { fit } = candidate;
    const { weights, kvCache, buffers, programBytes } = candidate.fit.memory;
    const model = await checkModel(file);
    expect(fit).toMatchObject({ layersOnGpu: 0, contextLength: 2048, parallel: 2, parallelMost: 2 });
    expect(weights.cpuBytes).toBeGreaterThan(0.6 * model.bytes);
    expect(weights.cpuBytes).toBeLessThanOrEqual(model.bytes);
    expect(kvCache?.cpuBytes).toBe(2 * 2048 * (kvBytesPerToken(model, "f16", "f16") ?? 0));
    expect(buffers.cpuBytes).toBeLessThan(3e7);
    expect(programBytes).toBeGreaterThan(3e7);
    expect(candidate.inspection.memory).toMatchObject({ layers: 3, vram: null });
  });

  it("too large for the memory is left out by name in a folder, and runs from disk where it is named", async () => {
    const [inFolder] = await findModels([folder]);
    const [named] = await findModels([folder, path]);
    if (inFolder === undefined || named === undefined) throw new Error("no file");
    const look = huge(new ModelInspector(() => Promise.resolve()));
    const leftOut = await prepareModel(inFolder, request, look);
    expect(leftOut).toMatchObject({ name: "tiny.gguf", why: "unfit" });
    expect("error" in leftOut ? leftOut.error : "").toMatch(
      /tiny with a context of .* does not fit: 1000\.\d GB/,
    );
    const fromDisk = await prepareModel(named, request, look);
    expect("error" in fromDisk ? [] : fromDisk.fit.warnings.join()).toMatch(
      /\(1000\.0 GB\) .* read from disk/,
    );
    const held = { ...request, settings: { ...settings, loadMode: "mlock" as const } };
    expect(await prepareModel(named, held, look)).toMatchObject({ name: "tiny.gguf", why: "unfit" });
  });

  it("is loaded with the layers of its plan, and where nobody knows, as it was asked", async () => {
    const [file] = await findModels([path]);
    if (file === undefined) throw new Error("no file");
    const candidate = await prepareModel(file, request, new ModelInspector(() => Promise.resolve()));
    if ("error" in candidate) throw new Error(candidate.error);
    const layersOf = (layersOnGpu: number | null): unknown => {
      const asked = runRequest();
      const fit = { ...candidate.fit, layersOnGpu };
      expect(plannedModel({ ...candidate, fit }).layers?.onGpu ?? null).toBe(layersOnGpu);
      const { engine } = llamaTrial(asked, 1, { ...candidate, fit });
      return engine.kind === "llama" ? engine.options.gpuLayers : null;
    };
    expect([2, 0, null].map(layersOf)).toEqual([2, 0, "auto"]);
  });

  it("runs on the CPU alone where the GPU has no room for its buffers, unless that GPU was asked for", async () => {
    const [file] = await findModels([path]);
    if (file === undefined) throw new Error("no file");
    const inspector = new ModelInspector(() => Promise.resolve());
    const fullGpu: Look = {
      inspect: async (job) => {
        const seen = await inspector.inspect({ ...job, settings });
        const vram = { totalBytes: 139e9, freeBytes: 1e6, unifiedBytes: 0 };
        return { ...seen, backend: "vulkan", memory: { ...seen.memory, vram } };
      },
      estimate: async (job) => {
        const onCpu = await inspector.estimate({ ...job, settings });
        const { gpuBytes, cpuBytes } = onCpu.context;
        return job.settings.gpu === "off"
          ? onCpu
          : { ...onCpu, context: { gpuBytes: gpuBytes + 1e8, cpuBytes } };
      },
    };
    const asked = (gpu: Settings["gpu"]): RunRequest => ({
      ...runRequest(),
      settings: { ...settings, gpu },
    });
    const candidate = await prepareModel(file, asked("auto"), fullGpu);
    const off = await prepareModel(file, asked("off"), inspector);
    if ("error" in candidate || "error" in off) throw new Error("cannot run");
    expect(candidate.fit).toMatchObject({ layersOnGpu: 0, parallel: off.fit.parallel, isOffGpu: true });
    expect(candidate.inspection).toMatchObject({ backend: "cpu", memory: { vram: null } });
    expect(plannedModel(candidate).warnings.join()).toContain("CPU alone");
    const optionsFor = (one: typeof off): unknown => {
      const { engine } = llamaTrial(asked("auto"), 1, one);
      return engine.kind === "llama" ? { gpu: engine.options.gpu, layers: engine.options.gpuLayers } : null;
    };
    expect(optionsFor(candidate)).toEqual({ gpu: "off", layers: 0 });
    // What else is planned leaves the choice to the binding.
    expect(optionsFor(off)).toEqual({ gpu: "auto", layers: 0 });
    const refused = await prepareModel(file, asked("vulkan"), fullGpu);
    expect("error" in refused ? refused.error : "").toMatch(/on the GPU.*--gpu off/);
  });

  it("of which nothing can be told can still be run", async () => {
    const [file] = await findModels([path]);
    if (file === undefined) throw new Error("no file");
    const inspector = new ModelInspector(() => Promise.resolve());
    const candidate = await prepareModel(file, request, {
      inspect: (job) => inspector.inspect(job),
      estimate: () => Promise.reject(new Error("the child is gone")),
    });
    expect("error" in candidate ? null : candidate.fit).toMatchObject({ memory: null, parallel: 2 });
  });
});

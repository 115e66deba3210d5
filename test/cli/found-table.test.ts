import { describe, expect, it } from "vitest";
import type { FoundDocument, FoundModel } from "../../src/cli/found-models.ts";
import { renderFound } from "../../src/cli/found-table.ts";

const model: FoundModel = {
  names: [
    { tool: "Ollama", name: "m:1b", path: "/o/blob" },
    { tool: null, name: "copy", path: "/c/copy.gguf" },
  ],
  path: "/o/blob",
  parts: ["/o/blob"],
  sha256: null,
  adapters: [],
  architecture: "qwen3",
  bytes: 5e9,
  parameters: 8.2e9,
  tensorBytes: 5e9,
  bitsPerWeight: 4.9,
  quantization: "Q4_K_M",
  weights: [
    { type: "Q4_K", share: 0.8 },
    { type: "Q6_K", share: 0.199 },
    { type: "F32", share: 0.001 },
  ],
  trainContextLength: 40_960,
  hasTemplate: true,
  canReason: true,
  kvBytesPerToken: 1000,
  fits: { bytes: 5.4e9, onCpu: true, onGpu: null, onBoth: null },
  lastResult: null,
};

function rendered(
  models: readonly Partial<FoundModel>[],
  style: { width?: number; unicode?: boolean } = {},
): string[] {
  const document: FoundDocument = {
    schemaVersion: 1,
    folders: [],
    closed: [],
    room: { ramBytes: 1e10, gpuBytes: null, sharedBytes: 0 },
    models: models.map((one) => ({ ...model, ...one })),
    apart: [],
  };
  return renderFound(
    document,
    { width: 1000, color: false, unicode: true, ...style },
    {
      wordOf: ({ names: [{ tool, name }], path }) => (tool === null ? name : path),
      lineOf: (words) => words,
    },
  ).split("\n");
}

describe("renderFound", () => {
  it("has a line for each model with all its names", () => {
    expect(rendered([{}]).slice(0, 2)).toEqual([
      "model          quant   weights               architecture  parameters  size  context  chat               fits here",
      "m:1b (Ollama)  Q4_K_M  Q4_K 80 %, Q6_K 20 %  qwen3               8.2B  5 GB   40,960  template, reasons  ≈ CPU, 5.4 GB  = /c/copy.gguf",
    ]);
  });

  it("names a file of no tool as a run takes it, with its path", () => {
    const [, line] = rendered([{ names: [{ tool: null, name: "copy", path: "/c/copy.gguf" }] }]);
    expect(line).toMatch(/^copy \(\/c\/copy\.gguf\) +Q4_K_M/);
  });

  it("keeps what decides on a narrow terminal, and no character that it has not", () => {
    const lines = rendered([{ names: [model.names[0]] }], { width: 50, unicode: false });
    expect(lines.slice(0, 2)).toEqual([
      "model          quant   size  fits here",
      "m:1b (Ollama)  Q4_K_M  5 GB  ~ CPU, 5.4 GB",
    ]);
    expect(lines.every((line) => line.length <= 50)).toBe(true);
  });

  it.each([
    [{ onCpu: true, onGpu: true, onBoth: true }, "≈ GPU or CPU, 5.4 GB"],
    [{ onCpu: false, onGpu: true, onBoth: true }, "≈ GPU, 5.4 GB"],
    [{ onCpu: false, onGpu: false, onBoth: true }, "≈ partly GPU, 5.4 GB"],
    [{ onCpu: false, onGpu: false, onBoth: false }, "≈ no, 5.4 GB"],
    [{ onCpu: false, onGpu: null, onBoth: null }, "≈ not on CPU, 5.4 GB"],
    [{ bytes: null, onCpu: null, onGpu: null, onBoth: null }, "unknown"],
  ])("tells of %j: %s", (fits, text) => {
    // Beside one that is known, or the column would be left out.
    const [, , line] = rendered([{}, { names: [model.names[0]], fits: { bytes: 5.4e9, ...fits } }]);
    expect(line?.endsWith(`  ${text}`), line).toBe(true);
  });

  it("ends with the line that runs the first one that fits", () => {
    const tooLarge = { fits: { bytes: 1e12, onCpu: false, onGpu: null, onBoth: null } };
    expect(rendered([{ ...tooLarge, path: "/large" }, { path: "/small" }]).at(-1)).toBe(
      "Run one: run /small",
    );
    // On a GPU it may.
    expect(rendered([{ ...tooLarge, path: "/large" }]).at(-1)).toBe("Run one: run /large");
    const nowhere = { fits: { bytes: 1e12, onCpu: false, onGpu: false, onBoth: false } };
    expect(rendered([{ ...nowhere, path: "/large" }]).join("\n")).not.toContain("Run one:");
  });

  it("tells results and adapters where there are any", () => {
    const lastResult = { run: 4, startedAt: "", task: "dict-sum", horizon: null, turnAccuracy: 0.835 };
    const [title, line, other] = rendered([{ lastResult, adapters: ["/a"] }, {}]);
    expect(title).toMatch(/ LoRA +fits here +last result$/);
    expect(line).toMatch(/ 1 +≈ CPU, 5\.4 GB +84 % right, dict-sum, run 4 {2}= /);
    expect(other).toMatch(/ 0 +≈ CPU, 5\.4 GB {2}= /);
  });
});

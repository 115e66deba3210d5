import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ggufCase, goodModels, isNamed } from "../../bench/fuzz/gguf-cases.ts";
import { play } from "../../bench/fuzz/played.ts";
import { templateCase } from "../../bench/fuzz/template-cases.ts";
import { checkModel } from "../../src/gguf/check.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";

// Built: a worker cannot be forked from source here.
const built = new URL("../../dist/runs/inspector.js", import.meta.url).href;
const { Inspector } = (await import(built)) as typeof import("../../src/runs/inspector.ts");

const folder = temporaryFolder();
const inspector = new Inspector();
afterAll(() => inspector.close());
const settings: Settings = { ...standardSettings, rollouts: 1, turns: 2, gpu: "off" };

/** What a file is refused with by the check or the process that reads it; null: it would be run. */
async function refusalOf(modelPath: string, template: string | null): Promise<string | null> {
  try {
    const { chatTemplate } = await checkModel({ path: modelPath, parts: [modelPath] });
    const text = template ?? chatTemplate ?? "";
    await inspector.inspect({ modelPath, template: { text, source: "model" }, settings, instances: null });
    return null;
  } catch (error) {
    // Of the built program or of the source.
    if (error instanceof Error && error.name === "EngineError") return error.message;
    throw error;
  }
}

describe("files of strangers (a thousand of each in bench/fuzz)", () => {
  const goods = goodModels();

  it("are read or refused by the name of a key or tensor: 100 damaged models", {
    timeout: 300_000,
  }, async () => {
    const unnamed: string[] = [];
    let refused = 0;
    for (let index = 0; index < 100; index++) {
      const { bytes, model, kind, subject } = ggufCase(goods, 7, index);
      // What was read of a path is remembered.
      const path = join(folder, `${index}.gguf`);
      writeFileSync(path, bytes);
      const refusal = await refusalOf(path, null);
      rmSync(path);
      if (refusal !== null) refused++;
      if (refusal !== null && !isNamed(refusal, goods.get(model) ?? Buffer.alloc(0)))
        unnamed.push(`${kind} of ${subject}: ${refusal}`);
    }
    expect(unnamed).toEqual([]);
    expect(refused).toBeGreaterThan(50);
  });

  it("are rendered or refused as templates: 30 strange ones", { timeout: 300_000 }, async () => {
    const path = join(folder, "tiny.gguf");
    writeTinyLlama(path);
    const others: string[] = [];
    for (let index = 0; index < 30; index++) {
      const { kind, text } = templateCase(7, index);
      const refusal = await refusalOf(path, text);
      if (refusal?.includes("chat template") === false) others.push(`${kind}: ${refusal}`);
    }
    expect(others).toEqual([]);
  });

  it("end the program in a result", { timeout: 60_000 }, async () => {
    const path = join(folder, "run.gguf");
    writeTinyLlama(path, { tensors: (own) => own.slice(1) });
    const { code, refusal, hasStack } = await play([path], folder);
    expect({ code, hasStack }).toEqual({ code: 1, hasStack: false });
    expect(refusal).toMatch(/token_embd/);
  });
});

import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Binding, loadBinding } from "../../../src/engine/llama/binding.ts";
import { TurnModel } from "../../../src/engine/llama/turn-model.ts";
import { WholeCharacters } from "../../../src/engine/llama/whole-characters.ts";
import { withBundled } from "../../chat/bundled-templates.ts";
import { writeTinyLlama } from "./tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
/** With a blank at a text's start, and without; with tokens of several bytes that are no character. */
const vocabularies = ["llama-spm", "phi-3", "qwen2", "llama-bpe", "falcon", "gpt-2", "baichuan"];
const copied = withBundled("models", (source) => {
  for (const name of vocabularies)
    copyFileSync(join(source, `models/ggml-vocab-${name}.gguf`), join(folder, `${name}.gguf`));
  return true;
});
const needs = copied === null ? " (skipped: they are read with git out of the binding's bundle)" : "";

let binding: Binding;
beforeAll(async () => {
  binding = await loadBinding("off");
});
afterAll(async () => {
  await binding.llama.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function open(modelPath: string): Promise<TurnModel> {
  const model = await binding.llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
  return new TurnModel(model, binding.llama, { reasoning: null, turnStarts: [] });
}

function taken(model: TurnModel, ids: readonly number[]): string[] {
  const characters = new WholeCharacters(model);
  return ids.map((id) => characters.take(id));
}

describe("text token by token", () => {
  it("waits for the rest of a character", async () => {
    writeTinyLlama(join(folder, "tiny.gguf"));
    const tiny = await open(join(folder, "tiny.gguf"));
    const bytes = [...Buffer.from("a◁é😀b")];
    expect(taken(tiny, bytes)).toEqual(["a", "", "", "◁", "", "é", "", "", "", "😀", "b"]);
    const broken = taken(tiny, [0x61, 0xff, 0xff, 0xff, 0xff, 0x62, 0x63]).join("");
    expect(broken).toMatch(/^a.*bc$/s);
    await tiny.model.dispose();
  });

  it.skipIf(copied === null).each(vocabularies)(`is that of the whole: %s${needs}`, async (name) => {
    const model = await open(join(folder, `${name}.gguf`));
    const text =
      "Here are my reasoning steps: so <answer> 5</answer>.\nUser: é◁think▷ x [BEGIN FINAL RESPONSE]\n  two 😀 end";
    for (const said of [text, ` ${text}`, "\n\n  7", "5"]) {
      const ids = model.model.tokenize(said, false);
      expect(taken(model, ids).join("")).toBe(model.textOf(ids));
    }
    await model.model.dispose();
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LlamaModel, Token } from "node-llama-cpp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Binding, loadBinding } from "../../../src/engine/llama/binding.ts";
import { WholeCharacters } from "../../../src/engine/llama/whole-characters.ts";
import { writeTinyLlama } from "./tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
let binding: Binding;
let model: LlamaModel;
beforeAll(async () => {
  const modelPath = join(folder, "tiny.gguf");
  writeTinyLlama(modelPath);
  binding = await loadBinding("off");
  model = await binding.llama.loadModel({ modelPath, vocabOnly: true, gpuLayers: 0 });
});
afterAll(async () => {
  await binding.llama.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** What comes with each token. */
function taken(bytes: readonly number[]): string[] {
  const texts = {
    piece: (id: number) => model.detokenize([id as Token], true),
    textOf: (ids: readonly number[]) => model.detokenize(ids as Token[], true),
  };
  const characters = new WholeCharacters(texts);
  return bytes.map((byte) => characters.take(byte));
}

it("waits for the rest of a character", () => {
  expect(taken([...Buffer.from("a◁é😀b")])).toEqual(["a", "", "", "◁", "", "é", "", "", "", "😀", "b"]);
});

it("goes on where bytes are no character", () => {
  const text = taken([0x61, 0xff, 0xff, 0xff, 0xff, 0x62, 0x63]).join("");
  expect(text.startsWith("a")).toBe(true);
  expect(text.endsWith("bc")).toBe(true);
});

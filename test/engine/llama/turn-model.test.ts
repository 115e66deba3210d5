import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AnswerWatch } from "../../../src/engine/llama/answer-watch.ts";
import { loadBinding } from "../../../src/engine/llama/binding.ts";
import { TurnModel } from "../../../src/engine/llama/turn-model.ts";
import { withBundled } from "../../chat/bundled-templates.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-pieces-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const vocabulary = (name: string): string => join(folder, `ggml-vocab-${name}.gguf`);
const names = ["llama-spm", "phi-3", "qwen2"];
const isHere = withBundled("models", (source) => {
  for (const name of names) copyFileSync(join(source, "models", `ggml-vocab-${name}.gguf`), vocabulary(name));
});

describe.skipIf(isHere === null)("a reply followed token by token", () => {
  it.each(names)("keeps the blanks between words, for turns that begin with two (%s)", async (name) => {
    const { llama } = await loadBinding("off");
    const model = await llama.loadModel({ modelPath: vocabulary(name), vocabOnly: true, gpuLayers: 0 });
    const turnStarts = ["\n### Next Human:"];
    const turnModel = new TurnModel(model, llama, { reasoning: null, turnStarts });
    const ids = model.tokenize("The total is 5\n### Next Human: about", true, "trimLeadingSpace");
    const watch = new AnswerWatch({ maxTokens: 100, stop: "eog", reasoningBudget: null }, null, turnStarts);
    const stops = ids.map((id) => watch.push(turnModel.piece(id), false));
    expect(stops).toContain("turn");
    expect(
      ids
        .map((id) => turnModel.piece(id))
        .join("")
        .trimStart(),
    ).toBe(turnModel.textOf(ids).trimStart());
    await llama.dispose();
  });
});

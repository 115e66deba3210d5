import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTokenTexts } from "../../src/gguf/token-text.ts";
import { temporaryFolder } from "../cli/longhaul.ts";
import { as, writeGguf } from "./gguf-writer.ts";

const folder = temporaryFolder();

function vocabulary(model: string, tokens: readonly string[], types: readonly number[]) {
  const path = join(folder, `${model}-${tokens.length}.gguf`);
  writeGguf(path, {
    metadata: {
      "general.architecture": "llama",
      "tokenizer.ggml.model": model,
      "tokenizer.ggml.tokens": tokens,
      "tokenizer.ggml.token_type": as("int32[]", types),
    },
    tensors: [],
  });
  return readTokenTexts(path);
}

describe("the text of token ids, read from a GGUF's header", () => {
  it("is put together from bytes in GPT-2's alphabet", async () => {
    // "\u0120" is a blank, "\u010a" a line end, "\u00c3\u00a4" the two bytes of an a with two dots.
    const tokens = ["<answer>", "-42", "\u0120x", "\u010a", "\u00c3", "\u00a4", "<|end|>"];
    const texts = await vocabulary("gpt2", tokens, [1, 1, 1, 1, 1, 1, 3]);
    expect(texts?.textOf([0, 1, 2, 3, 4, 5, 6])).toBe("<answer>-42 x\n\u00e4<|end|>");
    expect(texts?.textOf([])).toBe("");
    expect(texts?.textOf([4]), "half a character").toBeNull();
    expect(texts?.textOf([99]), "no such token").toBeNull();
  });

  it("is put together from SentencePiece's pieces and byte tokens", async () => {
    const texts = await vocabulary("llama", ["\u2581about", "<0xC3>", "<0xA4>", "<s>"], [1, 6, 6, 3]);
    expect(texts?.textOf([3, 0, 1, 2])).toBe("<s> about\u00e4");
  });

  it("is left alone with other tokenizers", async () => {
    expect(await vocabulary("bert", ["a"], [1])).toBeNull();
  });
});

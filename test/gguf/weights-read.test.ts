import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { CheckedModel } from "../../src/gguf/check.ts";
import { weightBytesPerStep } from "../../src/gguf/weights-read.ts";
import { as, type GgufTensor, writeGguf } from "./gguf-writer.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-weights-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Tensors of so many kilobytes of F32; only what is looked at of a model. */
function bytes(
  kilobytes: Readonly<Record<string, number>>,
  conversations = 1,
  experts: Readonly<Record<string, number>> = {},
): Promise<number | null> {
  const path = join(folder, "m.gguf");
  const tensors: GgufTensor[] = Object.entries(kilobytes).map(([name, size]) => ({
    name,
    shape: [size * 256],
  }));
  writeGguf(path, {
    metadata: { "general.architecture": "llama", "llama.block_count": as("uint32", 1) },
    tensors,
  });
  const model = { parts: [path], architecture: "llama", metadata: { llama: experts } };
  return weightBytesPerStep(model as unknown as CheckedModel, conversations);
}

describe("what a step reads of the weights", () => {
  it("is all of them where the embeddings are the output, too", async () => {
    expect(await bytes({ "token_embd.weight": 8, "blk.0.attn_q.weight": 4 })).toBe(12 * 1024);
  });

  it("is without embeddings that are only looked up in", async () => {
    const output = { "token_embd.weight": 8, "blk.0.attn_q.weight": 4, "output.weight": 8 };
    expect(await bytes(output)).toBe(12 * 1024);
    expect(await bytes({ ...output, "per_layer_token_embd.weight": 64 })).toBe(12 * 1024);
  });

  it("is the share of the experts that a token asks, and unknown where several tokens ask", async () => {
    const experts = { "token_embd.weight": 8, "blk.0.ffn_up_exps.weight": 64, "blk.0.attn_q.weight": 4 };
    const counts = { expert_count: 8, expert_used_count: 2 };
    expect(await bytes(experts, 1, counts)).toBe((12 + 16) * 1024);
    expect(await bytes(experts, 2, counts)).toBeNull();
    expect(await bytes(experts)).toBeNull();
  });
});

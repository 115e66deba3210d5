import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { as, writeGguf } from "../gguf/gguf-writer.ts";
import { writeTinyLlama } from "../engine/llama/tiny-llama.ts";
import { longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const tiny = join(folder, "tiny.gguf");
writeTinyLlama(tiny);

const common = ["--rollouts", "1", "--turns", "1", "--threads", "1", "--gpu", "off"] as const;

function run(db: string, ...flags: readonly string[]) {
  return longhaul("run", tiny, ...common, "--db", join(folder, db), ...flags);
}

describe("a LoRA adapter", () => {
  const file = join(folder, "adapter.gguf");
  const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
  writeGguf(file, {
    metadata: {
      "general.architecture": "llama",
      "general.type": "adapter",
      "adapter.type": "lora",
      "adapter.lora.alpha": as("float32", 8),
    },
    tensors: [
      { name: "blk.0.ffn_down.weight.lora_a", shape: [64, 1], data: ones(64) },
      { name: "blk.0.ffn_down.weight.lora_b", shape: [1, 32], data: ones(32) },
    ],
  });

  it("makes another model, and a row of its own", async () => {
    await run("lora.db");
    await run("lora.db", "--lora", file);
    const rows = await query(join(folder, "lora.db"), "SELECT text FROM turn ORDER BY run_id");
    expect(rows).toHaveLength(2);
    expect(rows[0]).not.toEqual(rows[1]);
    const { stdout } = await longhaul("compare", "--db", join(folder, "lora.db"));
    expect(stdout).toContain("LoRA adapter.gguf");
    expect(stdout).toContain("without LoRA");
  });

  it("is refused where there is none", async () => {
    const { code, stderr } = await run("none.db", "--lora", join(folder, "missing.gguf"));
    expect(code).toBe(2);
    expect(stderr).toContain("--lora");
    expect(stderr).toContain("Name a LoRA adapter in GGUF.");
  });
});

describe("a KV cache type", () => {
  it("that does not suit the model's heads is refused with llama.cpp's reason", async () => {
    // Heads of 16, in a type of blocks of 32.
    const { code } = await run("kv.db", "--kv-type-k", "q8_0");
    expect(code).toBe(1);
    const [row] = await query(join(folder, "kv.db"), "SELECT status, error FROM run");
    expect(row).toMatchObject({ status: "failed" });
    expect(String(row?.["error"])).toMatch(/--kv-type-k q8_0 .*block size 32 does not divide.*Use f16\./s);
  });

  it("may be any that llama.cpp has", async () => {
    for (const type of ["f32", "bf16"]) {
      const db = `${type}.db`;
      await run(db, "--cache-type-k", type, "--kv-type-v", type);
      expect(await query(join(folder, db), "SELECT status, kv_type_k, kv_type_v FROM run")).toEqual([
        { status: "complete", kv_type_k: type, kv_type_v: type },
      ]);
    }
  });
});

describe("llama.cpp's names of flags", () => {
  it("set what ours set, and what both say must be one thing", async () => {
    await run("names.db", "--ctx-size", "1024", "--flash-attn", "off", "--ubatch-size", "64");
    expect(
      await query(join(folder, "names.db"), "SELECT context_length, flash_attention, batch_size FROM run"),
    ).toEqual([{ context_length: 1024, flash_attention: 0, batch_size: 64 }]);
    const { code, stderr } = await run("twice.db", "--batch-size", "128", "--ubatch-size", "64");
    expect(code).toBe(2);
    expect(stderr).toContain("--batch-size 128 and --ubatch-size 64: both mean --batch-size. Give one.");
  });

  it("tell what --flash-attention auto came to", async () => {
    await run("auto.db");
    expect(await query(join(folder, "auto.db"), "SELECT flash_attention FROM run")).toEqual([
      { flash_attention: 1 },
    ]);
  });
});

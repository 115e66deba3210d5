import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type CheckedModel, checkModel } from "../../src/gguf/check.ts";
import { kvBytesPerToken } from "../../src/gguf/kv-cache.ts";
import { findModels } from "../../src/gguf/files.ts";
import { EngineError, UsageError } from "../../src/errors.ts";
import { as, encodeGguf, type GgufContent, type GgufValue } from "./gguf-writer.ts";
import {
  type TinyOverrides,
  tinyLlama,
  writeSplitTinyLlama,
  writeTinyLlama,
} from "../engine/llama/tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "model.gguf");
const check = (): Promise<CheckedModel> => checkModel({ path, parts: [path] });

async function checkTiny(overrides: TinyOverrides = {}): Promise<CheckedModel> {
  writeTinyLlama(path, overrides);
  return check();
}

async function checkContent(content: GgufContent): Promise<CheckedModel> {
  writeFileSync(path, encodeGguf(content));
  return check();
}

/** The one sentence with which it is refused. */
async function refusal(checked: Promise<unknown>): Promise<string> {
  const error: unknown = await checked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect((error as EngineError).code).toBe("model_unreadable");
  const { message } = error as EngineError;
  expect(message).toMatch(/^\S+\.gguf cannot be used: .*[^.]\.$/);
  return message;
}

describe("checkModel on a good file", () => {
  it("tells what the header says", async () => {
    const { metadata, chatTemplate, ...rest } = await checkTiny();
    expect(rest).toEqual({
      path,
      parts: [path],
      name: "model",
      bytes: readFileSync(path).length,
      architecture: "llama",
      // Embedding and output, two layers of four square matrices, three of the feed-forward, and the norms.
      parameters: 2 * 32 * 260 + 2 * (4 * 32 * 32 + 3 * 32 * 64 + 2 * 32) + 32,
      // 4 bytes each; all sizes are whole lines of 32 bytes, so nothing pads them.
      tensorBytes: 4 * (2 * 32 * 260 + 2 * (4 * 32 * 32 + 3 * 32 * 64 + 2 * 32) + 32),
      repackedBytes: 0,
      quantization: "F32",
      trainContextLength: 2048,
      blockCount: 2,
      headCountKv: 2,
      keyLength: 16,
      valueLength: 16,
    });
    expect(chatTemplate).toContain("<|end|>");
    expect(metadata["general"]).toMatchObject({ name: "Tiny Llama" });
    expect(metadata["llama"]).toMatchObject({ block_count: 2, attention: { head_count: 2 } });
    expect(metadata["tokenizer"]).toMatchObject({ ggml: { tokens: { length: 260 }, merges: ["ÿ ÿ"] } });
  });

  it("has null for what the header does not say, and numbers that JSON can hold", async () => {
    const model = await checkTiny({
      metadata: {
        "tokenizer.chat_template": null,
        "llama.attention.head_count_kv": null,
        "llama.context_length": "long",
        "x.big": as("uint64", 2n ** 60n),
        "x.small": as("uint64", 7),
      },
    });
    expect(model).toMatchObject({ chatTemplate: null, headCountKv: 2, trainContextLength: null });
    expect(model.metadata["x"]).toEqual({ big: String(2n ** 60n), small: 7 });
    expect(() => JSON.stringify(model)).not.toThrow();
  });

  it.each([
    [15, "Q4_K_M"],
    [1, "F16"],
    [7, "Q8_0"],
    [3, "Q4_1"],
    [9999, "F32"],
    [null, "F32"],
  ])("names file type %s as %s", async (fileType, name) => {
    expect((await checkTiny({ metadata: { "general.file_type": fileType } })).quantization).toBe(name);
  });

  it("counts weights that are repacked, and not the table of the input", async () => {
    const packed = (name: string) => ({ name, shape: [32, 8], type: 2, bytes: 8 * 18 });
    const added = [packed("blk.0.packed.weight"), packed("token_embd.packed.weight")];
    const { repackedBytes } = await checkTiny({ tensors: (own) => [...own, ...added] });
    expect(repackedBytes).toBe(8 * 18);
  });

  it("counts the parts of a split model as one", async () => {
    const parts = [join(folder, "s-00001-of-00002.gguf"), join(folder, "s-00002-of-00002.gguf")] as const;
    writeSplitTinyLlama(parts);
    const [file] = await findModels([parts[1]]);
    const whole = await checkTiny();
    const split = await checkModel(file ?? { path: "", parts: [] });
    expect(split).toMatchObject({ name: "s", parts, parameters: whole.parameters, blockCount: 2 });
    expect(split.bytes).toBe(parts.reduce((sum, part) => sum + readFileSync(part).length, 0));
  });
});

describe("kvBytesPerToken", () => {
  it("is two layers of two heads of 16 keys and values", async () => {
    const model = await checkTiny();
    expect(kvBytesPerToken(model, "f16", "f16")).toBe(2 * 2 * (16 + 16) * 2);
    expect(kvBytesPerToken(model, "q8_0", "q4_0")).toBe(2 * 2 * (16 * (34 / 32) + 16 * (18 / 32)));
  });

  it("adds up lists by layer and leaves out layers that share a cache", async () => {
    const model = await checkTiny();
    expect(kvBytesPerToken({ ...model, headCountKv: [1, 2] }, "f16", "f16")).toBe(3 * 32 * 2);
    const metadata = { llama: { attention: { shared_kv_layers: 1 } } };
    expect(kvBytesPerToken({ ...model, metadata }, "f16", "f16")).toBe(2 * 32 * 2);
  });

  it("is null where the header does not tell", async () => {
    const model = await checkTiny();
    expect(kvBytesPerToken({ ...model, architecture: "mamba" }, "f16", "f16")).toBeNull();
    expect(kvBytesPerToken({ ...model, architecture: "lfm2" }, "f16", "f16")).toBeNull();
    for (const attention of [{ kv_lora_rank: 512 }, { key_length_swa: 8 }])
      expect(kvBytesPerToken({ ...model, metadata: { llama: { attention } } }, "f16", "f16")).toBeNull();
  });
});

describe("checkModel on a header that llama.cpp aborts on without naming what is wrong", () => {
  const cases: [Record<string, GgufValue | null>, RegExp][] = [
    [{ "llama.rope.dimension_count": 0 }, /says rope\.dimension_count = 0, which must be at least 1/],
    [{ "general.alignment": 0 }, /general\.alignment = 0, which must be a power of two/],
    [{ "general.alignment": 24 }, /general\.alignment = 24, which must be a power of two/],
    [{ "llama.attention.head_count": 0 }, /says attention\.head_count = 0, which must be at least 1/],
    [{ "llama.attention.head_count_kv": 0 }, /attention\.head_count_kv = 0/],
    [{ "llama.attention.head_count_kv": as("uint32[]", [0, 0]) }, /attention\.head_count_kv = 0/],
    [{ "llama.attention.head_count_kv": as("uint32[]", [0, 2]) }, /attention\.head_count_kv = 0/],
    [{ "llama.attention.head_count": null }, /does not say attention\.head_count/],
    [{ "llama.attention.value_length": 0 }, /attention\.value_length = 0/],
    [{ "llama.embedding_length": 0 }, /embedding_length = 0/],
    [{ "llama.feed_forward_length": 0 }, /feed_forward_length = 0/],
    [{ "llama.feed_forward_length": null }, /does not say feed_forward_length/],
    [{ "general.architecture": null }, /names no architecture/],
    [{ "tokenizer.ggml.tokens": ["a", "a"] }, /a token twice/],
    [{ "tokenizer.ggml.tokens": as("string[]", []) }, /tokenizer\.ggml\.tokens = \[\]/],
    [
      { "split.count": as("uint32", 1) },
      /damaged at "split\.count", behind "[\w.]+": it has type 4 instead of 2/,
    ],
    [{ "tokenizer.ggml.model": "none" }, /tokenizer\.ggml\.model = none, a model without a tokenizer/],
    [{ "llama.block_count": 0 }, /block_count = 0, which must be from 1 to 512/],
    [{ "llama.block_count": 513 }, /block_count = 513/],
    [{ "llama.vocab_size": 0 }, /vocab_size = 0/],
    [
      { "llama.attention.value_length": 2 ** 31 },
      /value_length = 2147483648, and no tensor of its layers is/,
    ],
    [
      { "llama.attention.key_length": 65 },
      /attention\.key_length = 65, and no tensor of its layers is wider/,
    ],
    [{ "llama.rope.freq_base": as("float32", -1) }, /rope\.freq_base = -1/],
    [{ "llama.attention.layer_norm_rms_epsilon": as("float32", Number.NaN) }, /rms_epsilon = NaN/],
    [
      { "llama.expert_count": 4, "llama.expert_used_count": 5 },
      /expert_used_count = 5, and expert_count = 4/,
    ],
    [{ "llama.expert_group_count": 2 }, /expert_group_count = 2, and expert_count = 0/],
    [{ "llama.nextn_predict_layers": 3 }, /nextn_predict_layers = 3 of 2 layers/],
    [{ "tokenizer.ggml.eos_token_id": 2 ** 32 - 1 }, /eos_token_id = 4294967295, and it has 260 tokens/],
    [{ "tokenizer.ggml.bos_token_id": 260, "tokenizer.ggml.add_bos_token": true }, /bos_token_id = 260/],
    [{ "x.__proto__.y": 1 }, /damaged at key \d+ of \d+, behind "[\w.]+": "x\.__proto__\.y" is no name/],
  ];
  it.each(cases)("refuses %j", async (metadata, message) => {
    expect(await refusal(checkTiny({ metadata }))).toMatch(message);
  });

  it("takes what works: ids that nothing is asked with, a table that is padded, a list by layer", async () => {
    const padding = {
      "tokenizer.ggml.padding_token_id": 2 ** 32 - 1,
      "tokenizer.ggml.bos_token_id": 9_999,
    };
    const lists = { "llama.attention.head_count_kv": as("uint32[]", [2, 1]), "llama.vocab_size": 4_000 };
    const experts = { "llama.expert_count": 4, "llama.expert_used_count": as("uint32[]", [1, 4]) };
    expect(await checkTiny({ metadata: { ...padding, ...lists, ...experts } })).toMatchObject({
      headCountKv: [2, 1],
    });
  });

  it("allows layers without heads in hybrid models, and no heads at all in recurrent ones", async () => {
    const renamed = (architecture: string, values: Record<string, GgufValue>): TinyOverrides => {
      const own = { block_count: 2, embedding_length: 32, context_length: 64, ...values };
      const entries = Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value]);
      return { metadata: { "general.architecture": architecture, ...Object.fromEntries(entries) } };
    };
    const gaps = { "attention.head_count": 2, "attention.head_count_kv": as("uint32[]", [0, 2]) };
    expect(await checkTiny(renamed("lfm2", gaps))).toMatchObject({ headCountKv: [0, 2] });
    const none = { "attention.head_count": 0, feed_forward_length: 0 };
    expect(await checkTiny(renamed("mamba", none))).toMatchObject({ headCountKv: null, keyLength: null });
  });
});

describe("checkModel on a damaged file", () => {
  it.each([4, 31, 99])("refuses a tensor of type %d, which is not read or not known", async (type) => {
    const message = await refusal(
      checkTiny({ tensors: ([first, ...rest]) => [{ name: "", shape: [32], ...first, type }, ...rest] }),
    );
    expect(message).toMatch(
      /tensor token_embd\.weight has type (Q4_2|Q4_0_4_4|99), which llama\.cpp does not read/,
    );
  });

  it.each([
    [24, "I8"],
    [26, "I32"],
    [28, "F64"],
  ])("refuses a norm of type %d, which ends the process where it is computed with", async (type, called) => {
    const tensors: TinyOverrides["tensors"] = (own) =>
      own.map((one) => (one.name === "blk.1.ffn_norm.weight" ? { ...one, type } : one));
    expect(await refusal(checkTiny({ tensors }))).toMatch(
      `tensor blk.1.ffn_norm.weight has type ${called}, with which llama.cpp does not compute`,
    );
  });

  it("refuses shapes that no tensor has", async () => {
    const shaped = (shape: readonly number[]) =>
      checkContent({ ...tinyLlama(), tensors: [{ name: "blk.0.x", shape, bytes: 32 }] });
    expect(await refusal(shaped([1, 1, 1, 1, 1]))).toMatch(/at tensor blk\.0\.x: it has 5 dimensions/);
    expect(await refusal(shaped([2 ** 41, 1]))).toMatch(/at tensor blk\.0\.x: it is 2199023255552 wide/);
  });

  it("refuses what is no GGUF", async () => {
    const cases: [Buffer, RegExp][] = [
      [Buffer.alloc(0), /the file is empty/],
      [Buffer.from("This is no model, but a text with a wrong name.\n"), /not a GGUF file/],
      [Buffer.from("GG"), /not a GGUF file/],
      [encodeGguf({ ...tinyLlama(), version: 1 }), /version 1 is not supported/],
      [encodeGguf({ ...tinyLlama(), version: 4 }), /version 4 is not supported/],
      [encodeGguf({ ...tinyLlama(), version: 0x0300_0000 }), /big-endian/],
      [encodeGguf(tinyLlama()).subarray(0, 20), /damaged or cut off/],
      [encodeGguf(tinyLlama()).subarray(0, 2000), /damaged or cut off/],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(path, bytes);
      expect(await refusal(check())).toMatch(message);
    }
  });

  it("believes no length: huge counts end at once and take no memory", async () => {
    const tiny = tinyLlama();
    const huge = 2n ** 62n;
    const started = performance.now();
    const before = process.memoryUsage().rss;
    expect(await refusal(checkContent({ ...tiny, keyCount: huge }))).toMatch(
      /counts 4611686018427388000 keys/,
    );
    expect(await refusal(checkContent({ ...tiny, tensorCount: huge }))).toMatch(
      /counts 22 keys and 46116860/,
    );
    expect(await refusal(checkContent({ ...tiny, keyCount: 60_000n }))).toMatch(/damaged/);
    expect(await refusal(checkContent({ ...tiny, tensorCount: 60_000n }))).toMatch(/damaged/);
    const good = encodeGguf(tiny);
    for (const [key, skipped] of [
      ["general.name", 4],
      ["tokenizer.ggml.tokens", 8],
    ] as const) {
      for (const length of [huge, 2n ** 64n - 1n, 1_000_000n]) {
        const bytes = Buffer.from(good);
        bytes.writeBigUInt64LE(length, bytes.indexOf(key) + key.length + skipped);
        writeFileSync(path, bytes);
        expect(await refusal(check())).toMatch(/damaged/);
      }
    }
    expect(performance.now() - started).toBeLessThan(5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it("ends any damage in a model or one clear refusal, and never hangs", async () => {
    const good = encodeGguf(tinyLlama());
    // What is before the first tensor's data; damage to weights can't be seen.
    const header = good.length - 4 * 37_280;
    const damage = fc.record({
      flips: fc.array(fc.tuple(fc.nat(header - 1), fc.nat(255)), { maxLength: 6 }),
      length: fc.option(fc.nat(good.length), { nil: good.length, freq: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ flips, length }) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of flips) bytes[at] = value;
        writeFileSync(path, bytes.subarray(0, length));
        try {
          await checkModel((await findModels([path]))[0] ?? { path, parts: [path] });
          // Damage to the counts can make a shorter header whole; a cut alone can't.
          if (flips.length === 0) expect(length).toBeGreaterThanOrEqual(header - 32);
        } catch (error) {
          if (!(error instanceof EngineError || error instanceof UsageError)) throw error;
          expect(error.message).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 400, interruptAfterTimeLimit: 60_000 },
    );
  });
});

import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkModel } from "../../src/gguf/check.ts";
import { readHeader } from "../../src/gguf/header.ts";
import { as, writeGguf } from "./gguf-writer.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "longhaul-header-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tensors = [
  { name: "a.weight", shape: [32, 4] },
  { name: "b.weight", shape: [32] },
];

describe("readHeader", () => {
  it("tells every kind of value, and passes vocabularies and long lists", () => {
    const path = join(folder, "values.gguf");
    const many = Array.from({ length: 300_000 }, (_, index) => `token ${index}`);
    writeGguf(path, {
      metadata: {
        "a.tokens": many,
        "a.long": Array.from({ length: 600 }, (_, index) => index),
        "a.u8": as("uint8", 200),
        "a.i8": as("int8", -1),
        "a.u16": as("uint16", 65_535),
        "a.i16": as("int16", -2),
        "a.i32": as("int32", -3),
        "a.u64": as("uint64", 2n ** 40n),
        "a.i64": as("int64", -(2n ** 40n)),
        "a.f32": 0.5,
        "a.f64": as("float64", 0.1),
        "a.bool": true,
        "a.list": [1, 2, 3],
        "a.texts": ["x", "y".repeat(70_000), "z"],
        "a.text": "t".repeat(100_000),
      },
      tensors,
    });
    const header = readHeader(path);
    expect(Object.fromEntries(header.values)).toEqual({
      "a.u8": 200,
      "a.i8": -1,
      "a.u16": 65_535,
      "a.i16": -2,
      "a.i32": -3,
      "a.u64": 2 ** 40,
      "a.i64": -(2 ** 40),
      "a.f32": 0.5,
      "a.f64": 0.1,
      "a.bool": true,
      "a.list": [1, 2, 3],
      "a.text": "t".repeat(100_000),
    });
    expect(header.tensors).toEqual([
      { name: "a.weight", type: 0, elements: 128 },
      { name: "b.weight", type: 0, elements: 32 },
    ]);
    expect(header.tensorBytes).toBe(160 * 4);
  });

  it("tells of the models that ship what their check tells", async () => {
    for (const which of ["early", "late"]) {
      const path = resolve(import.meta.dirname, `../../models/longhaul-ref-${which}.gguf`);
      const { tensorBytes, parameters, chatTemplate } = await checkModel({ path, parts: [path] });
      const header = readHeader(path);
      expect(header.tensorBytes).toBe(tensorBytes);
      expect(header.tensors.reduce((sum, { elements }) => sum + elements, 0)).toBe(parameters);
      expect(header.values.get("tokenizer.chat_template")).toBe(chatTemplate);
    }
  });

  it("refuses half a download and an alignment that is none", () => {
    const path = join(folder, "cut.gguf");
    writeGguf(path, { metadata: { "general.architecture": "llama" }, tensors });
    truncateSync(path, 32 * 10);
    expect(() => readHeader(path)).toThrow(
      /cut\.gguf cannot be used: it is cut off: tensor b\.weight begins/,
    );
    writeGguf(path, { metadata: { "general.alignment": 0 }, tensors });
    expect(() => readHeader(path)).toThrow(/general\.alignment = 0, which must be a power of two/);
  });
});

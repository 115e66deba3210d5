import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findModels } from "../../src/gguf/files.ts";
import { UsageError } from "../../src/errors.ts";
import { type GgufValue, writeGguf } from "./gguf-writer.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "longhaul-files-")));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(
  name: string,
  metadata: Record<string, GgufValue> = { "general.architecture": "llama" },
): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeGguf(path, { metadata, tensors: [] });
  return path;
}

async function found(...names: string[]): Promise<string[]> {
  const models = await findModels(names.map((name) => join(folder, name)));
  return models.map(({ path }) => relative(folder, path));
}

async function refusal(...names: string[]): Promise<string> {
  const error: unknown = await findModels(names.map((name) => join(folder, name))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as UsageError;
  expect(message).toContain(join(folder, names.at(-1) ?? ""));
  return message;
}

describe("findModels", () => {
  it("takes files as they are named and folders with everything below, sorted", async () => {
    for (const name of ["b.gguf", "a.gguf", "below/deep/c.GGUF", "readme.txt"]) put(name);
    expect(await found("")).toEqual(["a.gguf", "b.gguf", "below/deep/c.GGUF"]);
    expect(await found("b.gguf", "below")).toEqual(["b.gguf", "below/deep/c.GGUF"]);
    expect(await findModels([join(folder, "b.gguf")])).toEqual([
      { path: join(folder, "b.gguf"), parts: [join(folder, "b.gguf")] },
    ]);
  });

  it("tells files that were found in a folder from those that were named, in any order", async () => {
    for (const name of ["a.gguf", "b.gguf"]) put(name);
    const fromFolder = async (...names: string[]) =>
      (await findModels(names.map((name) => join(folder, name)))).map((file) => file.isFromFolder === true);
    expect(await fromFolder("")).toEqual([true, true]);
    expect(await fromFolder("", "b.gguf")).toEqual([true, false]);
    expect(await fromFolder("b.gguf", "")).toEqual([false, true]);
  });

  it("counts a file reached twice once, and ends where links go in a circle", async () => {
    put("real/a.gguf");
    symlinkSync(join(folder, "real/a.gguf"), join(folder, "real/again.gguf"));
    symlinkSync(folder, join(folder, "real/up"));
    symlinkSync(join(folder, "real"), join(folder, "beside"));
    symlinkSync(join(folder, "nothing"), join(folder, "real/dangling.gguf"));
    symlinkSync(join(folder, "loop.gguf"), join(folder, "loop.gguf"));
    expect(await found("real", "real/a.gguf", "real/../real/a.gguf")).toHaveLength(1);
    expect(await found("")).toHaveLength(1);
    expect(await refusal("loop.gguf")).toMatch(/no such file/);
  });

  it("takes a split model for one, whichever part is named", async () => {
    const names = [1, 2, 3].map((part) => `m-0000${part}-of-00003.gguf`);
    for (const name of names) put(name);
    put("n.gguf");
    expect(await found("")).toEqual([names[0], "n.gguf"]);
    expect(await found(names[2] ?? "", names[1] ?? "")).toEqual([names[0]]);
    const [model] = await findModels([join(folder, names[1] ?? "")]);
    expect(model?.parts).toEqual(names.map((name) => join(folder, name)));
  });

  it("takes a split model whose parts are missing, and leaves them to the check", async () => {
    put("m-00002-of-00003.gguf");
    put("n.gguf");
    const names = ["m-00001-of-00003.gguf", "n.gguf"];
    expect(await found("m-00002-of-00003.gguf")).toEqual(names.slice(0, 1));
    expect(await found("")).toEqual(names);
    const [m] = await findModels([join(folder, "m-00002-of-00003.gguf")]);
    expect(m?.parts).toHaveLength(3);
  });

  it("does not take a number past the count for a part", async () => {
    put("m-00004-of-00003.gguf");
    expect(await found("m-00004-of-00003.gguf")).toEqual(["m-00004-of-00003.gguf"]);
  });

  it("skips what lies beside models in a folder, by name and by header, and hidden entries", async () => {
    const beside = ["mmproj-model-f16.gguf", "m-mmproj.gguf", "style-lora.gguf", "adapter_model.gguf"];
    for (const name of [...beside, "m.imatrix.gguf", "ggml-vocab-gpt-2.gguf", "._m.gguf"]) put(name);
    put("plain-name.gguf", { "general.architecture": "llama", "general.type": "adapter" });
    put("eyes.gguf", { "general.architecture": "clip" });
    const why: unknown = await findModels([folder]).catch((thrown: unknown) => thrown);
    expect((why as UsageError).message).toMatch(/no model in this folder, only projectors, adapters/);
    put("explorator-8b.gguf");
    expect(await found("")).toEqual(["explorator-8b.gguf"]);
  });

  it("refuses a projector or an adapter that is named, but believes a header that says model", async () => {
    put("mmproj-f16.gguf");
    put("eyes.gguf", { "general.type": "mmproj", "general.architecture": "clip" });
    put("style.gguf", { "general.architecture": "llama", "general.type": "adapter" });
    put("merged-lora.gguf", { "general.architecture": "llama", "general.type": "model" });
    expect(await refusal("mmproj-f16.gguf")).toMatch(
      /projector or an adapter by its name, not a model\. Name/,
    );
    expect(await refusal("eyes.gguf")).toMatch(/: a projector for images or sound, not a model/);
    expect(await refusal("style.gguf")).toMatch(/: an adapter, not a model/);
    expect(await found("merged-lora.gguf")).toEqual(["merged-lora.gguf"]);
  });

  it("refuses what is missing, of another kind, or an empty folder, with the fix", async () => {
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "notes.txt"), "no model");
    expect(await refusal("none.gguf")).toMatch(/no such file or folder\. Name a \.gguf file/);
    expect(await refusal("empty")).toMatch(/no model in this folder\. Put \.gguf files there/);
    expect(await refusal("notes.txt")).toMatch(/not a \.gguf file\. Name a model in GGUF format/);
    await expect(findModels(["/dev/null"])).rejects.toThrow(/^\/dev\/null: neither a file nor a folder/);
  });

  it("leaves a damaged file to the check", async () => {
    writeFileSync(join(folder, "text.gguf"), "no model");
    expect(await found("text.gguf")).toEqual(["text.gguf"]);
  });
});

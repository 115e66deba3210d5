import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findModels, stemOf } from "../../src/gguf/files.ts";
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
  writeGguf(path, { metadata, tensors: [{ name: "token_embd.weight", shape: [1] }] });
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

  it("skips what lies beside models in a folder by its header, and hidden entries", async () => {
    put("._m.gguf");
    for (const type of ["adapter", "imatrix", "mmproj"])
      put(`plain-${type}.gguf`, { "general.architecture": "llama", "general.type": type });
    put("eyes.gguf", { "general.architecture": "clip" });
    const words = join(folder, "words.gguf");
    writeGguf(words, { metadata: { "general.architecture": "llama" }, tensors: [] });
    const why: unknown = await findModels([folder]).catch((thrown: unknown) => thrown);
    expect((why as UsageError).message).toMatch(/no model in this folder, only projectors, adapters/);
    put("explorator-8b.gguf");
    expect(await found("")).toEqual(["explorator-8b.gguf"]);
  });

  it("takes a model for one whatever its name says", async () => {
    const names = ["adapters-8b.gguf", "merged-lora.gguf", "mmproj-tuned.gguf"];
    for (const name of names) put(name);
    expect(await found("")).toEqual(names);
    expect(await found("merged-lora.gguf")).toEqual(["merged-lora.gguf"]);
  });

  it("takes the first part of a split model that holds no tensor", async () => {
    const first = join(folder, "m-00001-of-00002.gguf");
    writeGguf(first, { metadata: { "general.architecture": "llama" }, tensors: [] });
    put("m-00002-of-00002.gguf");
    expect(await found("")).toEqual(["m-00001-of-00002.gguf"]);
  });

  it("refuses a projector or an adapter that is named", async () => {
    put("eyes.gguf", { "general.type": "mmproj", "general.architecture": "clip" });
    put("style.gguf", { "general.architecture": "llama", "general.type": "adapter" });
    expect(await refusal("eyes.gguf")).toMatch(/: a projector for images or sound, not a model\. Name/);
    expect(await refusal("style.gguf")).toMatch(/: an adapter, not a model/);
  });

  it("knows models by their first bytes where a name has no ending, as Ollama's blobs", async () => {
    const blob = `sha256-${"0123456789abcdef".repeat(4)}`;
    put(`blobs/${blob}`);
    put("blobs/Qwen3-0.6B-Q8_0");
    put("blobs/half.gguf.part");
    writeFileSync(join(folder, "blobs", "sha256-of-a-template"), "{{ .Prompt }}");
    writeFileSync(join(folder, "blobs", "sha256-of-nothing"), "");
    expect(await found("blobs")).toEqual(["blobs/Qwen3-0.6B-Q8_0", `blobs/${blob}`]);
    expect(await found(`blobs/${blob}`)).toEqual([`blobs/${blob}`]);
    expect(stemOf(`blobs/${blob}`)).toBe("sha256-0123456789ab");
    put("renamed.bin");
    expect(await found("renamed.bin")).toEqual(["renamed.bin"]);
  });

  it("calls a blob by the link that is called .gguf, and a split model's parts by their names", async () => {
    const names = ["m.gguf", "s-00001-of-00002.gguf", "s-00002-of-00002.gguf"];
    mkdirSync(join(folder, "snapshots"));
    for (const [index, name] of names.entries()) {
      put(`blobs/${String(index).repeat(64)}`);
      symlinkSync(join(folder, "blobs", String(index).repeat(64)), join(folder, "snapshots", name));
    }
    expect(await found("")).toEqual(["snapshots/m.gguf", "snapshots/s-00001-of-00002.gguf"]);
    for (const part of [1, 2]) put(`split/t-0000${part}-of-00002.gguf`);
    symlinkSync(join(folder, "split/t-00001-of-00002.gguf"), join(folder, "short.gguf"));
    expect(await found("short.gguf")).toEqual(["split/t-00001-of-00002.gguf"]);
  });

  it("takes names with spaces, in other scripts and very long ones", async () => {
    const names = ["a model of mine.gguf", "модель 模型 نموذج.gguf", `${"l".repeat(240)}.gguf`];
    for (const name of names) put(name);
    expect((await found("")).toSorted()).toEqual(names.toSorted());
    for (const name of names) expect(await found(name)).toEqual([name]);
  });

  it("refuses what is missing, of another kind, or an empty folder, with the fix", async () => {
    mkdirSync(join(folder, "empty"));
    writeFileSync(join(folder, "notes.txt"), "no model");
    expect(await refusal("none.gguf")).toMatch(/no such file or folder\. Name a \.gguf file/);
    expect(await refusal("empty")).toMatch(/no model in this folder\. Put \.gguf files there/);
    expect(await refusal("notes.txt")).toMatch(/not a GGUF file .*Name a model in that format/);
    await expect(findModels(["/dev/null"])).rejects.toThrow(/^\/dev\/null: neither a file nor a folder/);
  });

  it("leaves a damaged file to the check", async () => {
    writeFileSync(join(folder, "text.gguf"), "no model");
    expect(await found("text.gguf")).toEqual(["text.gguf"]);
  });
});

import { execFileSync } from "node:child_process";
import { linkSync, mkdtempSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { hashModel } from "../../src/gguf/hash.ts";
import { describeAll } from "../../src/model-folders/described.ts";
import { type Found, findOnDisk } from "../../src/model-folders/find.ts";
import { modelsNamed } from "../../src/model-folders/names.ts";
import type { Surroundings } from "../../src/model-folders/tool.ts";
import { ggufBytes, huggingFaceFile, ollamaModel, shippedModel, written } from "./made-folders.ts";

let folder = "";
let home = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "longhaul-find-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  home = mkdtempSync(join(folder, "home-"));
});

function here(env: Surroundings["env"] = {}): Surroundings {
  return { env, home, currentFolder: join(home, "current"), root: join(home, "root") };
}

function find(...named: string[]): Found {
  return findOnDisk(
    named.map((name) => join(home, name)),
    here(),
  );
}

function namesOf({ files }: Found): string[][] {
  return files.map(({ names }) => names.map(({ tool, name }) => `${tool}: ${name}`));
}

const ollamas = ".ollama/models";
const hub = ".cache/huggingface/hub";
const model = ggufBytes();

describe("findOnDisk", () => {
  it("looks in all known places, LONGHAUL_MODELS and the current folder", () => {
    const own = [join(home, "own"), join(home, "none")];
    ollamaModel(
      join(home, ollamas),
      ["registry.ollama.ai", "library", "a", "1b"],
      [{ bytes: ggufBytes({ a: 1 }) }],
    );
    huggingFaceFile(join(home, hub), "org/repo", "b.gguf", ggufBytes({ b: 1 }));
    written(join(home, ".cache/llama.cpp/c.gguf"), ggufBytes({ c: 1 }));
    written(join(home, ".lmstudio/models/p/r/d.gguf"), ggufBytes({ d: 1 }));
    written(join(home, "jan/models/e/e.gguf"), ggufBytes({ e: 1 }));
    written(join(home, ".local/share/nomic.ai/GPT4All/f.gguf"), ggufBytes({ f: 1 }));
    written(join(home, "own/g.gguf"), ggufBytes({ g: 1 }));
    written(join(home, "current/1/2/3/h.gguf"), ggufBytes({ h: 1 }));
    written(join(home, "current/1/2/3/4/too-deep.gguf"), model);
    written(join(home, "current/node_modules/m.gguf"), model);
    written(join(home, "root/usr/share/ollama/.ollama/models/x"), "");
    const found = findOnDisk([], here({ LONGHAUL_MODELS: own.join(":") }));
    expect(namesOf(found)).toEqual([
      ["Ollama: a:1b"],
      ["Hugging Face: org/repo/b"],
      ["llama.cpp: c"],
      ["LM Studio: p/r/d"],
      ["Jan: e"],
      ["GPT4All: f"],
      ["null: g"],
      ["null: h"],
    ]);
    expect(found.folders.map(({ path }) => path.slice(home.length + 1))).toEqual([
      ".ollama/models",
      "root/usr/share/ollama/.ollama/models",
      hub,
      ".cache/llama.cpp",
      ".lmstudio/models",
      "jan",
      ".local/share/nomic.ai/GPT4All",
      "own",
      "current",
    ]);
  });

  it("knows whose a folder is that was named by its layout", () => {
    ollamaModel(join(home, "x"), ["hf.co", "org", "repo", "Q8_0"], [{ bytes: model }]);
    huggingFaceFile(join(home, "y"), "org/repo", "b.gguf", ggufBytes({ b: 1 }));
    written(join(home, "z/sub/m.gguf"), ggufBytes({ c: 1 }));
    written(join(home, "z/no-ending"), ggufBytes({ d: 1 }));
    written(join(home, "z/readme.txt"), model);
    expect(namesOf(find("x", "y", "z"))).toEqual([
      ["Ollama: hf.co/org/repo:Q8_0"],
      ["Hugging Face: org/repo/b"],
      ["null: no-ending"],
      ["null: m"],
    ]);
    expect(() => find("none")).toThrow(/none: no such file or folder\. Name a folder/);
  });

  it("joins one file reached by links, by a tool's hash, and by a hash that is known", async () => {
    ollamaModel(join(home, "ollama"), ["registry.ollama.ai", "library", "m", "1b"], [{ bytes: model }]);
    huggingFaceFile(join(home, "hub"), "org/repo", "m.gguf", model);
    const plain = written(join(home, "plain/copy.gguf"), model);
    linkSync(plain, join(home, "plain/hard.gguf"));
    symlinkSync(plain, join(home, "plain/soft.gguf"));
    const joined = ["Ollama: m:1b", "Hugging Face: org/repo/m"];
    const copies = ["null: copy", "null: hard", "null: soft"];
    expect(namesOf(find("ollama", "hub", "plain"))).toEqual([joined, copies]);
    // What a tool says of its file is not what was found out.
    expect(find("ollama", "hub", "plain").files.map(({ sha256 }) => sha256)).toEqual([null, null]);
    const sha256 = await hashModel([plain]);
    const found = find("ollama", "hub", "plain");
    expect(namesOf(found)).toEqual([[...joined, ...copies]]);
    expect(found.files[0]?.sha256).toBe(sha256);
  });

  it("finds a tool's folder in the one above it, and what else lies there", () => {
    ollamaModel(join(home, "x/models"), ["registry.ollama.ai", "library", "m", "1b"], [{ bytes: model }]);
    huggingFaceFile(join(home, "y/hub"), "org/repo", "b.gguf", ggufBytes({ b: 1 }));
    written(join(home, "y/other.gguf"), ggufBytes({ c: 1 }));
    expect(namesOf(find("x", "y"))).toEqual([
      ["Ollama: m:1b"],
      ["Hugging Face: org/repo/b"],
      ["null: other"],
    ]);
  });

  it("takes a split model as one, whichever parts are there", () => {
    for (const part of [2, 3]) written(join(home, `s/m-0000${part}-of-00003.gguf`), model);
    const [file, ...more] = find("s").files;
    expect(more).toEqual([]);
    expect(file?.parts).toEqual([1, 2, 3].map((part) => join(home, `s/m-0000${part}-of-00003.gguf`)));
  });

  it("opens no pipe, whoever leads to it", { timeout: 10_000 }, async () => {
    for (const name of ["f/pipe.gguf", "f/pipe"]) {
      written(join(home, "f/m.gguf"), model);
      execFileSync("mkfifo", [join(home, name)]);
    }
    written(join(home, "llamacpp/models/j/model.yml"), `model_path: ${join(home, "f/pipe.gguf")}\n`);
    const found = findOnDisk([join(home, "f"), home], here());
    expect(namesOf(found)).toEqual([["null: m"]]);
    expect(found.others).toMatchObject([{ kind: "broken", tool: "Jan", name: "j" }]);
    await describeAll(found.files.map(({ parts }) => parts));
  });

  it("tells of a link to nothing, and of a note that leads to nothing", () => {
    written(join(home, "f/m.gguf"), model);
    symlinkSync(join(home, "gone"), join(home, "f/dangling.gguf"));
    expect(find("f").others).toEqual([
      { kind: "broken", tool: null, name: "dangling", path: join(home, "f/dangling.gguf") },
    ]);
  });
});

describe("describeAll", () => {
  const described = async (bytes: Buffer): ReturnType<typeof one> =>
    one(written(join(home, "m.gguf"), bytes));
  const one = async (...parts: string[]) => {
    const [found] = await describeAll([parts]);
    if (found === undefined) throw new Error("nothing");
    return found;
  };

  it("tells what a header says, types by the tensors that are there", async () => {
    const told = await described(
      ggufBytes(
        { "general.file_type": 15, "tokenizer.chat_template": "{% if enable_thinking %}" },
        {
          tensors: [
            { name: "a.weight", shape: [256, 3], type: 12, bytes: 3 * 144 },
            { name: "b.weight", shape: [256], type: 14, bytes: 210 },
          ],
        },
      ),
    );
    expect(told).toMatchObject({
      architecture: "llama",
      parameters: 1024,
      quantization: "Q4_K_M",
      weights: [
        { type: "Q4_K", share: 0.75 },
        { type: "Q6_K", share: 0.25 },
      ],
      trainContextLength: 4096,
      hasTemplate: true,
      canReason: true,
      // 2 layers of 2 heads, 8 values of 16 bits in key and value each.
      kvBytesPerToken: 2 * 2 * 16 * 2,
      apart: null,
    });
    expect(await described(ggufBytes({ "llama.attention.kv_lora_rank": 4 }))).toMatchObject({
      hasTemplate: false,
      canReason: false,
      kvBytesPerToken: null,
    });
  });

  it.each([
    ["projector", { "general.type": "mmproj" }],
    ["projector", { "general.architecture": "clip" }],
    ["adapter", { "general.type": "adapter" }],
    ["imatrix", { "general.type": "imatrix" }],
    ["embedder", { "general.architecture": "nomic-bert" }],
    ["embedder", { "general.architecture": "qwen3", "qwen3.pooling_type": 3 }],
    ["reranker", { "general.architecture": "bert", "bert.pooling_type": 4 }],
    ["draft", { "general.architecture": "eagle3" }],
    ["speech", { "general.architecture": "qwen3tts" }],
    ["unloadable", { "general.architecture": "mllama" }],
  ])("knows that a file is %s by %j", async (kind, metadata) => {
    expect((await described(ggufBytes(metadata))).apart?.kind).toBe(kind);
  });

  it("knows vocabularies, rerankers by their head, missing parts and damage", async () => {
    expect((await described(ggufBytes({}, { tensors: [] }))).apart?.kind).toBe("vocabulary");
    const head = ggufBytes(
      { "general.architecture": "qwen3" },
      { tensors: [{ name: "cls.output.weight", shape: [2] }] },
    );
    expect((await described(head)).apart?.kind).toBe("reranker");
    const part = written(join(home, "m-00001-of-00002.gguf"), model);
    expect((await one(part, join(home, "m-00002-of-00002.gguf"))).apart).toEqual({
      kind: "parts",
      detail: "m-00002-of-00002.gguf",
    });
    const cut = await described(ggufBytes({}, { keyCount: 90n }));
    expect(cut.apart).toMatchObject({
      kind: "damaged",
      detail: expect.stringMatching(/^m\.gguf cannot be used: /),
    });
  });

  // To read it takes minutes.
  it("reads nothing behind the header of a file of 200 GB that is a hole", { timeout: 30_000 }, async () => {
    const path = shippedModel(join(home, "huge.gguf"));
    truncateSync(path, 200e9);
    const { bytes, tensorBytes } = await one(path);
    expect(bytes).toBe(200e9);
    expect(tensorBytes).toBeGreaterThan(199e9);
  });

  it("reads again what could not be read", async () => {
    const path = written(join(home, "m.gguf"), "GGUF");
    expect((await one(path)).apart?.kind).toBe("damaged");
    written(path, ggufBytes());
    expect((await one(path)).apart).toBeNull();
  });

  it("remembers a file until it changes", async () => {
    const path = written(join(home, "m.gguf"), ggufBytes());
    const before = await one(path);
    expect(await one(path)).toEqual(before);
    written(path, ggufBytes({ "llama.context_length": 99_999 }));
    expect((await one(path)).trainContextLength).toBe(99_999);
  });
});

describe("modelsNamed", () => {
  const named = async (text: string): Promise<string[]> =>
    (await modelsNamed(text, here())).map(({ by }) => by.name);

  it("takes a whole name first, then any name that holds the text from a word's beginning on", async () => {
    const names = ["qwen3/8b", "qwen3/latest", "qwen3.5/1b", "distill-qwen/1b"];
    for (const [index, name] of names.entries()) {
      const [called = "", tag = ""] = name.split("/");
      ollamaModel(
        join(home, ollamas),
        ["registry.ollama.ai", "library", called, tag],
        [{ bytes: ggufBytes({ n: index }) }],
      );
    }
    written(join(home, "current/Qwen3-mmproj.gguf"), ggufBytes({ "general.type": "mmproj" }));
    expect(await named("QWEN3")).toEqual(["qwen3:latest"]);
    expect(await named("qwen3:")).toEqual(["qwen3:8b", "qwen3:latest"]);
    expect(await named("3.5")).toEqual([]);
    expect(await named("qwen3.")).toEqual(["qwen3.5:1b"]);
    expect(await named("distill")).toEqual(["distill-qwen:1b"]);
    expect(await named("llama")).toEqual([]);
  });
});

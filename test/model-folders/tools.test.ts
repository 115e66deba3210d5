import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { gpt4all } from "../../src/model-folders/gpt4all.ts";
import { huggingFace } from "../../src/model-folders/hugging-face.ts";
import { jan } from "../../src/model-folders/jan.ts";
import { llamaCpp } from "../../src/model-folders/llama-cpp.ts";
import { lmStudio } from "../../src/model-folders/lm-studio.ts";
import { ollama } from "../../src/model-folders/ollama.ts";
import type { Surroundings, Tool } from "../../src/model-folders/tool.ts";
import {
  ggufBytes,
  huggingFaceFile,
  linkedBlob,
  ollamaBlob,
  ollamaModel,
  sha256Of,
  written,
} from "./made-folders.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "longhaul-tools-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const model = ggufBytes();
const other = ggufBytes({ "general.name": "other" });

function here(env: Surroundings["env"] = {}): Surroundings {
  return { env, home: "/home/me", currentFolder: "/home/me", root: "/" };
}

/** "kind name path" of all that a tool sees, paths from the folder on. */
function seen(tool: Tool, at = folder): string[] {
  return [...tool.read(at)].map((one) =>
    [one.kind, ...(one.kind === "closed" ? [] : [one.name]), one.path.slice(folder.length + 1)].join(" "),
  );
}

describe("Ollama", () => {
  const small = ["registry.ollama.ai", "library", "llama3.2", "3b"] as const;
  const blobOf = (bytes: Buffer): string => `blobs/sha256-${sha256Of(bytes)}`;

  it("names models as ollama list does: its own host and namespace are left out", () => {
    ollamaModel(folder, small, [{ bytes: model }]);
    ollamaModel(folder, ["registry.ollama.ai", "someone", "theirs", "latest"], [{ bytes: model }]);
    ollamaModel(folder, ["hf.co", "org", "repo", "Q4_K_M"], [{ bytes: other }]);
    expect(ollama.isLaidOut(folder)).toBe(true);
    expect(seen(ollama)).toEqual([
      `file hf.co/org/repo:Q4_K_M ${blobOf(other)}`,
      `file llama3.2:3b ${blobOf(model)}`,
      `file someone/theirs:latest ${blobOf(model)}`,
    ]);
  });

  it("takes the newer tree's manifest where both have one", () => {
    ollamaModel(folder, small, [{ bytes: model }]);
    ollamaModel(folder, small, [{ bytes: other }], "manifests-v2");
    expect(seen(ollama)).toEqual([`file llama3.2:3b ${blobOf(other)}`]);
  });

  it("takes the GGUF of a manifest that lists several, and says MLX where there is none", () => {
    const digest = ollamaBlob(folder, model);
    const layers = [{ mediaType: "application/vnd.ollama.image.model", digest }];
    const child = ollamaBlob(folder, Buffer.from(JSON.stringify({ layers })));
    const mlx = { runner: "mlx", format: "safetensors", digest: `sha256:${"0".repeat(64)}` };
    const list = (children: readonly unknown[]): string =>
      JSON.stringify({
        mediaType: "application/vnd.ollama.manifest.list.v2+json",
        manifests: children,
      });
    const at = (name: string): string =>
      join(folder, "manifests-v2", "registry.ollama.ai", "library", name, "1b");
    linkedBlob(folder, at("both"), list([mlx, { runner: "llamacpp", format: "gguf", digest: child }]));
    linkedBlob(folder, at("old"), list([{ runner: "ollama", digest: child }]));
    linkedBlob(folder, at("only"), list([mlx]));
    expect(seen(ollama)).toEqual(
      [
        `file both:1b ${blobOf(model)}`,
        "mlx only:1b manifests-v2/registry.ollama.ai/library/only/1b",
        `file old:1b ${blobOf(model)}`,
      ].toSorted((one, two) => one.split(" ")[1]!.localeCompare(two.split(" ")[1]!)),
    );
  });

  it("knows blobs with a colon, adapters and projectors", () => {
    const layers = [
      { bytes: model },
      { kind: "projector", bytes: other },
      { kind: "adapter", bytes: Buffer.from("adapter") },
      { kind: "template", bytes: Buffer.from("{{ .Prompt }}") },
    ];
    ollamaModel(folder, small, layers);
    rmSync(join(folder, blobOf(model)));
    ollamaBlob(folder, model, ":");
    const [first, second] = [...ollama.read(folder)];
    expect(first).toEqual({
      kind: "file",
      name: "llama3.2:3b",
      path: join(folder, `blobs/sha256:${sha256Of(model)}`),
      sha256: sha256Of(model),
      adapters: [join(folder, blobOf(Buffer.from("adapter")))],
    });
    expect(second).toMatchObject({ kind: "file", path: join(folder, blobOf(other)) });
  });

  it.each([
    ["no JSON", "{"],
    ["JSON of another kind", "[1]"],
    ["a manifest without a model", '{"layers":[]}'],
    [
      "a digest that leads out of the folder",
      '{"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../x"}]}',
    ],
  ])("tells of a broken manifest in one line: %s", (_, text) => {
    ollamaModel(folder, ["registry.ollama.ai", "library", "whole", "latest"], [{ bytes: model }]);
    written(join(folder, "manifests/registry.ollama.ai/library/bad/latest"), text);
    expect(seen(ollama)).toEqual([
      "broken bad:latest manifests/registry.ollama.ai/library/bad/latest",
      `file whole:latest ${blobOf(model)}`,
    ]);
  });

  it("is looked for where the variable says, at home, and where its service has it", () => {
    expect(ollama.folders(here({ OLLAMA_MODELS: "/data" }))).toEqual([
      "/data",
      "/home/me/.ollama/models",
      "/usr/share/ollama/.ollama/models",
    ]);
  });
});

describe("Hugging Face", () => {
  it("names files by repository, from the snapshot that main means, and other revisions by theirs", () => {
    huggingFaceFile(folder, "org/repo", "m-Q4.gguf", model, "aaaaaaa1");
    huggingFaceFile(folder, "org/repo", "same.gguf", model, "bbbbbbb2");
    huggingFaceFile(folder, "org/repo", "sub/m-Q8.gguf", other, "bbbbbbb2");
    huggingFaceFile(folder, "org/repo", "m-Q4.gguf", ggufBytes({ "general.name": "new" }), "bbbbbbb2");
    written(join(folder, "models--org--repo", "snapshots", "ccccccc3", "m-Q4.gguf"), other);
    const at = "models--org--repo/snapshots";
    expect(huggingFace.isLaidOut(folder)).toBe(true);
    expect(seen(huggingFace)).toEqual([
      `file org/repo/m-Q4.gguf ${at}/bbbbbbb2/m-Q4.gguf`,
      `file org/repo/same.gguf ${at}/bbbbbbb2/same.gguf`,
      `file org/repo/sub/m-Q8.gguf ${at}/bbbbbbb2/sub/m-Q8.gguf`,
      `file org/repo/m-Q4.gguf@ccccccc ${at}/ccccccc3/m-Q4.gguf`,
    ]);
    expect([...huggingFace.read(folder)][0]).toMatchObject({
      sha256: sha256Of(ggufBytes({ "general.name": "new" })),
    });
  });

  it("tells safetensors from MLX, once for a repository", () => {
    const bytes = Buffer.from("weights");
    for (const file of ["a.safetensors", "b.safetensors"]) huggingFaceFile(folder, "org/plain", file, bytes);
    huggingFaceFile(folder, "org/apple", "model.safetensors", bytes);
    huggingFaceFile(folder, "org/apple", "config.json", Buffer.from('{"quantization":{"group_size":64}}'));
    huggingFaceFile(folder, "mlx-community/named", "model.safetensors", bytes);
    expect(seen(huggingFace).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "mlx mlx-community/named",
      "mlx org/apple",
      "safetensors org/plain",
    ]);
  });

  it("is looked for in the order of its variables", () => {
    const env = { HF_HOME: "/hf", HF_HUB_CACHE: "/hub", HUGGINGFACE_HUB_CACHE: "/old", XDG_CACHE_HOME: "/x" };
    expect(huggingFace.folders(here(env))).toEqual([
      "/hub",
      "/old",
      "/hf/hub",
      "/x/huggingface/hub",
      "/home/me/.cache/huggingface/hub",
    ]);
  });
});

describe("llama.cpp", () => {
  it("names the flat files of earlier versions by their manifests", () => {
    written(join(folder, "org_repo_sub_m-Q4.gguf"), model);
    written(join(folder, "alone.gguf"), other);
    const manifest = JSON.stringify({ ggufFile: { rfilename: "sub/m-Q4.gguf" } });
    written(join(folder, "manifest=org=repo=latest.json"), manifest);
    written(join(folder, "manifest=org=repo=Q4_K_M.json"), manifest);
    written(join(folder, "manifest=org=bad=latest.json"), "{");
    expect(llamaCpp.isLaidOut(folder)).toBe(true);
    expect(seen(llamaCpp)).toEqual([
      "broken org/bad:latest manifest=org=bad=latest.json",
      "file alone.gguf alone.gguf",
      "file org/repo:Q4_K_M org_repo_sub_m-Q4.gguf",
      "file org/repo:latest org_repo_sub_m-Q4.gguf",
    ]);
  });

  it("has Hugging Face's layout since", () => {
    huggingFaceFile(folder, "org/repo", "m.gguf", model);
    expect(seen(llamaCpp)).toEqual([
      "file org/repo/m.gguf models--org--repo/snapshots/1111111aaaaaaa/m.gguf",
    ]);
    expect(llamaCpp.folders(here({ LLAMA_CACHE: "/mine" }))[0]).toBe("/mine");
  });
});

describe("LM Studio", () => {
  it("is found where its settings and its pointer lead, and in its newer and older home", () => {
    written(join(folder, ".lmstudio-home-pointer"), `${join(folder, "moved")}\n`);
    written(join(folder, "moved", "settings.json"), JSON.stringify({ downloadsFolder: "/disk" }));
    expect(lmStudio.folders({ ...here(), home: folder })).toEqual([
      "/disk",
      join(folder, "moved/models"),
      join(folder, ".lmstudio/models"),
      join(folder, ".cache/lm-studio/models"),
    ]);
  });

  it("names files by publisher and repository", () => {
    written(join(folder, "publisher/repo/m-Q4.gguf"), model);
    written(join(folder, "publisher/split/m-00001-of-00002.gguf"), model);
    written(join(folder, "publisher/split/m-00002-of-00002.gguf"), model);
    expect(seen(lmStudio)).toEqual([
      "file publisher/repo/m-Q4.gguf publisher/repo/m-Q4.gguf",
      "file publisher/split/m-00001-of-00002.gguf publisher/split/m-00001-of-00002.gguf",
    ]);
  });
});

describe("Jan", () => {
  it("names files by id, wherever its note leads, and those of earlier versions by their folder", () => {
    const note = (lines: string): string => `name: Some\n${lines}\nsize_bytes: 64\n`;
    const models = join(folder, "llamacpp/models");
    written(join(models, "one/model.yml"), note("model_path: llamacpp/models/one/model.gguf"));
    written(join(models, "one/model.gguf"), model);
    written(
      join(models, "org/two/model.yml"),
      note("model_path: /elsewhere/two.gguf\nmmproj_path: llamacpp/p.gguf"),
    );
    written(join(models, "bad/model.yml"), "a: [");
    written(join(folder, "models/older/m.gguf"), model);
    expect(jan.isLaidOut(folder)).toBe(true);
    expect([...jan.read(folder)]).toEqual([
      { kind: "broken", name: "bad", path: join(models, "bad/model.yml") },
      { kind: "file", name: "one", path: join(models, "one/model.gguf") },
      { kind: "file", name: "org/two", path: "/elsewhere/two.gguf" },
      { kind: "file", name: "org/two", path: join(folder, "llamacpp/p.gguf") },
      { kind: "file", name: "older", path: join(folder, "models/older/m.gguf") },
    ]);
  });
});

describe("GPT4All", () => {
  it("has files side by side", () => {
    written(join(folder, "Some.Q4_0.gguf"), model);
    written(join(folder, "incomplete-Some.Q4_0.gguf.part"), "x");
    expect(seen(gpt4all)).toEqual(["file Some.Q4_0.gguf Some.Q4_0.gguf"]);
    expect(gpt4all.folders(here())[0]).toBe("/home/me/.local/share/nomic.ai/GPT4All");
  });
});

describe("folders", () => {
  it("are gone through once, links in a circle too", () => {
    written(join(folder, "a/m.gguf"), model);
    symlinkSync(folder, join(folder, "a/back"));
    expect(seen(lmStudio)).toEqual(["file a/m.gguf a/m.gguf"]);
  });

  it("that are not there hold nothing", () => {
    for (const tool of [ollama, huggingFace, llamaCpp, lmStudio, jan, gpt4all]) {
      expect([...tool.read(join(folder, "none"))]).toEqual([]);
      expect(tool.isLaidOut(join(folder, "none"))).toBe(false);
    }
  });
});

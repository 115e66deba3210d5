import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  ggufBytes,
  huggingFaceFile,
  ollamaModel,
  shippedModel,
  written,
} from "../model-folders/made-folders.ts";
import { longhaulAt, madeHome, top } from "./at-home.ts";

interface FoundJson {
  readonly schemaVersion: number;
  readonly models: readonly {
    readonly names: readonly { readonly tool: string | null; readonly name: string; readonly path: string }[];
    readonly path: string;
    readonly lastResult: { readonly run: number; readonly task: string } | null;
    readonly fits: Readonly<Record<"bytes" | "onCpu" | "onGpu" | "onBoth", unknown>>;
  }[];
  readonly room: { readonly gpuBytes: number | null };
  readonly apart: readonly { readonly kind: string; readonly names: readonly { readonly name: string }[] }[];
  readonly closed: readonly { readonly path: string }[];
}

async function documentAt(home: string, ...args: readonly string[]): Promise<FoundJson> {
  const { code, stdout, stderr } = await longhaulAt(home, ["models", "--json", ...args]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as FoundJson;
}

const small = ["registry.ollama.ai", "library", "llama3.2", "3b"] as const;

describe("longhaul models", () => {
  it("lists what all tools keep, one file once, and apart from them what answers nothing", async () => {
    const home = madeHome();
    const model = ggufBytes({ "tokenizer.chat_template": "{{ messages }}" });
    ollamaModel(join(home, ".ollama/models"), small, [{ bytes: model }]);
    written(join(home, ".ollama/models/manifests/registry.ollama.ai/library/bad/1b"), "{");
    huggingFaceFile(join(home, ".cache/huggingface/hub"), "org/repo", "m-Q4.gguf", model);
    written(join(home, "work/mmproj.gguf"), ggufBytes({ "general.type": "mmproj" }));
    written(join(home, "work/new.gguf"), ggufBytes({ "general.architecture": "not-yet" }));
    written(join(home, "work/safe/model.safetensors"), "x");
    const { code, stdout, stderr } = await longhaulAt(home, ["models"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("\u001b");
    const [title = "", line = "", ...rest] = stdout.split("\n");
    expect(title).toMatch(
      /^model +quant +weights +architecture +parameters +size +context +chat +fits here$/,
    );
    expect(line).toMatch(
      /^llama3\.2:3b \(Ollama\) +F32 +F32 100 % +llama +\S+M +\S+ kB +4,096 +template +≈ .*CPU, \S+ kB {2}= org\/repo\/m-Q4 \(Hugging Face\)$/,
    );
    const text = rest.join("\n");
    expect(text).toMatch(/^bad:1b \(Ollama\) +its tool's note about it cannot be read/m);
    expect(text).toMatch(/^~\/work\/mmproj\.gguf +a projector for images or sound$/m);
    expect(text).toMatch(
      /^~\/work\/new\.gguf +the llama\.cpp of this program does not know .* \(not-yet\)$/m,
    );
    expect(text).toMatch(/^~\/work\/safe +safetensors: a run takes GGUF$/m);
    expect(text).toMatch(/^Ollama's own templates and parameters are not used: /m);
    expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/ run llama3\.2:3b$/);
  });

  it("has a document of the same", async () => {
    const home = madeHome();
    const model = shippedModel(join(home, "work/m.gguf"));
    const { schemaVersion, models, apart, closed } = await documentAt(home);
    expect({ schemaVersion, apart, closed }).toEqual({ schemaVersion: 1, apart: [], closed: [] });
    expect(models).toMatchObject([
      {
        names: [{ tool: null, name: "m", path: model }],
        path: model,
        parts: [model],
        bytes: 756_000,
        architecture: "llama",
        parameters: 324_600,
        quantization: "F16",
        trainContextLength: 4096,
        hasTemplate: true,
        canReason: false,
        fits: { onCpu: true },
        lastResult: null,
      },
    ]);
  });

  it("says that there is none, and refuses a folder that is not there", async () => {
    const home = madeHome();
    const { code, stdout } = await longhaulAt(home, ["models"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^No model was found in 1 folder: ~\/work\. Any GGUF file will do, .* with longhaul models FOLDER\. Two small reference models ship with the program: node \S+ run\n$/,
      ),
    ]);
    const none = await longhaulAt(home, ["models", "none"]);
    expect([none.code, none.stdout]).toEqual([2, ""]);
    expect(none.stderr).toMatch(/^longhaul: none: no such file or folder\. Name a folder that holds models/);
  });

  it("tells of a folder that this user may not read, with the cure", async (context) => {
    const home = madeHome();
    ollamaModel(join(home, ".ollama/models"), small, [{ bytes: ggufBytes() }]);
    shippedModel(join(home, "work/m.gguf"));
    chmodSync(join(home, ".ollama"), 0o700);
    for (const folder of [top, home, join(home, "work")]) chmodSync(folder, 0o755);
    const isRoot = process.getuid?.() === 0;
    const closed = join(home, ".ollama/models");
    if (!isRoot) chmodSync(join(home, ".ollama"), 0o000);
    const { code, stdout, stderr } = await longhaulAt(
      home,
      ["models", "--json"],
      isRoot ? 65_534 : undefined,
    );
    if (!isRoot) chmodSync(join(home, ".ollama"), 0o700);
    if (/EACCES.*main\.js|Cannot find module/.test(stderr))
      return context.skip("another user may not read this program");
    expect(code).toBe(0);
    expect(stderr).toBe(
      `longhaul: ${closed}: this user may not read it. Join its group (sudo usermod -aG ollama $USER, then log in again), or leave it out by naming folders.\n`,
    );
    const document = JSON.parse(stdout) as FoundJson;
    expect(document.closed).toEqual([{ tool: "Ollama", path: closed }]);
    expect(document.models).toHaveLength(1);
  });
});

describe("a model's name", () => {
  it("stands for its file where only one is called so, and its result is told from then on", async () => {
    const home = madeHome();
    const model = shippedModel(join(home, ".lmstudio/models/us/Late-GGUF/late-f16.gguf"));
    const run = ["run", "late", "--rollouts", "2", "--turns", "3", "--parallel", "2", "--json"];
    const { code, stdout, stderr } = await longhaulAt(home, run);
    expect(stderr).toMatch(new RegExp(`^late: us/Late-GGUF/late-f16, ${model}$`, "m"));
    expect(code).toBe(0);
    const { runs } = JSON.parse(stdout) as { runs: readonly { readonly model: { readonly name: string } }[] };
    expect(runs[0]?.model.name).toBe("us/Late-GGUF/late-f16");
    expect((await documentAt(home)).models[0]?.lastResult).toMatchObject({ run: 1, task: "dict-sum" });
    const listed = await longhaulAt(home, ["models"]);
    expect(listed.stdout).toMatch(/ last result\n.* (H50|\d+ % right).*, dict-sum, run 1\n/);
    // What changed since is another file.
    shippedModel(model, "early");
    expect((await documentAt(home)).models[0]?.lastResult).toBeNull();
  });

  it("that means several is refused with all of them; so is one that means none", async () => {
    const home = madeHome();
    const hub = join(home, ".cache/huggingface/hub");
    huggingFaceFile(hub, "org/repo", "m-Q4.gguf", ggufBytes({ a: 1 }));
    huggingFaceFile(hub, "org/repo", "m-Q8.gguf", ggufBytes({ a: 2 }));
    const suite = resolve(import.meta.dirname, "../../bench/suites/quick.yaml");
    for (const command of [["run"], ["speed"], ["suite", "plan", suite]]) {
      const { code, stdout, stderr } = await longhaulAt(home, [...command, "repo"]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(
        /^longhaul: repo: 2 models are called so: org\/repo\/m-Q4, org\/repo\/m-Q8\. Name one of them; see them all: node \S+ models\n$/,
      );
    }
    const none = await longhaulAt(home, ["run", "other"]);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(
      /^longhaul: other: no such file or folder, and no model is called so\. See what is there: node \S+ models\n$/,
    );
    const gone = await longhaulAt(home, ["run", "./other.gguf"]);
    expect(gone.stderr).toMatch(/^longhaul: \.\/other\.gguf: no such file or folder\. Name a \.gguf file/);
  });

  it("goes behind a path that exists", async () => {
    const home = madeHome();
    shippedModel(join(home, ".lmstudio/models/us/repo/late.gguf"));
    mkdirSync(join(home, "work/late"));
    const { code, stderr } = await longhaulAt(home, ["run", "late"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^longhaul: late: no model in this folder/)]);
  });
});

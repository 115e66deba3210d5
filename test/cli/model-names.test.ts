import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { modelFiles, movedModel } from "../../src/cli/model-names.ts";
import { suiteModels } from "../../src/suites/models.ts";
import { readSuite } from "../../src/suites/read-suite.ts";
import {
  ggufBytes,
  huggingFaceFile,
  ollamaModel,
  sha256Of,
  shippedModel,
  written,
} from "../model-folders/made-folders.ts";
import { madeHome } from "./at-home.ts";

const bytes = readFileSync(resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf"));
const home = madeHome();
const models = join(home, ".ollama/models");
const blob = join(models, "blobs", `sha256-${sha256Of(bytes)}`);
const names = async (...given: readonly string[]): Promise<unknown> =>
  (await modelFiles(given, true)).map(({ name }) => name ?? null);

beforeAll(() => {
  for (const name of Object.keys(process.env).filter((one) =>
    /^(HF_|OLLAMA|LLAMA_|XDG_|LONGHAUL_)/.test(one),
  ))
    vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  ollamaModel(models, ["registry.ollama.ai", "library", "late", "3b"], [{ bytes }]);
  ollamaModel(models, ["registry.ollama.ai", "library", "late", "latest"], [{ bytes }]);
});
afterAll(() => vi.unstubAllEnvs());

describe("a model that a tool keeps is called as the tool calls it", () => {
  it("by its name, by its path and in a folder", async () => {
    for (const given of ["late:3b", "LATE:3B", blob, models]) expect(await names(given)).toEqual(["late:3b"]);
    // The name that was meant, of a file that has two; once, however often it is named.
    expect(await names("late")).toEqual(["late:latest"]);
    expect(await names("late", blob)).toEqual(["late:latest"]);
  });

  it("on a disk that no setting names, by its layout", async () => {
    const elsewhere = join(home, "disk/ollama");
    ollamaModel(elsewhere, ["registry.ollama.ai", "me", "own", "1b"], [{ bytes }]);
    expect(await names(join(elsewhere, "blobs", `sha256-${sha256Of(bytes)}`))).toEqual(["me/own:1b"]);
    huggingFaceFile(join(home, "disk/hub"), "org/repo", "m-Q4.gguf", ggufBytes({ a: 1 }));
    const folder = join(home, "disk/hub/models--org--repo");
    const link = join(folder, "snapshots/1111111aaaaaaa/m-Q4.gguf");
    for (const path of [link, join(folder, "blobs", sha256Of(ggufBytes({ a: 1 })))])
      expect(await names(path)).toEqual(["org/repo/m-Q4"]);
  });

  it("by publisher and folder where a tool lays files out so; a file of no tool by its own name", async () => {
    const path = shippedModel(join(home, ".lmstudio/models/us/Early-GGUF/early-f16.gguf"), "early");
    for (const given of ["us/Early-GGUF/early-f16", "us/Early-GGUF/early-f16.gguf", path])
      expect(await names(given)).toEqual(["us/Early-GGUF/early-f16"]);
    expect(await names(shippedModel(join(home, "plain.gguf"), "early"))).toEqual([null]);
  });

  it("in suites, by name from the command line and from the file", async () => {
    const experiment = "experiments:\n  - { use: horizon, rollouts: 2, turns: 3 }\n";
    const suite = (name: string, own: string): string =>
      written(join(home, `suites/${name}.yaml`), `name: ${name}\n${own}${experiment}`);
    const find = (wanted: Parameters<typeof modelFiles>[0]) => modelFiles(wanted, true);
    const called = async (file: string, ...given: readonly string[]): Promise<unknown> =>
      (await suiteModels(readSuite(file).suite, file, given, find)).map(({ name }) => name);
    const own = suite("own", "models: [late:3b]\n");
    for (const given of [[], ["late:3b"], [blob]]) expect(await called(own, ...given)).toEqual(["late:3b"]);
    shippedModel(join(home, "suites/late.gguf"));
    expect(await called(suite("path", "models: [late.gguf]\n"))).toEqual(["late"]);
    await expect(called(suite("gone", "models: [gone.gguf]\n"))).rejects.toThrow(
      `${join(home, "suites/gone.gguf")}: no such file or folder`,
    );
  });

  it("where a run's file is now, too; a folder of several is refused", async () => {
    expect(await movedModel({ model: "late:3b", quiet: true })).toBe(blob);
    expect(await movedModel({})).toBeNull();
    for (const name of ["a", "b"]) written(join(home, `two/${name}.gguf`), ggufBytes({ [name]: 1 }));
    await expect(movedModel({ model: join(home, "two") })).rejects.toThrow("holds 2 models");
  });
});

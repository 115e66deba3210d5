import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { ollamaModel, sha256Of } from "../model-folders/made-folders.ts";
import { longhaulAt, madeHome } from "./at-home.ts";

const late = readFileSync(resolve(import.meta.dirname, "../../models/longhaul-ref-late.gguf"));
const home = madeHome();
const models = join(home, ".ollama/models");
const blobOf = (bytes: Buffer): string => join(models, "blobs", `sha256-${sha256Of(bytes)}`);

async function shown(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await longhaulAt(home, args);
  expect(code, stderr).toBe(0);
  // A line to be typed next names it as it was named.
  expect((stdout + stderr).replaceAll(blobOf(late), "")).not.toContain("sha256-");
  return stdout;
}

it("a blob of Ollama's has its name in every table, and its rows stay one model under another name", async () => {
  ollamaModel(models, ["registry.ollama.ai", "library", "late", "3b"], [{ bytes: late }]);
  const short = ["--rollouts", "2", "--turns", "2", "--parallel", "1", "--quiet"];
  expect(await shown("run", blobOf(late), ...short)).toMatch(/^late:3b /m);
  ollamaModel(models, ["registry.ollama.ai", "library", "late", "latest"], [{ bytes: late }]);
  await shown("run", "late", ...short);
  expect((await shown("ls")).match(/late:\w+/g)?.toSorted()).toEqual(["late:3b", "late:latest"]);
  const { stdout } = await longhaulAt(home, ["compare", "late:3b", "late:latest", "--json"]);
  expect((JSON.parse(stdout) as { readonly groups: unknown }).groups).toHaveLength(1);
});

it("one that cannot be loaded is told by its name", async () => {
  const cut = late.subarray(0, 5000);
  ollamaModel(models, ["registry.ollama.ai", "library", "cut", "1b"], [{ bytes: cut }]);
  const { code, stdout, stderr } = await longhaulAt(home, ["run", blobOf(cut), "--quiet"]);
  expect(code).toBe(1);
  expect(stdout + stderr).toContain("cut:1b");
  expect(stdout + stderr).not.toContain("sha256-");
});

it("tests of speed are shown of the models that are named, as speed takes them", async () => {
  const [late3b, early] = [
    blobOf(late),
    resolve(import.meta.dirname, "../../models/longhaul-ref-early.gguf"),
  ];
  const db = ["--db", "speed.db"];
  await shown("speed", "late:3b", early, "-p", "8", "-n", "0", "-r", "1", "--quiet", ...db);
  const names = async (...given: readonly string[]): Promise<unknown> => {
    const document = JSON.parse(await shown("speed", ...given, "--stored", "--json", ...db)) as {
      readonly tests: readonly { readonly model: { readonly name: string } }[];
    };
    return document.tests.map(({ model }) => model.name);
  };
  expect(await names()).toEqual(["late:3b", "longhaul-ref-early"]);
  for (const given of ["late", late3b]) expect(await names(given)).toEqual(["late:3b"]);
  expect(await names("longhaul-ref-early")).toEqual(["longhaul-ref-early"]);
  const none = await longhaulAt(home, ["speed", "early", "--stored", ...db]);
  expect([none.code, none.stdout]).toEqual([2, ""]);
});

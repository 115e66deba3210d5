import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readGgufFileInfo } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { tasks } from "../../src/tasks/index.ts";
import { textHead } from "../../src/tasks/opening.ts";
import { words } from "../../src/tasks/words.ts";
import { taskSettings } from "../tasks/builders.ts";

const folder = join(import.meta.dirname, "../../models");
const files = readdirSync(folder).filter((name) => name.endsWith(".gguf"));

describe("the models that ship", () => {
  it("are at least two, in 3 MB together", () => {
    expect(files.length).toBeGreaterThanOrEqual(2);
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(3_000_000);
  });

  it("hold the wording of the tasks, each as one token, and every word", async () => {
    for (const name of files) {
      const { metadata } = await readGgufFileInfo(join(folder, name), {
        sourceType: "filesystem",
        logWarnings: false,
      });
      const tokens = new Set(metadata.tokenizer?.ggml?.tokens ?? []);
      for (const task of [tasks["dict-sum"], tasks.retrieval]) {
        expect(
          tokens.has(textHead(task, taskSettings()) + task.begin(0)),
          `${name}: ${task.name}'s wording; export the models again`,
        ).toBe(true);
      }
      for (const word of words) {
        expect(
          [word, `${word}: `, `${word}?`].every((text) => tokens.has(text)),
          `${name}: ${word}`,
        ).toBe(true);
      }
    }
  });

  it("are the files that the catalogue describes", () => {
    const path = join(folder, "catalogue.json");
    expect(existsSync(path)).toBe(true);
    const catalogue = JSON.parse(readFileSync(path, "utf8")) as {
      file: string;
      sha256: string;
      bytes: number;
    }[];
    expect(catalogue.map(({ file }) => file).toSorted()).toEqual(files.toSorted());
    for (const { file, sha256, bytes } of catalogue) {
      const content = readFileSync(join(folder, file));
      expect(content.length).toBe(bytes);
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
    }
  });
});

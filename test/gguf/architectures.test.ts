import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isLoadable, purposeOf } from "../../src/gguf/architectures.ts";

const bundle = resolve(import.meta.dirname, "../../node_modules/node-llama-cpp/llama/gitRelease.bundle");

describe("architectures", () => {
  it("are those that the pinned llama.cpp can load, by its own source", () => {
    const folder = mkdtempSync(join(tmpdir(), "longhaul-source-"));
    try {
      const git = (...args: string[]): string =>
        execFileSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 2 ** 24, stdio: "pipe" });
      execFileSync("git", ["clone", "--quiet", "--bare", bundle, folder], { stdio: "pipe" });
      const commit = git("rev-list", "--all", "-1").trim();
      const names = [
        ...git("show", `${commit}:src/llama-arch.cpp`).matchAll(/\{\s*(LLM_ARCH_\w+),\s*"([^"]+)"\s*\}/g),
      ];
      const made = new Set(
        git("show", `${commit}:src/llama-model.cpp`)
          .split("unsupported model architecture")[0]
          ?.match(/(?<=case )LLM_ARCH_\w+/g),
      );
      expect(made.size).toBeGreaterThan(100);
      const wrong = names.flatMap(([, constant = "", name = ""]) =>
        isLoadable(name) === made.has(constant) ? [] : [name],
      );
      expect(wrong).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("that are no models of text are told apart", () => {
    expect(["bert", "eagle3", "qwen3tts", "qwen3", "none"].map(purposeOf)).toEqual([
      "embedder",
      "draft",
      "speech",
      null,
      null,
    ]);
    expect(isLoadable("mllama")).toBe(false);
  });
});

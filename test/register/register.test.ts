import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Conclusion, outputOf } from "./world.ts";

const sentences = resolve(import.meta.dirname, "../../src/report/sentences");

const worlds = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".worlds.ts"));
const conclusions = (
  await Promise.all(
    worlds.map(async (name) => {
      const module = (await import(join(import.meta.dirname, name))) as {
        conclusions: readonly Conclusion[];
      };
      return module.conclusions;
    }),
  )
).flat();

/** "file.function" of every function that the folder of sentences exports. */
async function builders(): Promise<string[]> {
  const files = readdirSync(sentences).filter((name) => name.endsWith(".ts"));
  const found = await Promise.all(
    files.map(async (name) => {
      const module = (await import(join(sentences, name))) as Record<string, unknown>;
      return Object.keys(module)
        .filter((key) => typeof module[key] === "function")
        .map((key) => `${name.replace(/\.ts$/, "")}.${key}`);
    }),
  );
  return found.flat();
}

describe("the register of conclusions", () => {
  it("knows a world for every sentence, and every sentence it names exists", async () => {
    const named = new Set(conclusions.map(({ sentence }) => sentence));
    const built = await builders();
    expect(built.filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !built.includes(name))).toEqual([]);
  });

  describe.each(conclusions)("$sentence: $pattern", ({ pattern, said, unsaid, seeds = [1, 2] }) => {
    it.each(seeds)("is said where it is true, seed %i", { timeout: 60_000 }, async (seed) => {
      expect(await outputOf(said, seed)).toMatch(pattern);
    });

    it.each(seeds)("is not said where it is not, seed %i", { timeout: 60_000 }, async (seed) => {
      expect(await outputOf(unsaid, seed)).not.toMatch(pattern);
    });
  });
});

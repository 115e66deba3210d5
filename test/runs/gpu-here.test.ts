import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../cli/longhaul.ts";

// Built: a child process runs JavaScript.
const built = new URL("../../dist/runs/gpu-here.js", import.meta.url).href;
const { gpuHere } = (await import(built)) as typeof import("../../src/runs/gpu-here.ts");

const folder = temporaryFolder();

/** A child that does what is written there. */
function childThat(name: string, does: string): URL {
  const file = join(folder, name);
  writeFileSync(`${file}.js`, does);
  return pathToFileURL(file);
}

describe("gpuHere", () => {
  it("tells what llama.cpp has to put a model on, without one", async () => {
    const found = await gpuHere();
    expect(found).not.toBeNull();
    if (found?.vram != null) expect(found.vram.totalBytes).toBeGreaterThanOrEqual(found.vram.freeBytes);
  });

  it.each([
    ["aborts", "process.abort();"],
    ["fails", "throw new Error('no driver');"],
    ["says nothing", "process.exit(0);"],
    ["never answers", "setInterval(() => {}, 1000);"],
  ])("does not know it where its process %s", async (what, does) => {
    expect(await gpuHere(childThat(what.replace(" ", "-"), does))).toBeNull();
  });
});

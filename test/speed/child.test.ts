import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Patience } from "../../src/runs/watchdog.ts";
import type { TestJob } from "../../src/speed/messages.ts";
import { temporaryFolder } from "../cli/longhaul.ts";

// Built: a worker process runs JavaScript.
const built = new URL("../../dist/speed/child.js", import.meta.url).href;
const { SpeedChild } = (await import(built)) as typeof import("../../src/speed/child.ts");

const folder = temporaryFolder();
const patience: Patience = {
  silenceMs: 11_000,
  silenceAtStartMs: 12_000,
  idleAtLeastMs: 60_000,
  idleLoadingMs: 16_000,
  idleUnknownMs: 60_000,
};
const job = {} as TestJob;

/** A child that does what is written there with each request; it tells its process number as its result. */
function childThat(name: string, does: string) {
  const file = join(folder, name);
  writeFileSync(
    `${file}.js`,
    `const tell = () => process.send({ type: "tested", result: process.pid });
     const beat = (work) => process.send({ type: "alive", beat: { work, forecastMs: null, isInBatch: false } });
     process.on("disconnect", () => process.exit(0));
     process.on("message", () => { ${does} });`,
  );
  const child = new SpeedChild(1e6, patience, pathToFileURL(file));
  children.push(child);
  return { ask: () => child.test(job, () => undefined) as unknown as Promise<number>, child };
}

let children: InstanceType<typeof SpeedChild>[] = [];
afterEach(() => {
  for (const child of children) child.stop();
  children = [];
});

describe("a child that measures", () => {
  it("answers one request after the other", async () => {
    const { ask } = childThat("well", "tell();");
    expect(await ask()).toBe(await ask());
  });

  it("is started again where it died between two requests", async () => {
    const { ask } = childThat("dying", "tell();");
    const first = await ask();
    process.kill(first, "SIGKILL");
    await new Promise((done) => setTimeout(done, 500));
    expect(await ask()).not.toBe(first);
  });

  it("fails the request in which it dies, and the next has another", async () => {
    const { ask } = childThat("crashing", "process.kill(process.pid, 'SIGABRT');");
    for (const _ of [1, 2]) await expect(ask()).rejects.toMatchObject({ code: "crashed" });
  });

  it("is given up where it was stopped", { timeout: 60_000 }, async () => {
    const { ask } = childThat(
      "stopped",
      "beat(1); setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 100);",
    );
    await expect(ask()).rejects.toMatchObject({
      code: "timeout",
      message: "the engine's process was stopped or froze: no sign of life for 11 s",
    });
  });

  it("is given up where it beats and does nothing", { timeout: 60_000 }, async () => {
    const { ask } = childThat("idle", "setInterval(() => beat(1), 1000);");
    await expect(ask()).rejects.toMatchObject({
      code: "timeout",
      message: "the engine hung: nothing was evaluated or loaded for 16 s",
    });
  });

  it("lives while it works, however long", { timeout: 60_000 }, async () => {
    const { ask } = childThat(
      "busy",
      "let work = 0; setInterval(() => beat(++work), 1000); setTimeout(tell, 20000);",
    );
    expect(await ask()).toBeGreaterThan(0);
  });
});

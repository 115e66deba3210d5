import { describe, expect, it } from "vitest";
import { plainTemplate } from "../../src/chat/plain-template.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { crashOf, type Gone } from "../../src/runs/engine-end.ts";

// Built: a worker process runs JavaScript.
const { Inspector } = (await import(
  new URL("../../dist/runs/inspector.js", import.meta.url).href
)) as typeof import("../../src/runs/inspector.ts");

const gone: Gone = {
  signal: null,
  exitCode: null,
  startError: null,
  phase: null,
  lastLines: [],
  memoryKill: null,
  words: null,
};

describe("how an engine's process ended", () => {
  const cases: [Partial<Gone>, string, string, RegExp][] = [
    [
      { signal: "SIGABRT", words: "x.cpp:7: GGML_ASSERT(a) failed" },
      "abort",
      "failed",
      /crashed \(SIGABRT\): x\.cpp/,
    ],
    [
      { signal: "SIGABRT", lastLines: ["what():  std::bad_alloc"] },
      "memory",
      "failed",
      /crashed \(SIGABRT\)/,
    ],
    [{ signal: "SIGSEGV" }, "fault", "failed", /crashed \(SIGSEGV\)$/],
    [{ signal: "SIGBUS" }, "fault", "failed", /crashed \(SIGBUS\), as where a model's file is changed/],
    [{ exitCode: 3221225477 }, "fault", "failed", /crashed \(3221225477\)/],
    [{ exitCode: 1, words: "disk full" }, "exit", "failed", /ended with code 1: disk full/],
    [{ signal: "SIGTERM" }, "killed", "interrupted", /killed \(SIGTERM\)$/],
    [{ signal: "SIGKILL" }, "killed", "interrupted", /killed \(SIGKILL\), perhaps because .* out of memory/],
    [
      { signal: "SIGKILL", memoryKill: "none" },
      "killed",
      "interrupted",
      /from outside; the kernel killed nothing for want of memory/,
    ],
    [
      { signal: "SIGKILL", memoryKill: "anywhere" },
      "killed",
      "interrupted",
      /while the kernel killed something/,
    ],
    [{ signal: "SIGKILL", memoryKill: "own" }, "memory", "failed", /killed by the kernel for want of memory/],
    [{ startError: "spawn EAGAIN" }, "start", "failed", /could not be started: spawn EAGAIN/],
  ];

  it.for(cases)("%o is %s, %s", ([seen, cause, status, error]) => {
    const crash = crashOf({ ...gone, ...seen }, null);
    expect(crash).toMatchObject({ status, end: { cause } });
    expect(crash.error).toMatch(error);
  });

  it("is what this process killed it for", () => {
    const seen = { ...gone, signal: "SIGKILL" };
    const hung = { kind: "hung", waitedMs: 300_000, forecastMs: null } as const;
    expect(crashOf(seen, hung)).toMatchObject({ rollouts: "timeout", end: { cause: "hung" } });
    expect(crashOf(seen, "interrupt")).toMatchObject({
      status: "interrupted",
      error: "stopped at once by a second Ctrl-C",
    });
  });
});

describe("a process that cannot be started", () => {
  it("is told, and the next one is tried again", async () => {
    const inspector = new Inspector();
    const job = {
      modelPath: "none.gguf",
      template: { text: plainTemplate, source: "plain" },
      settings: standardSettings,
      instances: null,
    } as const;
    const { execPath } = process;
    process.execPath = "/nowhere/node";
    const error = "the engine's process could not be started: spawn /nowhere/node ENOENT";
    await expect(inspector.inspect(job)).rejects.toMatchObject({ message: error, code: "crashed" });
    process.execPath = execPath;
    // Its own words now: there is no such model.
    await expect(inspector.inspect(job)).rejects.toThrow(/none\.gguf/);
    inspector.close();
  });
});

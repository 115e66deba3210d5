import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findModels } from "../../src/gguf/files.ts";
import type { LevelRequest } from "../../src/runs/level-subject.ts";
import type { RunView } from "../../src/runs/view.ts";
import { withOpenLevel } from "../../src/settings/on-level.ts";
import { levelSearchSchema } from "../../src/settings/level-search.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { levels } from "../../src/tasks/levels.ts";

// Built: a worker process runs JavaScript.
const { findLevel } = (await import(
  new URL("../../dist/runs/level-search.js", import.meta.url).href
)) as typeof import("../../src/runs/level-search.ts");

const early = join(import.meta.dirname, "../../models/longhaul-ref-early.gguf");
const silent = (): void => undefined;

function viewThat(onAsked: (interrupt: () => void) => void = silent): RunView {
  let stop = silent;
  return {
    onPlan: silent,
    onTune: () => onAsked(stop),
    onHash: silent,
    onTrialStart: silent,
    onProgress: silent,
    onWatch: silent,
    onTrialEnd: silent,
    onInterruptible: (interrupt) => {
      stop = interrupt ?? silent;
    },
    isInterrupted: false,
  };
}

function request(changes: Partial<LevelRequest>): LevelRequest {
  return {
    settings: withOpenLevel({ ...standardSettings, gpu: "off", threads: 1 }),
    name: null,
    templateText: null,
    loraPath: null,
    files: [],
    others: [],
    ...changes,
  };
}

function simulated(specs: readonly string[]): LevelRequest["others"] {
  return specs.map((spec) => ({ engine: { kind: "scripted", spec }, models: [] }));
}

function found(...specs: readonly string[]) {
  return findLevel(request({ others: simulated(specs) }), viewThat());
}

describe("the level of a simulated model with a planted ability", () => {
  it.each([
    ["p-retrieval=0.93,p=0.1", "retrieval-99-of-20"],
    ["p-retrieval=1,p-addition=0.98,p=0.1,value-loss=1.8", "addition-99"],
    ["p-retrieval=1,p-addition=1,p-prefix-sum=0.93,p-dict-sum=0.1", "prefix-sum-99"],
    ["p=1,p-dict-sum=0.98,key-loss=0.5", "dict-sum-2-keys"],
  ])("is what the list says: %s", async (spec, level) => {
    const search = await found(spec);
    expect(search).toMatchObject({ asked: "auto", level, outcome: "fits", isCut: false });
    const tried = search.models[0]?.tried.find((one) => one.level === level);
    expect(tried?.n).toBe(48);
    expect((tried?.right ?? 0) / 48).toBeGreaterThanOrEqual(0.8);
    expect(levelSearchSchema.parse(JSON.parse(JSON.stringify(search)))).toEqual(search);
  });

  it("of several is the hardest that all can do", async () => {
    const strong = "p=1,p-dict-sum=0.97,key-loss=1";
    const weak = "p-retrieval=0.95,p=0.2";
    for (const specs of [
      [strong, weak],
      [weak, strong],
    ])
      expect(await found(...specs)).toMatchObject({ level: "retrieval-99-of-20", outcome: "fits" });
  });

  it("that fits none is the hardest on which it is at no floor, else the easiest", async () => {
    expect(await found("p-retrieval=0.65,p=0.02")).toMatchObject({
      level: "retrieval-99-of-20",
      outcome: "offFloor",
    });
    expect(await found("p=0.02")).toMatchObject({ level: levels[0]?.name, outcome: "none" });
    expect(await found("format=1")).toMatchObject({ level: levels[0]?.name, outcome: "none" });
  });

  it("does not depend on how many turns and rollouts its run has, nor on what ended probes", async () => {
    const spec = "p=0.9,key-loss=2,value-loss=0.5";
    const settings = withOpenLevel({ ...standardSettings, turns: 3, rollouts: 2, seed: 7 });
    const small = await findLevel(request({ others: simulated([spec]), settings }), viewThat());
    const { level, models } = await found(spec);
    expect(small).toMatchObject({ level, models });
    const cut = await found("p=0.9,cut-error=1");
    expect(cut.models[0]?.tried).toEqual([]);
    expect(cut).toMatchObject({ outcome: "none" });
  });
});

describe("the level of a model file", () => {
  it("is found in a child that loads it once, and told with all that was asked", async () => {
    const files = await findModels([early]);
    const search = await findLevel(request({ files }), viewThat());
    const [model] = search.models;
    expect(model).toMatchObject({ model: "longhaul-ref-early", error: null });
    expect(model?.tried.length).toBeGreaterThan(2);
    expect(search.spentMs).toBeLessThan(60_000);
    expect(search.forecastMs).toBeGreaterThan(0);
    for (const { n, right, readable } of model?.tried ?? []) {
      expect([8, 16, 24, 32, 40, 48]).toContain(n);
      expect(right).toBeLessThanOrEqual(readable);
    }
    const again = await findLevel(request({ files }), viewThat());
    expect(again.models).toEqual(search.models);
  });

  it("is that of the others where its process crashes, and the search says so", async () => {
    const files = await findModels([early]);
    let isKilled = false;
    const kill = (): void => {
      if (isKilled) return;
      isKilled = true;
      setTimeout(() => execFileSync("pkill", ["-SEGV", "-P", String(process.pid), "-f", "runs/worker"]), 100);
    };
    const specs = ["p-retrieval=0.95,p=0.1"];
    const search = await findLevel(request({ files, others: simulated(specs) }), {
      ...viewThat(),
      onTune: (name) => {
        if (name === "longhaul-ref-early") kill();
      },
    });
    expect(search).toMatchObject({ level: "retrieval-99-of-20", outcome: "fits" });
    expect(search.models.find(({ model }) => model === "longhaul-ref-early")?.error).toContain("crashed");
  });

  it("is none where the search is interrupted", async () => {
    const files = await findModels([early]);
    const view = viewThat((interrupt) => interrupt());
    await expect(findLevel(request({ files }), view)).rejects.toThrow("interrupted");
  });
});

import { join } from "node:path";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HistoryMessage } from "../../../src/engine/llama/chat-codec.ts";
import { ColdModel } from "./cold-evaluation.ts";
import { expectExactCounters, faultOf } from "./like-cold.ts";
import { held, replaceLast, reused } from "./reference-conversations.ts";
import { tinyWindow, writeTinyGemma } from "./tiny-gemma.ts";
import { type CheckedTurn, WarmEngine } from "./warm-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-window-"));
const parallel = 2;
let warm: WarmEngine | null = null;

afterEach(async () => {
  await warm?.close();
  warm = null;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function opening(rollout: number): HistoryMessage[] {
  const system = "Keep a total. amber 6 coral -14 ivory 31 mauve -8 olive 3.";
  return [
    { role: "system", content: system },
    { role: "user", content: `word ${rollout}` },
  ];
}

/** Turns with the model's own answers, each as long as allowed. */
async function play(running: WarmEngine, turns: number) {
  let histories = Array.from({ length: parallel }, (_, rollout) => opening(rollout));
  const waves: CheckedTurn[][] = [];
  for (let turn = 1; turn <= turns; turn++) {
    const wave = await running.wave(histories, { stop: "eog", maxTokens: 6 });
    waves.push(wave);
    histories = histories.map((history, rollout) => [
      ...history,
      wave[rollout]?.answer as HistoryMessage,
      { role: "user", content: `next ${turn}` },
    ]);
  }
  return { histories, waves };
}

describe.each(["gemma2", "gemma3"] as const)("%s, whose local layers see a window", (kind) => {
  let cold: ColdModel;

  beforeAll(async () => {
    const path = join(folder, `${kind}.gguf`);
    writeTinyGemma(path, kind);
    expect(statSync(path).size).toBeLessThan(300_000);
    cold = await ColdModel.load(path);
  });

  afterAll(() => cold.close());

  async function start(): Promise<WarmEngine> {
    warm = await WarmEngine.start(cold, { parallel, contextLength: 1024 });
    await warm.open([opening(0), opening(1)]);
    return warm;
  }

  it("reuses all that it had, many windows deep, and answers like a cold evaluation", async () => {
    const { waves } = await play(await start(), 16);
    const depth = waves.at(-1)?.[0]?.result.promptTokens ?? 0;
    expect(depth).toBeGreaterThan(6 * tinyWindow);
    for (const [index, wave] of waves.entries()) {
      if (index > 0) expect(reused(wave)).toEqual(held(waves[index - 1]));
      expect(wave.map(faultOf)).toEqual([null, null]);
      expectExactCounters(wave);
    }
  });

  it("rolls back beyond its window without a trace, and goes on from another answer", async () => {
    const running = await start();
    const { histories, waves } = await play(running, 12);
    const back = await running.wave(
      histories.map((history) => history.slice(0, 8)),
      { stop: "eog", maxTokens: 6 },
    );
    expect(back.map(({ result }) => result.tokenIds)).toEqual(waves[3]?.map(({ result }) => result.tokenIds));
    expect(reused(back)).toEqual(waves[3]?.map(({ result }) => result.promptTokens - 1));
    const changed = await running.wave(
      replaceLast(histories, () => "31"),
      { stop: "eog", maxTokens: 6 },
    );
    for (const wave of [back, changed]) {
      expect(wave.map(faultOf)).toEqual([null, null]);
      expectExactCounters(wave);
    }
  });

  it("has a window that matters: without it the same weights say something else", async () => {
    const { waves } = await play(await start(), 8);
    const path = join(folder, `${kind}-wide.gguf`);
    writeTinyGemma(path, kind, 4096);
    const wide = await ColdModel.load(path);
    await warm?.close();
    warm = await WarmEngine.start(wide, { parallel, contextLength: 1024 });
    await warm.open([opening(0), opening(1)]);
    const others = (await play(warm, 8)).waves;
    const said = (all: readonly CheckedTurn[][]) => all.map((wave) => wave.map(({ result }) => result.text));
    await warm.close();
    warm = null;
    await wide.close();
    expect(said(others)).not.toEqual(said(waves));
  });
});

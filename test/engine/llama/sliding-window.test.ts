import { join } from "node:path";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { LlamaModel } from "node-llama-cpp";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { LlamaOptions } from "../../../src/engine/llama/options.ts";
import { Random } from "../../../src/random.ts";
import { ColdModel } from "./cold-evaluation.ts";
import { expectExactCounters, expectLikeCold, faultOf } from "./like-cold.ts";
import { held, replaceLast, reused } from "./reference-conversations.ts";
import { tinyWindow, writeTinyGemma } from "./tiny-gemma.ts";
import { type CheckedTurn, type PlayedMessage, WarmEngine } from "./warm-engine.ts";

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

function opening(rollout: number): PlayedMessage[] {
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
      wave[rollout]?.answer as PlayedMessage,
      { role: "user", content: `next ${turn}` },
    ]);
  }
  return { histories, waves };
}

/** Contexts made meanwhile get a cache as small as the window allows. */
async function withSmallCache<T>(create: () => Promise<T>): Promise<T> {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const createContext = LlamaModel.prototype.createContext;
  const spy = vi.spyOn(LlamaModel.prototype, "createContext").mockImplementation(function (
    this: LlamaModel,
    options,
  ) {
    return createContext.call(this, { ...options, swaFullCache: false });
  });
  try {
    return await create();
  } finally {
    spy.mockRestore();
  }
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

  async function start(overrides: Partial<LlamaOptions> = {}): Promise<WarmEngine> {
    const running = await WarmEngine.start(cold, { parallel, contextLength: 1024, ...overrides });
    warm = running;
    const prefix = await running.open([opening(0), opening(1)]);
    expect(prefix).toMatchObject({ fanOut: "state-file" });
    expect(prefix.tokens).toBeGreaterThan(tinyWindow);
    return running;
  }

  it.each(["on", "off"] as const)(
    "reuses all that it had, many windows deep, and answers like a cold evaluation (flash attention %s)",
    async (flashAttention) => {
      const { waves } = await play(await start({ flashAttention }), 12);
      const depth = waves.at(-1)?.[0]?.result.promptTokens ?? 0;
      expect(depth).toBeGreaterThan(6 * tinyWindow);
      for (const [index, wave] of waves.entries()) {
        if (index > 0) expect(reused(wave)).toEqual(held(waves[index - 1]));
        expectLikeCold(wave, { isSameChunks: true });
        expectExactCounters(wave);
      }
    },
  );

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

  it("needs the full-size cache: with a small one a rollback is silently wrong, which the comparison catches", async () => {
    const small = await rollBack("small");
    // Older tokens are gone, and with them a part of what the rollback's last tokens should see.
    expect(small.firstHeld).toBeGreaterThan(0);
    expect(faultOf(small.turn)).not.toBeNull();
    // Neither the engine's counters nor the native ones show it.
    expectExactCounters([small.turn]);
    const full = await rollBack("the engine's", small.target);
    expect(full.firstHeld).toBe(0);
    expect(faultOf(full.turn)).toBeNull();
    expectExactCounters([full.turn]);
    expect(full.turn.result.reusedTokens).toBe(small.turn.result.reusedTokens);
  });

  /**
   * A long prompt, then only its first `target` tokens (unless told, a few more than have left a small cache), of
   * whose window some are gone.
   */
  async function rollBack(cache: "small" | "the engine's", target?: number) {
    const create = () => WarmEngine.start(cold, { parallel: 1, contextLength: 2048 });
    const running = cache === "small" ? await withSmallCache(create) : await create();
    warm = running;
    await running.open([opening(0)]);
    const random = new Random(1, "long message");
    const long = Array.from({ length: 1400 }, () => random.pick(Array.from("abcdefgh "))).join("");
    const history = (content: string): PlayedMessage[] => [
      ...opening(0).slice(0, 1),
      { role: "user", content },
    ];
    await running.wave([history(long)], { stop: "eog", maxTokens: 4 });
    const firstHeld = running.recording.slots[0]?.sequence.stateCellsStartIndex ?? 0;
    const tokens = target ?? firstHeld + tinyWindow / 2;
    const rest = long.slice(0, tokens - running.render(history("")).length);
    const [turn] = await running.wave([history(rest)], { stop: "eog", maxTokens: 4 });
    await running.close();
    warm = null;
    if (turn === undefined) throw new Error("no turn");
    return { firstHeld, target: tokens, turn };
  }

  it("has a window that matters: without it the same weights say something else", async () => {
    const { waves } = await play(await start(), 3);
    const path = join(folder, `${kind}-wide.gguf`);
    writeTinyGemma(path, kind, 4096);
    const wide = await ColdModel.load(path);
    await warm?.close();
    warm = await WarmEngine.start(wide, { parallel, contextLength: 1024 });
    await warm.open([opening(0), opening(1)]);
    const others = (await play(warm, 3)).waves;
    const said = (all: readonly CheckedTurn[][]) => all.map((wave) => wave.map(({ result }) => result.text));
    await warm.close();
    warm = null;
    await wide.close();
    expect(said(others)).not.toEqual(said(waves));
  });
});

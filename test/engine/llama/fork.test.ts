import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ColdModel } from "./cold-evaluation.ts";
import { expectExactCounters, expectLikeCold } from "./like-cold.ts";
import {
  append,
  held,
  opening,
  playOwn,
  prefixTokens,
  question,
  referenceModel,
  reused,
} from "./reference-conversations.ts";
import { WarmEngine } from "./warm-engine.ts";

let cold: ColdModel;
let warm: WarmEngine | null = null;

beforeAll(async () => {
  cold = await ColdModel.load(referenceModel);
});

afterAll(() => cold.close());

afterEach(async () => {
  await warm?.close();
  warm = null;
});

async function start(parallel: number, conversations: number): Promise<WarmEngine> {
  warm = await WarmEngine.start(cold, { parallel });
  expect(await warm.open([opening(0), opening(1), opening(2)], conversations)).toMatchObject({
    tokens: prefixTokens,
  });
  return warm;
}

describe("a fork", () => {
  it("continues its own way, it and its original like a cold evaluation", async () => {
    const running = await start(4, 2);
    const { histories, waves } = await playOwn(running, 2, 3);
    expect([await running.fork(0), await running.fork(1)]).toEqual([2, 3]);
    const others = histories.map((history, rollout) => history.with(-1, question(rollout, 9)));
    const all = [...histories, ...others];
    const wave = await running.wave(all);
    expect(reused(wave)).toEqual([...held(waves[2]), ...held(waves[2])]);
    const next = await running.wave(
      append(all, wave, 4).map((history, slot) => history.with(-1, question(slot % 2, 4))),
    );
    expect(reused(next)).toEqual(held(wave));
    for (const turns of [wave, next]) {
      expectLikeCold(turns, { isSameChunks: true });
      expectExactCounters(turns);
    }
  });

  it("has its own original's cache when others are made at the same time", async () => {
    const running = await start(4, 2);
    const { histories, waves } = await playOwn(running, 2, 3);
    expect(await Promise.all([running.fork(0), running.fork(1)])).toEqual([2, 3]);
    const wave = await running.wave([...histories, ...histories]);
    expect(reused(wave)).toEqual([...held(waves[2]), ...held(waves[2])]);
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
    const answers = wave.map(({ result }) => result.tokenIds);
    expect(answers.slice(2)).toEqual(answers.slice(0, 2));
  });

  it("keeps its slot from who opens a conversation meanwhile", async () => {
    const running = await start(4, 1);
    const { histories, waves } = await playOwn(running, 1, 2);
    const forked = running.fork(0);
    const opened = running.engine.open();
    expect(await forked).toBe(1);
    running.conversations.push(opened);
    const wave = await running.wave([...histories, ...histories, opening(2)]);
    expect(reused(wave)).toEqual([...held(waves[1]), ...held(waves[1]), prefixTokens]);
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
  });

  it("waits for the turns that are under way", async () => {
    const running = await start(4, 3);
    const { histories, waves } = await playOwn(running, 3, 2);
    const [turns] = await Promise.all([
      running.wave([null, histories[1] ?? [], histories[2] ?? []]),
      afterMacrotask(() => running.fork(0)),
    ]);
    expect(running.recording.savesDuringTurns).toBe(0);
    expectLikeCold(turns, { isSameChunks: true });
    const [history = []] = histories;
    const wave = await running.wave([history, null, null, history]);
    const [length] = held(waves[1]);
    expect(reused(wave)).toEqual([length, length]);
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
  });

  it("can be made before the first turn", async () => {
    const running = await start(4, 1);
    expect(await running.fork(0)).toBe(1);
    const wave = await running.wave([opening(0), opening(1)]);
    expect(reused(wave)).toEqual([prefixTokens, prefixTokens]);
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
  });

  it("can be made of a fork", async () => {
    const running = await start(4, 1);
    const { histories, waves } = await playOwn(running, 1, 3);
    expect([await running.fork(0), await running.fork(1), await running.fork(2)]).toEqual([1, 2, 3]);
    const wave = await running.wave([histories, histories, histories, histories].flat());
    expect(reused(wave)).toEqual(Array(4).fill(held(waves[2])[0]));
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
  });

  it("needs a free slot, and a closed conversation makes one", async () => {
    const running = await start(2, 2);
    const { histories, waves } = await playOwn(running, 2, 2);
    await expect(running.fork(0)).rejects.toThrow("no free conversation");
    running.conversations.pop()?.close();
    expect(await running.fork(0)).toBe(1);
    const [history = []] = histories;
    const wave = await running.wave([history, history]);
    const [length] = held(waves[1]);
    expect(reused(wave)).toEqual([length, length]);
    expectLikeCold(wave, { isSameChunks: true });
    expectExactCounters(wave);
  });

  it("evaluates anew, says so and answers the same where the cache cannot be copied", async () => {
    const running = await start(2, 1);
    const { histories } = await playOwn(running, 1, 2);
    const [source] = running.recording.slots;
    if (source === undefined) throw new Error("no slot");
    source.sequence.saveStateToFile = () => Promise.reject(new Error("no room"));
    expect(await running.fork(0)).toBe(1);
    const [history = []] = histories;
    const wave = await running.wave([history, history]);
    expect(reused(wave)[1]).toBe(0);
    expectExactCounters(wave);
    expect(wave[1]?.comparison.faults).toEqual([]);
    expect(wave[1]?.result.text).toBe(wave[0]?.result.text);
    expect(running.events).toContain("warning");
  });
});

/** The wave has begun by then. */
async function afterMacrotask<T>(action: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  return action();
}

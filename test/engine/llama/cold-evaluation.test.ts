import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ColdModel, compareSampled, nearTie } from "./cold-evaluation.ts";
import { cutOne, swapCaches } from "./faults.ts";
import { expectExactCounters, expectLikeCold, faultOf } from "./like-cold.ts";
import {
  append,
  held,
  opening,
  playOwn,
  prefixTokens,
  referenceModel,
  replaceLast,
  reused,
} from "./reference-conversations.ts";
import { type CheckedTurn, WarmEngine } from "./warm-engine.ts";

const parallel = 4;
let cold: ColdModel;

beforeAll(async () => {
  cold = await ColdModel.load(referenceModel);
});

afterAll(() => cold.close());

/** One engine for the tests around it; in each all conversations begin again. */
function useEngine(flashAttention: "on" | "off"): () => WarmEngine {
  let running: WarmEngine;
  beforeAll(async () => {
    running = await WarmEngine.start(cold, { parallel, flashAttention });
    const prefix = await running.open(openings);
    expect(prefix).toMatchObject({ tokens: prefixTokens, fanOut: "state-file" });
  });
  beforeEach(() => running.reopen());
  afterAll(() => running.close());
  return () => running;
}

const openings = Array.from({ length: parallel }, (_, rollout) => opening(rollout));

function promptTokens(wave: readonly CheckedTurn[] | undefined): number[] {
  return (wave ?? []).map(({ result }) => result.promptTokens);
}

describe.each(["on", "off"] as const)(
  "a policy's cache equals a cold evaluation (flash attention %s):",
  (flash) => {
    const engine = useEngine(flash);

    it("own answers appended, and only what is new evaluated", async () => {
      const { waves } = await playOwn(engine(), parallel, 6);
      for (const [index, wave] of waves.entries()) {
        expect(reused(wave)).toEqual(
          index === 0 ? Array(parallel).fill(prefixTokens) : held(waves[index - 1]),
        );
        expectLikeCold(wave, { isSameChunks: true });
        expectExactCounters(wave);
      }
      // The answer's last token, its end, the user's mark and word, the assistant's mark.
      expect(waves.at(-1)?.map(({ result }) => result.prefilledTokens)).toEqual(Array(parallel).fill(5));
    });

    it("the last answer replaced, and kept up to where it differs", async () => {
      const running = engine();
      const { histories, waves } = await playOwn(running, parallel, 3);
      const healed = replaceLast(histories, () => "<answer>5</answer>");
      const wave = await running.wave(healed);
      // The old answer's opening tag is the new one's too.
      expect(reused(wave)).toEqual(promptTokens(waves[2]).map((tokens) => tokens + 1));
      const next = await running.wave(append(healed, wave, 4));
      expect(reused(next)).toEqual(held(wave));
      for (const turns of [wave, next]) {
        expectLikeCold(turns, { isSameChunks: true });
        expectExactCounters(turns);
      }
    });

    it("a part of the answer stripped, and kept up to where the answer began", async () => {
      const running = engine();
      const { histories, waves } = await playOwn(running, parallel, 3);
      const wave = await running.wave(replaceLast(histories, (text) => text.replace("<answer>", "")));
      expect(reused(wave)).toEqual(promptTokens(waves[2]));
      expectLikeCold(wave, { isSameChunks: true });
      expectExactCounters(wave);
    });

    it("middle turns gone, and kept up to the first question", async () => {
      const running = engine();
      const { histories, waves } = await playOwn(running, parallel, 5);
      const wave = await running.wave(
        histories.map((history) => [...history.slice(0, 1), ...history.slice(-3)]),
      );
      // The first prompt less its question and the assistant's mark, unless the questions are the same by chance.
      for (const [rollout, tokens] of promptTokens(waves[0]).entries()) {
        const isSameWord = histories[rollout]?.[1]?.content === histories[rollout]?.at(-3)?.content;
        expect(isSameWord).toBe(false);
        expect(reused(wave)[rollout]).toBe(tokens - 2);
      }
      expectLikeCold(wave, { isSameChunks: false });
      expectExactCounters(wave);
    });

    it("the same turn again and again, and all but its last token kept", async () => {
      const running = engine();
      const { histories } = await playOwn(running, parallel, 3);
      const first = await running.wave(histories);
      for (let sample = 1; sample < 4; sample++) {
        const again = await running.wave(histories);
        expect(reused(again)).toEqual(promptTokens(first).map((tokens) => tokens - 1));
        expect(again.map(({ result }) => result.tokenIds)).toEqual(
          first.map(({ result }) => result.tokenIds),
        );
        expectLikeCold(again, { isSameChunks: false });
        expectExactCounters(again);
      }
    });

    it("back to the first turn, and nothing of the later ones left", async () => {
      const running = engine();
      const { waves } = await playOwn(running, parallel, 4);
      const back = await running.wave(openings);
      expect(back.map(({ result }) => result.tokenIds)).toEqual(
        waves[0]?.map(({ result }) => result.tokenIds),
      );
      expect(reused(back)).toEqual(promptTokens(waves[0]).map((tokens) => tokens - 1));
      expectLikeCold(back, { isSameChunks: false });
      expectExactCounters(back);
    });
  },
);

describe("the comparison with a cold evaluation catches", () => {
  const engine = useEngine("on");

  /** Which conversations it finds at fault. */
  const caught = (wave: readonly CheckedTurn[]) => wave.map((turn) => faultOf(turn) !== null);
  /** Those whose answer alone tells. */
  const caughtByAnswer = (wave: readonly CheckedTurn[]) =>
    wave.map(({ comparison }) => comparison.faults.length > 0);

  it("a prefix that was cut by one token", async () => {
    const running = await WarmEngine.start(cold, { parallel });
    onTestFinished(() => running.close());
    for (const slot of running.recording.slots) slot.alter = (tokens) => cutOne(tokens, 0);
    await running.open(openings);
    for (const slot of running.recording.slots) slot.alter = null;
    const { waves } = await playOwn(running, parallel, 2);
    for (const wave of waves) {
      expect(caught(wave)).toEqual(Array(parallel).fill(true));
      // The engine's own account shows nothing of it.
      for (const { result, prompt } of wave) expect(result.promptTokens).toBe(prompt.length);
    }
    expect(waves.map(reused)).toEqual([Array(parallel).fill(prefixTokens), held(waves[0])]);
  });

  it("a system message that was cut by one token, wherever", async () => {
    const running = engine();
    const system = running.render(opening(0).slice(0, 1)).length - 1 - prefixTokens;
    const [first, ...others] = running.recording.slots;
    if (first === undefined) throw new Error("no slot");
    for (const cut of [0, 1, 5, system - 2, system - 1]) {
      first.alter = (tokens) => cutOne(tokens, cut);
      const { histories } = await playOwn(running, parallel, 1);
      first.alter = null;
      const wave = await running.wave(histories);
      expect(caught(wave), `token ${cut}`).toEqual([true, ...others.map(() => false)]);
      running.reopen();
    }
  });

  it("two conversations whose caches were exchanged", async () => {
    const running = engine();
    const { histories } = await playOwn(running, parallel, 2);
    const [, second, third] = running.recording.slots;
    await swapCaches(second, third);
    const wave = await running.wave(histories);
    expect(caught(wave)).toEqual([false, true, true, false]);
    expect(caughtByAnswer(wave)).toEqual([false, true, true, false]);
    // The engine's own account shows nothing of it.
    expect(wave.map(({ result }) => result.prefilledTokens)).toEqual(Array(parallel).fill(5));
  });

  it("one token too many kept of an answer that was replaced", async () => {
    const running = engine();
    const { histories, waves } = await playOwn(running, parallel, 2);
    const healed = replaceLast(histories, () => "<answer>5</answer>");
    const [old = 0] = waves[1]?.[3]?.answer.own?.ids?.slice(1) ?? [];
    const [, , , last] = running.recording.slots;
    if (last === undefined) throw new Error("no slot");
    last.alter = (tokens) => tokens.with(0, old);
    const wave = await running.wave(healed);
    last.alter = null;
    expect(caught(wave)).toEqual([false, false, false, true]);
    // The answer adds to a number that the history does not show.
    expect(caughtByAnswer(wave)).toEqual([false, false, false, true]);
  });

  it("by its counters a cache that is shorter than the policy implies", async () => {
    const running = engine();
    const { histories, waves } = await playOwn(running, parallel, 2);
    const [first] = running.recording.slots;
    const end = first?.sequence.nextTokenIndex ?? 0;
    await first?.sequence.eraseContextTokenRanges([{ start: end - 1, end }]);
    const wave = await running.wave(histories);
    expect(reused(wave)).toEqual(held(waves[1]).map((tokens, slot) => (slot === 0 ? tokens - 1 : tokens)));
    // What was missing was evaluated again: the answers are right. The erasure cut a chunk of a batch that all share, so
    // probabilities may differ in their last bits, while the caches do not.
    expectExactCounters(wave);
    for (const { comparison } of wave) {
      expect([comparison.faults, comparison.isSameState]).toEqual([[], true]);
      expect(comparison.greatestDelta).toBeLessThan(nearTie);
    }
  });
});

describe("an answer token that is not the cold evaluation's", () => {
  const compare = (token: number, cold: readonly [number, number][]) => {
    const probabilities = new Map(cold);
    const warm = { before: [], start: 0, sampled: [{ token, probabilities }] };
    return compareSampled(warm, [{ token: cold[0]?.[0] ?? 0, probabilities }]);
  };

  it.each([
    [7, 0.45, "nearTies"],
    [7, 0.39, "faults"],
    // Near the likeliest, and yet neither of the two.
    [9, 0.45, "faults"],
  ] as const)(
    "is a near tie only as the second of two within 0.05: %i at %f is in %s",
    (token, second, where) => {
      const { nearTies, faults } = compare(token, [
        [5, 0.46],
        [7, second],
        [9, 0.02],
      ]);
      expect({ nearTies: nearTies.length, faults: faults.length }).toEqual({
        nearTies: 0,
        faults: 0,
        [where]: 1,
      });
    },
  );

  it("is neither when it is the same", () => {
    expect(
      compare(5, [
        [5, 0.5],
        [7, 0.5],
      ]),
    ).toMatchObject({ nearTies: [], faults: [], greatestDelta: 0 });
  });
});

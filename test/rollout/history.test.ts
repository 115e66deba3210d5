import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseHistory, withReplayedRun } from "../../src/rollout/history/index.ts";
import { injectedText } from "../../src/rollout/history/injected.ts";
import { tasks } from "../../src/tasks/index.ts";
import { play, shownIn } from "./play.ts";

const injected = (change: Parameters<typeof injectedText>[0] = {}): string => injectedText(change);

/** Slips by one at turns 3 and 7. */
const slipping = ({ turnIndex, truth }: { turnIndex: number; truth: { expected: number } }): string =>
  `<answer>${truth.expected + ([2, 6].includes(turnIndex) ? 1 : 0)}</answer>`;

describe("a history", () => {
  it("own: shows what the model said, and its errors stay in the sum", async () => {
    const { turns, requests, instance } = await play({}, slipping);
    const said = turns.map(({ samples }) => samples[0]?.judged.verdict.answer);
    expect(shownIn(requests[11] as never)).toEqual(said.slice(0, 11));
    expect(turns.map(({ history }) => history.wrong)).toEqual([0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(turns.map(({ samples }) => samples[0]?.judged.verdict.indexCorrect).filter(Boolean)).toHaveLength(
      2,
    );
    expect(turns.at(-1)?.asked.truth).toBe(instance.turns.at(-1)?.truth);
    expect(requests[5]?.messages.filter(({ role }) => role === "assistant").map((m) => m.turnIndex)).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });

  it("healed: shows the truth whatever the model says", async () => {
    const { turns, requests, instance } = await play({ history: "healed" }, slipping);
    expect(shownIn(requests[11] as never)).toEqual(instance.turns.slice(0, 11).map(({ truth }) => truth));
    expect(turns.filter(({ samples }) => samples[0]?.judged.verdict.turnCorrect)).toHaveLength(10);
    expect(turns.every(({ history }) => history.wrong === 0)).toBe(true);
  });

  it("heal:N: the truth after every N turns, the model's own words otherwise", async () => {
    const { requests, instance } = await play({ history: "heal:4" }, slipping);
    const shown = shownIn(requests[11] as never);
    const truths = instance.turns.map(({ truth }) => truth);
    expect(shown.map((number, index) => number - (truths[index] ?? 0))).toEqual([
      0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0,
    ]);
  });

  it("window:N: the instructions and the last N turns", async () => {
    const { requests, turns } = await play({ history: "window:2" }, slipping);
    expect(requests.map(({ messages }) => messages.length)).toEqual([
      2,
      4,
      ...Array.from({ length: 10 }, () => 6),
    ]);
    expect(turns[3]?.history).toEqual({ answers: 2, wrong: 1, breaks: 1 });
    expect(turns[6]?.history).toEqual({ answers: 2, wrong: 0, breaks: 0 });
  });

  it("recap and fresh: the question begins with the state that was shown", async () => {
    const recap = await play({ history: "recap" }, slipping);
    const said = recap.turns.map(({ samples }) => samples[0]?.judged.verdict.answer);
    expect(recap.requests[3]?.messages.at(-1)?.content).toMatch(`So far: ${said[2]}.\n`);
    // What was asked stays as it was asked, so that the cache holds.
    expect(recap.requests[4]?.messages.slice(0, -2)).toEqual([
      ...(recap.requests[3]?.messages ?? []).slice(0, -1),
      recap.requests[3]?.messages.at(-1),
    ]);
    const fresh = await play({ history: "fresh" }, slipping);
    expect(fresh.requests.every(({ messages }) => messages.length === 2)).toBe(true);
    expect(fresh.requests[3]?.messages.at(-1)?.content).toBe(recap.requests[3]?.messages.at(-1)?.content);
  });

  it("stripped: without the reasoning, closed in any of three tags", async () => {
    const think = ({ truth }: { truth: { expected: number } }): string =>
      `<think>hm\nwell</think>\n<answer>${truth.expected}</answer>`;
    const { requests } = await play({ history: "stripped" }, think);
    const shown = requests[3]?.messages.filter(({ role }) => role === "assistant") ?? [];
    expect(shown.every(({ content }) => /^<answer>-?\d+<\/answer>$/.test(content))).toBe(true);
    const kept = await play({}, think);
    expect(kept.requests[3]?.messages[2]?.content).toContain("<think>");
  });

  it("filler: as many turns in which nothing is done, and the state stays", async () => {
    const { requests, turns } = await play({ history: "filler", how: { probe: [12] } });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.messages).toHaveLength(2 + 2 * 11);
    expect(requests[0]?.messages.filter(({ content }) => content === "wait")).toHaveLength(11);
    expect(turns[0]?.samples[0]?.judged.expected).toBe(turns[0]?.asked.value);
  });
});

describe("an injected history", () => {
  it("realises its rate, is never wrong by 0, and leaves the truth alone", async () => {
    const plain = await play({ settings: { turns: 400 } });
    for (const rate of [0, 0.25, 0.5, 1]) {
      const { turns, requests, instance } = await play({
        settings: { turns: 400 },
        history: injected({ rate }),
      });
      const truths = instance.turns.map(({ truth }) => truth);
      expect(truths).toEqual(plain.instance.turns.map(({ truth }) => truth));
      const shown = shownIn(requests[399] as never);
      const off = shown.map((number, index) => number - (truths[index] ?? 0)).filter((error) => error !== 0);
      expect(off.length).toBe(turns.at(-1)?.history.wrong);
      expect(Math.abs(off.length / 399 - rate)).toBeLessThan(0.08);
      expect(off.every((error) => Math.abs(error) <= 10)).toBe(true);
    }
  });

  it("judges by what was shown, and counts a return to the truth as a repair, not as right", async () => {
    const repairing = await play(
      { history: injected({ rate: 1 }) },
      ({ turnIndex }) => `<answer>${truths[turnIndex]}</answer>`,
    );
    expect(
      repairing.turns.slice(1).every(({ samples }) => samples[0]?.judged.verdict.turnCorrect === false),
    ).toBe(true);
    expect(repairing.turns.every(({ samples }) => samples[0]?.judged.verdict.indexCorrect)).toBe(true);
    const obedient = await play({ history: injected({ rate: 1 }) });
    expect(obedient.turns.every(({ samples }) => samples[0]?.judged.verdict.turnCorrect)).toBe(true);
  });

  it("of noise is gone with the next turn; of the other kinds it stays", async () => {
    for (const error of ["noise", "offset", "look-up", "replay"] as const) {
      const { turns } = await play({
        settings: { turns: 60 },
        history: injected({ error, rate: 0.5, run: error === "replay" ? 3 : null }),
        ownErrors: [7, -9],
      });
      const { wrong = 0, breaks = 0 } = turns.at(-1)?.history ?? {};
      if (error === "noise") expect(breaks).toBeGreaterThan(wrong);
      else expect(breaks).toBe(wrong);
    }
  });

  it("of look-ups is off by the difference of two values of the dictionary; of replays by one of the errors given", async () => {
    const lookUp = await play({ settings: { turns: 50 }, history: injected({ error: "look-up", rate: 1 }) });
    const values = lookUp.instance.dictionary.map(({ value }) => value);
    const numbers = shownIn(lookUp.requests[49] as never);
    numbers.forEach((number, index) => {
      const added = number - (numbers[index - 1] ?? 0);
      expect(values).toContain(added);
      expect(added).not.toBe(lookUp.instance.turns[index]?.value);
    });
    const replay = await play({
      history: injected({ error: "replay", rate: 1, run: 1 }),
      ownErrors: [7, -9],
    });
    const shown = shownIn(replay.requests[11] as never);
    shown.forEach((number, index) => {
      const right = (shown[index - 1] ?? 0) + (replay.instance.turns[index]?.value ?? 0);
      expect([7, -9]).toContain(number - right);
    });
  });

  it("keeps its errors to a block, and to the assistant or the user", async () => {
    for (const block of ["early", "late"] as const) {
      const { requests, instance } = await play({
        settings: { turns: 41 },
        history: injected({ rate: 1, block }),
        how: { probe: [41] },
      });
      const off = shownIn(requests[0] as never).map(
        (number, index) => number !== instance.turns[index]?.truth,
      );
      expect(off.filter(Boolean)).toHaveLength(20);
      expect(off.slice(0, 20).every(Boolean)).toBe(block === "early");
    }
    const { requests } = await play({
      history: injected({ role: "user", rate: 1 }),
      how: { probe: [3] },
    });
    expect(requests[0]?.messages.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "assistant",
      "user",
      "assistant",
      "user",
    ]);
    expect(requests[0]?.messages[1]?.content).toMatch(/^[a-z]+ \(now -?\d+\)$/);
    expect(requests[0]?.messages[2]?.content).toBe("Noted.");
  });

  it("comes with reasoning that leads to the wrong answer, where the model is asked to reason", async () => {
    const { requests } = await play({
      settings: { prompt: "cot" },
      history: injected({ rate: 1 }),
      how: { probe: [6] },
    });
    const replies = requests[0]?.messages.filter(({ role }) => role === "assistant") ?? [];
    expect(replies).toHaveLength(5);
    for (const { content } of replies) {
      const [, state, value, total, answer] =
        /^[a-z]+ is -?\d+\. (-?\d+) \+ (-?\d+) = (-?\d+)\. <answer>(-?\d+)<\/answer>$/.exec(content) ?? [];
      expect(Number(state) + Number(value)).toBe(Number(total));
      expect(total).toBe(answer);
    }
  });

  it.each([
    ["offset", 5, 0],
    ["look-up", 5, 0],
    ["sum", 0, 5],
  ] as const)("goes wrong once in that reasoning for each %s that stays", async (error, lookUps, sums) => {
    const { requests, instance } = await play({
      settings: { prompt: "cot", keysPerTurn: 2 },
      history: injected({ error, block: "late", rate: 1 }),
      how: { probe: [12] },
    });
    const values = new Map(instance.dictionary.map(({ key, value }) => [key, value]));
    let shown = 0;
    let [wrongLookUps, wrongSums] = [0, 0];
    for (const { content } of requests[0]?.messages.filter(({ role }) => role === "assistant") ?? []) {
      const [first, second, third, sum] = [...content.matchAll(/(\w+) is (-?\d+)|= (-?\d+)/g)];
      const named = [first, second].map((one) => [one?.[1] ?? "", Number(one?.[2])] as const);
      const total = Number(third?.[3]);
      expect(sum).toBeUndefined();
      expect(content).toContain(` ${shown} + `);
      expect(content).toMatch(new RegExp(`= ${total}\\. <answer>${total}</answer>$`));
      wrongLookUps += named.filter(([key, value]) => values.get(key) !== value).length;
      wrongSums += named.reduce((all, [, value]) => all + value, shown) === total ? 0 : 1;
      shown = total;
    }
    expect([wrongLookUps, wrongSums]).toEqual([lookUps, sums]);
  });

  it("shows the same totals for sum as for offset", async () => {
    const [one, other] = await Promise.all(
      (["offset", "sum"] as const).map((error) => play({ history: injected({ error, rate: 0.5 }) })),
    );
    expect(other?.requests.map(({ messages }) => messages)).toEqual(
      one?.requests.map(({ messages }) => messages),
    );
  });

  it("can be probed at any turn without asking those before it, and is the same as when all are asked", async () => {
    const probed = await play({ history: injected(), how: { probe: [4, 9] } });
    const whole = await play({ history: injected() });
    expect(probed.turns.map(({ turn }) => turn)).toEqual([4, 9]);
    expect(probed.requests[1]?.messages).toEqual(whole.requests[8]?.messages);
    expect(probed.turns[1]?.history).toEqual(whole.turns[8]?.history);
  });
});

describe("the text of a history", () => {
  it("is read back as it was written", () => {
    const text = fc.oneof(
      fc.constantFrom("own", "stripped", "healed", "recap", "fresh", "filler"),
      fc.integer({ min: 1, max: 99 }).map((turns) => `window:${turns}`),
      fc.integer({ min: 1, max: 99 }).map((turns) => `heal:${turns}`),
      fc
        .record({
          error: fc.constantFrom("noise" as const, "offset" as const, "sum" as const, "look-up" as const),
          rate: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
          magnitude: fc.integer({ min: 1, max: 99 }),
          block: fc.constantFrom("all" as const, "early" as const, "late" as const),
          role: fc.constantFrom("assistant" as const, "user" as const),
        })
        .map(injectedText),
    );
    fc.assert(
      fc.property(text, (one) => {
        expect(parseHistory(one).text).toBe(one);
      }),
    );
  });

  it("is the same whatever is left to its standard, and whichever run it replays", () => {
    const whole = "injected:rate=0.5,error=noise,magnitude=10,block=all,role=assistant";
    expect(parseHistory("injected").text).toBe(whole);
    expect(parseHistory("injected:error=noise").text).toBe(whole);
    const replay = parseHistory("injected:error=replay,run=3");
    expect(replay.replayedRun).toBe(3);
    expect(withReplayedRun(replay.text, 12)).toBe(replay.text.replace("run=3", "run=12"));
    expect(withReplayedRun(replay.text, null)).toBe(replay.text.replace(",run=3", ""));
  });

  it.each([
    "window",
    "window:0",
    "heal:x",
    "own:1",
    "nothing",
    "injected:rate=2",
    "injected:rat=1",
    "injected:rate=",
    "injected:run=0",
    "injected:rate=0.5,rate=0.7",
    "heal:1000000000000000000000",
  ])("%s is refused with what is allowed", (text) => expect(() => parseHistory(text)).toThrow(/use \w+/));

  it.each(["injected:error=replay", "injected:run=3"])("%s cannot be played", (text) =>
    expect(parseHistory(text).impossibleWith(tasks["dict-sum"])).toMatch(/needs run=N/),
  );
});

const { instance: sample } = await play({});
const truths = sample.turns.map(({ truth }) => truth);

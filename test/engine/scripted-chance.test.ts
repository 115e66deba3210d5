import { describe, expect, it } from "vitest";
import type { ScriptedRequest } from "../../src/engine/scripted/form.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { frailtyOf, stepChance } from "../../src/engine/scripted/step-chance.ts";
import { greedy } from "./greedy.ts";
import { answerOf, moved, requestOf, shareRight } from "./scripted-request.ts";
import { truthOf } from "./truth.ts";

const seeds = [1, 2, 3];

/** Four standard errors of a share over 4,000 turns. */
const near = 4 * Math.sqrt(0.25 / 4000);

interface Planted {
  readonly name: string;
  readonly spec: string;
  /** How a turn is asked in which it acts, and one in which it does not. */
  readonly on: Partial<ScriptedRequest>;
  readonly off: Partial<ScriptedRequest>;
  readonly logOdds: number;
  readonly steps?: number;
}

const truth = (change: Parameters<typeof truthOf>[0]): Partial<ScriptedRequest> => ({
  truth: truthOf(change),
});

const planted: Planted[] = [
  { name: "thinking", spec: "thinking-gain=1.5", on: truth({ isThinking: true }), off: {}, logOdds: 1.5 },
  { name: "chain of thought", spec: "cot-gain=1", on: truth({ prompt: "cot" }), off: {}, logOdds: 1 },
  {
    name: "checking",
    spec: "check-gain=1",
    on: truth({ prompt: "verify" }),
    off: truth({ prompt: "cot" }),
    logOdds: 1,
  },
  {
    name: "reasoning and checking, together",
    spec: "cot-gain=1,check-gain=0.5",
    on: truth({ prompt: "verify" }),
    off: {},
    logOdds: 1.5,
  },
  { name: "visible turns", spec: "visible-loss=0.1", on: truth({ visibleTurns: 10 }), off: {}, logOdds: -1 },
  { name: "a told state", spec: "recap-gain=1", on: truth({ isStateTold: true }), off: {}, logOdds: 1 },
  {
    name: "keys",
    spec: "key-loss=0.25",
    on: truth({ steps: 3 }),
    off: truth({ steps: 1 }),
    logOdds: -0.5,
    steps: 3,
  },
  {
    name: "large values",
    spec: "value-loss=0.5",
    on: truth({ values: [-7, -123] }),
    off: truth({ values: [9] }),
    logOdds: -1,
  },
  {
    name: "temperature",
    spec: "temperature-loss=2",
    on: { sampling: { ...greedy, temperature: 0.5 } },
    off: { sampling: greedy },
    logOdds: -1,
  },
];

describe.each(planted)("the effect of $name", ({ spec, on, off, logOdds, steps = 1 }) => {
  it.each(seeds)("is found where it is planted, and only there, seed %i", (seed) => {
    const script = `p=0.7,seed=${seed}`;
    expect(Math.abs(shareRight(`${script},${spec}`, on) - moved(0.7, logOdds) ** steps)).toBeLessThan(near);
    expect(Math.abs(shareRight(`${script},${spec}`, off) - 0.7)).toBeLessThan(near);
  });

  it("is not there by default", () => {
    expect(stepChance(parseScript("p=0.7"), requestOf(on))).toBe(0.7);
  });
});

describe("the chance of a step", () => {
  it.each(seeds)("changes at the turn that the script names, seed %i", (seed) => {
    const rates = ratesByTurn(`p=0.7,change=-1,change-turn=50,seed=${seed}`, [48, 49, 120]);
    for (const [at, chance] of [0.7, moved(0.7, -1), moved(0.7, -1)].entries())
      expect(Math.abs((rates[at] ?? 0) - chance)).toBeLessThan(4 * Math.sqrt(0.25 / 1000));
  });

  it.each(seeds)("leaves the first turn free of errors where it is told to, seed %i", (seed) => {
    const [first, second] = ratesByTurn(`p=0.7,format=0.1,free-first=1,seed=${seed}`, [0, 1]);
    expect(first).toBe(1);
    expect(second).toBeLessThan(0.75);
    expect(ratesByTurn(`p=0.7,seed=${seed}`, [0])[0]).toBeLessThan(0.8);
  });

  it.each(seeds)("is a task's own where it has one, seed %i", (seed) => {
    const script = `p=0.9,p-retrieval=0.6,p-matrix-unbounded=0.3,seed=${seed}`;
    for (const [task, chance] of Object.entries({ "dict-sum": 0.9, retrieval: 0.6, "matrix-unbounded": 0.3 }))
      expect(Math.abs(shareRight(script, { truth: truthOf({ task }) }) - chance)).toBeLessThan(near);
  });
});

describe("frailty", () => {
  const script = (seed: number) => parseScript(`p=0.7,frailty=1.5,seed=${seed}`);

  it.each(seeds)("is normal with the spread that the script says, seed %i", (seed) => {
    const shifts = Array.from({ length: 2000 }, (_, rollout) => frailtyOf(script(seed), rollout));
    const mean = shifts.reduce((sum, shift) => sum + shift, 0) / 2000;
    const spread = Math.sqrt(shifts.reduce((sum, shift) => sum + (shift - mean) ** 2, 0) / 1999);
    expect(Math.abs(mean)).toBeLessThan((4 * 1.5) / Math.sqrt(2000));
    expect(Math.abs(spread - 1.5)).toBeLessThan((4 * 1.5) / Math.sqrt(2 * 2000));
    const within = shifts.filter((shift) => Math.abs(shift) < 1.5).length / 2000;
    expect(Math.abs(within - 0.683)).toBeLessThan(0.045);
  });

  it.each(seeds)("shifts a rollout by as much in every arm and turn, seed %i", (seed) => {
    for (const rollout of [0, 1, 2]) {
      const chance = moved(0.7, frailtyOf(script(seed), rollout));
      for (const change of [{}, { turnIndex: 30 }, { sample: 2 }, truth({ visibleTurns: 9, prompt: "cot" })])
        expect(stepChance(script(seed), requestOf({ rollout, ...change }))).toBeCloseTo(chance, 12);
    }
    expect(frailtyOf(script(seed), 1)).not.toBe(frailtyOf(script(seed + 1), 1));
  });

  it("is not there by default", () => {
    expect(frailtyOf(parseScript("p=0.7"), 3)).toBe(0);
  });
});

describe("the effect of a dictionary", () => {
  const dictionary = (value: number) => [
    { key: "graph", value },
    { key: "union", value: -7 },
  ];
  const chances = (spec: string): number[] =>
    Array.from({ length: 1000 }, (_, index) =>
      stepChance(parseScript(spec), requestOf(truth({ dictionary: dictionary(index + 1) }))),
    );

  it.each(seeds)("has the spread that the script says, seed %i", (seed) => {
    const shifts = chances(`p=0.5,dictionary-effect=0.8,seed=${seed}`).map((p) => Math.log(p / (1 - p)));
    const spread = Math.sqrt(shifts.reduce((sum, shift) => sum + shift ** 2, 0) / 1000);
    expect(Math.abs(spread - 0.8)).toBeLessThan((4 * 0.8) / Math.sqrt(2 * 1000));
  });

  it.each(seeds)(
    "is the same for all rollouts and scripts that have its text and a seed, seed %i",
    (seed) => {
      const logOdds = (spec: string, p: number, rollout: number): number => {
        const request = requestOf({ rollout, truth: truthOf({ dictionary: dictionary(5) }) });
        const chance = stepChance(parseScript(`${spec},dictionary-effect=0.8,p=${p}`), request);
        return Math.log(chance / (1 - chance)) - Math.log(p / (1 - p));
      };
      expect(logOdds(`seed=${seed}`, 0.9, 7)).toBeCloseTo(logOdds(`seed=${seed}`, 0.6, 0), 10);
      expect(logOdds(`seed=${seed}`, 0.9, 0)).not.toBeCloseTo(logOdds(`seed=${seed + 1}`, 0.9, 0), 10);
    },
  );

  it("is not there by default, nor without a dictionary", () => {
    expect(new Set(chances("p=0.7"))).toEqual(new Set([0.7]));
    expect(stepChance(parseScript("p=0.7,dictionary-effect=2"), requestOf())).toBe(0.7);
  });
});

describe("errors shared between two scripts", () => {
  const together = (one: string, other: string): { one: number; both: number } => {
    let [first, both] = [0, 0];
    for (let turn = 0; turn < 4000; turn++) {
      const request = requestOf({ rollout: turn % 20, turnIndex: Math.floor(turn / 20) });
      const isWrong = answerOf(one, request) !== 42;
      if (isWrong) first++;
      if (isWrong && answerOf(other, request) !== 42) both++;
    }
    return { one: first / 4000, both: both / 4000 };
  };

  it.each(seeds)("come together as often as the script says, seed %i", (seed) => {
    const script = (own: number, spec: string): string => `p=0.8,seed=${own},${spec}`;
    const shared = together(script(seed, "shared=0.7"), script(seed + 10, "shared=0.7"));
    expect(Math.abs(shared.one - 0.2)).toBeLessThan(near);
    expect(Math.abs(shared.both - (0.7 * 0.2 + 0.3 * 0.04))).toBeLessThan(near);
    for (const [left, right] of [
      ["", ""],
      ["shared=1,shared-seed=5", "shared=1,shared-seed=6"],
    ] as const) {
      const apart = together(script(seed, left), script(seed + 10, right));
      expect(Math.abs(apart.both - 0.04)).toBeLessThan(4 * Math.sqrt(0.04 / 4000));
    }
  });

  it("leave the samples of one turn unlike", () => {
    const answers = Array.from({ length: 40 }, (_, sample) =>
      answerOf("p=0.5,shared=1", requestOf({ sample })),
    );
    expect(new Set(answers.map((answer) => answer === 42)).size).toBe(2);
  });
});

/** Share of right answers in each of these turns (from 0), over 1,000 rollouts. */
function ratesByTurn(spec: string, turns: readonly number[]): number[] {
  return turns.map((turnIndex) => {
    const answers = Array.from({ length: 1000 }, (_, rollout) =>
      answerOf(spec, requestOf({ rollout, turnIndex })),
    );
    return answers.filter((answer) => answer === 42).length / 1000;
  });
}

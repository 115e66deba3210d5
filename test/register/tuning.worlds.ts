import { type Conditions, conditionsSchema, type Tuning } from "../../src/hardware/facts.ts";
import type { Conclusion, World } from "./world.ts";

/** A run, told with all that was tried, as if it had been fitted to the machine in that way. */
const fitted = (overrides: Partial<Tuning>): World => {
  const tuning: Tuning = {
    threads: { prefill: 4, decodeOne: 4, decodeAll: 4 },
    threadsBy: "measured",
    tried: [],
    isDisturbed: false,
    conversationsTried: [],
    parallelBecause: null,
    ...overrides,
  };
  return {
    commands: [
      "run --quiet --engine scripted:p=0.97,seed={seed} --name alpha --seed {seed} --rollouts 4 --turns 4",
      "show 1 --verbose",
    ],
    tampering: `UPDATE run SET tuning = '${JSON.stringify(tuning)}'`,
  };
};

/** The same of what the machine was like meanwhile. */
const beside = (known: Partial<Conditions>, besides = ""): World => {
  const unknown = Object.fromEntries(Object.keys(conditionsSchema.shape).map((name) => [name, null]));
  return {
    ...fitted({}),
    tampering: `UPDATE run SET conditions = '${JSON.stringify({ ...unknown, ...known })}'; ${besides}`,
  };
};

const tried = (two: number, four: number): Tuning["tried"] => [
  { shape: "decodeOne", threads: 4, tokensPerSecond: four },
  { shape: "decodeOne", threads: 2, tokensPerSecond: two },
];

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "tuning.threadsChosen",
    pattern: /threads +4 threads: the fastest in a trial/,
    said: fitted({}),
    unsaid: fitted({ threadsBy: "asked" }),
  },
  {
    sentence: "tuning.threadsChosen",
    pattern: /threads +8 for prompts, 2 for answers of one conversation, 4 for answers of several/,
    said: fitted({ threads: { prefill: 8, decodeOne: 2, decodeAll: 4 } }),
    unsaid: fitted({}),
  },
  {
    sentence: "tuning.threadsChosen",
    pattern: /threads +1 thread: there is one core to use/,
    said: fitted({ threads: { prefill: 1, decodeOne: 1, decodeAll: 1 }, threadsBy: "one" }),
    unsaid: fitted({ threads: { prefill: 1, decodeOne: 1, decodeAll: 1 } }),
  },
  {
    sentence: "tuning.threadsTried",
    pattern: /answers of one conversation: 30 tokens\/s with 2, 20 tokens\/s with 4/,
    said: fitted({ tried: tried(30, 20) }),
    unsaid: fitted({ tried: tried(20, 30) }),
  },
  {
    sentence: "tuning.triedWhileBusy",
    pattern: /other processes had cores meanwhile/,
    said: fitted({ isDisturbed: true }),
    unsaid: fitted({ isDisturbed: null }),
  },
  {
    sentence: "tuning.machineBeside",
    pattern: /machine +load 0\.52 at the start; processor 55 C at the start, 71 C at the end/,
    said: beside({ loadAtStart: 0.524, cpuCelsiusAtStart: 55, cpuCelsiusAtEnd: 71.2 }),
    unsaid: beside({ loadAtStart: 0.524, cpuCelsiusAtStart: 55 }),
  },
  {
    sentence: "tuning.machineBeside",
    pattern: /machine +load \(not available\) at the start; processor \(not available\)/,
    said: beside({}),
    unsaid: fitted({}),
  },
  {
    sentence: "tuning.machineBeside",
    pattern: /graphics 40 C at the start, \(not available\) at the end/,
    said: beside({ gpuCelsiusAtStart: 40 }, "UPDATE run SET vram_bytes = 1000000"),
    unsaid: beside({ gpuCelsiusAtStart: 40 }),
  },
  {
    sentence: "tuning.pulseBeside",
    pattern: /a fixed computation took 10 ms before and 13 ms after: the machine was held back/,
    said: beside({ pulseBeforeMs: 10, pulseAfterMs: 13, isHeldBack: true }),
    unsaid: beside({ pulseBeforeMs: 10, pulseAfterMs: 13, isHeldBack: null }),
  },
];

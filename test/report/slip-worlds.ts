import { decodedSlip, type DecodedSlip } from "../../src/report/slips/slips.ts";
import { Random } from "../../src/random.ts";
import { workedExamples } from "../../src/tasks/examples.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import type { Slip } from "../../src/tasks/slips.ts";
import type { TaskSettings } from "../../src/tasks/task.ts";
import { taskSettings } from "../tasks/builders.ts";

/** Draws a wrong answer for a turn of which all but the answer is known. */
export type Fault = (slip: Omit<Slip, "answer">, random: Random) => number;

/** An error that means nothing: off by one of these sizes, up or down. */
export function meaningless(sizes: readonly number[]): Fault {
  return ({ expected }, random) => expected + random.pick(sizes) * (random.below(2) === 0 ? 1 : -1);
}

/** Each with its own chance, the rest by the last one. */
export function mixed(faults: readonly (readonly [chance: number, fault: Fault])[], rest: Fault): Fault {
  return (slip, random) => {
    let draw = random.unit();
    for (const [chance, fault] of faults) {
      if (draw < chance) return fault(slip, random);
      draw -= chance;
    }
    return rest(slip, random);
  };
}

export const otherKey: Fault = ({ dictionary, keys, expected }, random) => {
  const asked = dictionary.find(({ key }) => key === keys[0]);
  const taken = random.pick(dictionary.filter(({ key }) => key !== keys[0]));
  return expected - (asked?.value ?? 0) + taken.value;
};

/** What the worked examples of these prompts end with. */
const exampleTotal = workedExamples(tasks["dict-sum"], taskSettings({ shots: 4 })).last;

export const valueOnly: Fault = ({ expected, state }) => expected - state;
export const fromExamples: Fault = ({ expected, state }) => expected - state + exampleTotal;
export const repeated: Fault = ({ shown, expected }) => shown[0] ?? expected + 7;

/** The slips of a model that errs in a tenth of its turns, own history, by this fault. */
export function madeSlips(
  seed: number,
  rollouts: number,
  fault: Fault,
  settings: Partial<TaskSettings> = {},
): DecodedSlip[] {
  const whole = taskSettings({ turns: 30, ...settings });
  return Array.from({ length: rollouts }, (_, rollout) => {
    const { dictionary, turns } = createInstance(tasks["dict-sum"], whole, seed, rollout);
    const random = new Random(seed, "fault", rollout);
    const shown: number[] = [];
    return turns.flatMap(({ keys, value, truth }, index): DecodedSlip[] => {
      const state = shown[0] ?? 0;
      const asked = {
        stateful: true,
        dictionary,
        keys,
        state,
        exampleTotal,
        shown: shown.slice(0, 8),
        expected: state + value,
        truth,
      };
      const answer = random.unit() < 0.1 ? fault(asked, random) : asked.expected;
      shown.unshift(answer);
      return answer === asked.expected ? [] : [decodedSlip(rollout, index + 1, { ...asked, answer })];
    });
  }).flat();
}

import { describe, expect, it } from "vitest";
import type { TurnTruth } from "../../src/engine/turn-truth.ts";
import { taskNames, tasks } from "../../src/tasks/index.ts";
import { play } from "./play.ts";

/** Wrong in the third turn, right in the others. */
const slipping = ({ turnIndex, truth }: { turnIndex: number; truth: TurnTruth }): string =>
  `<answer>${truth.expected + (turnIndex === 2 ? 1 : 0)}</answer>`;

async function truths(given: Parameters<typeof play>[0], answer?: typeof slipping): Promise<TurnTruth[]> {
  const { requests } = await play(given, answer);
  return requests.map(({ truth }) => truth);
}

describe("what a request tells a simulated model of the truth", () => {
  it.each(taskNames)("makes the right answer of state and values in %s", async (name) => {
    const task = tasks[name];
    const keysPerTurn = task.takesManyKeys ? 3 : 1;
    for (const { task: told, state, values, combine, expected, steps } of await truths({
      task: name,
      settings: { keysPerTurn },
    })) {
      const [first = 0, ...rest] = state === null ? values : [state, ...values];
      expect(rest.reduce(combine, first)).toBe(expected);
      expect(told).toBe(name);
      expect(steps).toBe(keysPerTurn);
      expect(state === null).toBe(!task.stateful);
    }
  });

  it("is how the turn is asked", async () => {
    const plain = await truths({});
    expect(plain[0]).toMatchObject({ prompt: "direct", isThinking: false, isStateTold: false });
    const asked = await truths({ settings: { prompt: "verify" }, how: { thinking: "on" } });
    expect(asked[0]).toMatchObject({ prompt: "verify", isThinking: true });
    expect(asked[0]?.dictionary).toEqual((await play({})).instance.dictionary);
  });

  it.each<[string, number, boolean]>([
    ["own", 7, false],
    ["healed", 7, false],
    ["window:3", 3, false],
    ["recap", 7, true],
    ["fresh", 0, true],
  ])("is what the conversation shows: history %o", async (history, visibleTurns, isStateTold) => {
    expect((await truths({ history }))[7]).toMatchObject({ visibleTurns, isStateTold });
  });

  it("is whether the model slipped before, and the last number shown", async () => {
    const told = await truths({}, slipping);
    expect(told.map(({ hasSlipped }) => hasSlipped)).toEqual(told.map((_, index) => index > 2));
    expect(told.slice(1).map(({ shown }) => shown)).toEqual(
      told.slice(0, -1).map(({ expected }, index) => expected + (index === 2 ? 1 : 0)),
    );
    expect(told[0]?.shown).toBeNull();
  });
});

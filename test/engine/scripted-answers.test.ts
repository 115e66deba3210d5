import { describe, expect, it } from "vitest";
import type { ScriptedRequest } from "../../src/engine/scripted/form.ts";
import type { TurnTruth } from "../../src/engine/turn-truth.ts";
import { scriptedReply } from "../../src/engine/scripted/reply.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { readAnswer } from "../../src/tasks/answer.ts";
import { taskNames } from "../../src/tasks/index.ts";
import { play } from "../rollout/play.ts";
import { answerOf, requestOf } from "./scripted-request.ts";
import { truthOf } from "./truth.ts";

const seeds = [1, 2, 3];

const dictionary = [
  { key: "graph", value: 300 },
  { key: "union", value: -4000 },
  { key: "amber", value: 70_000 },
];

/** The total was 10, graph and union are asked for; the last answer was 25. */
const truth = truthOf({ state: 10, values: [300, -4000], expected: -3690, steps: 2, shown: 25, dictionary });

/** Differences to the right answer over 1,000 turns that all slip. */
function differences(spec: string, of: TurnTruth = truth): number[] {
  return Array.from({ length: 1000 }, (_, turnIndex) => {
    const answer = answerOf(`p=0,${spec}`, requestOf({ rollout: turnIndex % 7, turnIndex, truth: of }));
    return (answer ?? Number.NaN) - of.expected;
  });
}

const kinds = [
  { name: "other-key", differences: [-4300, 69_700, 4300, 74_000] },
  { name: "forget-total", differences: [-10] },
  { name: "repeat-answer", differences: [25 + 3690] },
  { name: "drop-key", differences: [-300, 4000] },
];

describe.each(kinds)("slips of the kind $name", ({ name, differences: possible }) => {
  it.each(seeds)("are all there are where they are all that is planted, seed %i", (seed) => {
    expect(new Set(differences(`${name}=1,seed=${seed}`))).toEqual(new Set(possible));
  });

  it.each(seeds)("are as many as the script says, the others without meaning, seed %i", (seed) => {
    const found = differences(`${name}=0.4,seed=${seed}`);
    const [meant, others] = [
      found.filter((d) => possible.includes(d)),
      found.filter((d) => d !== -10 && Math.abs(d) >= 1 && Math.abs(d) <= 20),
    ];
    const chance = name === "forget-total" ? 0.4 + 0.6 / 40 : 0.4;
    expect(Math.abs(meant.length / 1000 - chance)).toBeLessThan(4 * Math.sqrt(0.25 / 1000));
    expect(found.filter((d) => !possible.includes(d) && Math.abs(d) > 20)).toEqual([]);
    expect(others.length).toBeGreaterThan(500);
  });
});

describe("slips", () => {
  it.each(seeds)("of several kinds come in their shares, seed %i", (seed) => {
    const found = differences(`other-key=0.1,forget-total=0.2,repeat-answer=0.3,drop-key=0.4,seed=${seed}`);
    for (const [kind, share] of [0.1, 0.2, 0.3, 0.4].entries()) {
      const count = found.filter((d) => kinds[kind]?.differences.includes(d)).length;
      expect(Math.abs(count / 1000 - share)).toBeLessThan(4 * Math.sqrt(0.25 / 1000));
    }
  });

  it.each(seeds)("mean nothing by default, seed %i", (seed) => {
    const found = new Set(differences(`seed=${seed}`));
    expect([...found].every((d) => Math.abs(d) >= 1 && Math.abs(d) <= 20)).toBe(true);
    expect(found.size).toBe(40);
  });

  it("mean nothing where the turn cannot hold the planted kind", () => {
    const first = truthOf({ state: 0, values: [42], shown: null, dictionary: [{ key: "a", value: 42 }] });
    for (const { name } of kinds.filter(({ name }) => name !== "drop-key"))
      expect(differences(`${name}=1`, first)).toEqual(differences("", first));
    const alone = truthOf({ state: null, values: [42], shown: 42 });
    for (const { name } of kinds) expect(differences(`${name}=1`, alone)).toEqual(differences("", alone));
  });

  it.each(taskNames)("are slips in %s, whatever kind is planted", async (task) => {
    const settings = { keysPerTurn: task.startsWith("prefix") || task.startsWith("dict") ? 2 : 1 };
    for (const { name } of [...kinds, { name: "format" }]) {
      const script = parseScript(`p=0,${name}=1`);
      const { turns } = await play({ task, settings }, (request) => scriptedReply(script, request).text);
      for (const { samples } of turns) expect(samples[0]?.judged.verdict.turnCorrect).toBe(false);
    }
  });
});

describe("repetition after the first slip", () => {
  /** The answers of every rollout, from the first wrong one on. */
  const afterFirstSlip = async (spec: string): Promise<(number | null)[][]> => {
    const script = parseScript(spec);
    const rollouts = await Promise.all(
      Array.from({ length: 100 }, (_, rollout) =>
        play({ rollout, settings: { turns: 30 } }, (request) => scriptedReply(script, request).text),
      ),
    );
    return rollouts.map(({ turns }) => {
      const verdicts = turns.map(({ samples }) => samples[0]?.judged.verdict);
      const first = verdicts.findIndex((verdict) => verdict?.turnCorrect === false);
      return first < 0 ? [] : verdicts.slice(first).map((verdict) => verdict?.answer ?? null);
    });
  };
  const isStuck = (answers: readonly (number | null)[]): boolean => new Set(answers).size === 1;

  it.each(seeds)("holds in as many rollouts as the script says, seed %i", async (seed) => {
    for (const share of [0, 0.5, 1]) {
      const slipped = await afterFirstSlip(`p=0.8,seed=${seed},after-slip-repeat=${share}`);
      const counted = slipped.filter(({ length }) => length >= 5);
      expect(counted.length).toBeGreaterThan(80);
      const stuck = counted.filter(isStuck).length / counted.length;
      if (share === 0.5) expect(Math.abs(stuck - 0.5)).toBeLessThan(0.22);
      else expect(stuck).toBe(share);
    }
  });

  it("is not there before the first slip", () => {
    const request = requestOf({ truth: truthOf({ shown: 7 }) });
    expect(answerOf("p=1,after-slip-repeat=1", request)).toBe(42);
  });
});

describe("failures of form", () => {
  const share = (spec: string, change: Partial<ScriptedRequest> = {}): number => {
    const script = parseScript(`p=0.9,${spec}`);
    const failed = Array.from({ length: 2000 }, (_, turnIndex) =>
      readAnswer(scriptedReply(script, requestOf({ turnIndex, ...change })).text, false),
    ).filter((reading) => reading.answer === null);
    return failed.length / 2000;
  };
  const grammar = 'root ::= "<answer>" [0-9]+ "</answer>"';

  it.each(seeds)("are removed by a grammar, those of every format are not, seed %i", (seed) => {
    expect(Math.abs(share(`form=0.3,seed=${seed}`) - 0.3)).toBeLessThan(4 * Math.sqrt(0.21 / 2000));
    expect(share(`form=0.3,seed=${seed}`, { grammar })).toBe(0);
    expect(share(`format=0.3,seed=${seed}`, { grammar })).toBe(share(`format=0.3,seed=${seed}`));
    expect(share(`seed=${seed}`)).toBe(0);
  });

  it("leave the other answers as they are", () => {
    for (let turnIndex = 0; turnIndex < 200; turnIndex++) {
      const request = requestOf({ turnIndex });
      const answer = answerOf("p=0.8,form=0.5", request);
      if (answer !== null) expect(answer).toBe(answerOf("p=0.8", request));
    }
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/errors.ts";
import {
  type Parameter,
  parameterName,
  parameters,
  scriptHelp,
} from "../../src/engine/scripted/parameters.ts";
import { scriptedReply } from "../../src/engine/scripted/reply.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { taskNames } from "../../src/tasks/index.ts";
import { requestOf } from "./scripted-request.ts";
import { truthOf } from "./truth.ts";

const all = Object.entries<Parameter>(parameters).map(([field, parameter]) => ({
  name: parameterName(field),
  ...parameter,
}));
const named = [...all.map(({ name }) => name), ...taskNames.map((task) => `p-${task}`)];

const outside: Readonly<Record<Parameter["range"], readonly string[]>> = {
  share: ["-0.1", "1.1"],
  number: [],
  amount: ["-1"],
  count: ["-1", "1.5"],
  turn: ["0", "1.5"],
  switch: ["-1", "0.5", "2"],
};

function refusal(spec: string): string {
  try {
    parseScript(spec, 1, taskNames);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "";
}

describe("a script", () => {
  it.each(all)("refuses $name beyond its range, with name, value and what is allowed", ({ name, range }) => {
    for (const value of [...outside[range], "", "x", "Infinity", "NaN"])
      expect(refusal(`${name}=${value}`)).toMatch(
        new RegExp(`${name}=${value.replace(".", "\\.")} must be (between|a |0 or 1)`),
      );
  });

  it("takes every standard value as given", () => {
    const spec = all.map(({ name, standard }) => `${name}=${standard}`).join();
    expect(parseScript(spec)).toEqual(parseScript(""));
  });

  it("refuses shares that are together more than 1", () => {
    expect(refusal("other-key=0.6,drop-key=0.5")).toMatch(
      /other-key=0.6 and drop-key=0.5 must together be at most 1/,
    );
    expect(refusal("cut-full=0.6,cut-error=0.5")).toMatch(
      /cut-full=0.6 and cut-error=0.5 must together be at most 1/,
    );
    expect(refusal("other-key=0.1,forget-total=0.2,repeat-answer=0.3,drop-key=0.4")).toBe("");
  });

  it("says what it knows where it is given something else", () => {
    const message = refusal("skill=1");
    expect(message).toMatch(/unknown parameter "skill"/);
    for (const name of named) expect(message).toContain(name);
  });

  it("can rate every task there is", () => {
    for (const task of taskNames) {
      expect(refusal(`p-${task}=1.5`)).toBe(`--engine scripted: p-${task}=1.5 must be between 0 and 1.`);
      expect(parseScript(`p-${task}=0.25`, 1, taskNames).taskRates).toEqual({ [task]: 0.25 });
    }
  });

  it("is told in the help with every name", () => {
    for (const name of named) expect(scriptHelp(taskNames)).toMatch(new RegExp(`[ ,]${name}(=|,|\\n)`));
  });
});

/** SHA-256 over 200 replies to requests that differ in all that scripts had always looked at. */
function hashOfReplies(spec: string, runSeed?: number): string {
  const hash = createHash("sha256");
  for (let i = 0; i < 200; i++) {
    const truth = truthOf({
      expected: i - 100,
      steps: 1 + (i % 3),
      wrongShare: (i % 5) / 5,
      visibleTurns: i % 4,
      isThinking: i % 2 === 0,
      hasSlipped: i % 3 === 0,
      shown: 5,
      state: i,
      values: [-100],
    });
    const turn = { rollout: i % 10, turnIndex: Math.floor(i / 10), sample: i % 7 === 0 ? 1 : 0 };
    hash.update(JSON.stringify(scriptedReply(parseScript(spec, runSeed), requestOf({ ...turn, truth }))));
  }
  return hash.digest("hex").slice(0, 16);
}

describe("the stream of errors", () => {
  // From the program as it was before there were any other effects.
  const before = [
    ["", "990cf3af37d0b905"],
    ["p=0.9,seed=3", "4be5c8c7719f3c3d"],
    ["p=0.97,drift=-0.05,conditioning=3,format=0.1,seed=2", "e12ea24fde13b3be"],
    ["p=0.8,think=12,unclosed=0.2,seed=4", "9a81fcec569e5617"],
  ] as const;

  it.each(before)("of scripted:%s is what it always was", (spec, hash) => {
    expect(hashOfReplies(spec)).toBe(hash);
  });

  it.each(before)("of scripted:%s is that of a run with seed 1, and of no other", (spec, hash) => {
    expect(hashOfReplies(spec, 1)).toBe(hash);
    const others = [2, 3, 1_000_001].map((runSeed) => hashOfReplies(spec, runSeed));
    expect(new Set([hash, ...others]).size).toBe(4);
  });

  it("is drawn together with other scripts in a run of one seed, and not with those of another run", () => {
    const right = (spec: string, runSeed: number) =>
      Array.from({ length: 200 }, (_, turnIndex) => {
        const reply = scriptedReply(parseScript(`p=0.5,shared=1,${spec}`, runSeed), requestOf({ turnIndex }));
        return reply.text.includes("42") ? "r" : "w";
      }).join("");
    expect(right("seed=1", 2)).toBe(right("seed=7", 2));
    expect(right("seed=1", 2)).not.toBe(right("seed=1", 3));
  });

  it("is the same where every other parameter is given at its standard value", () => {
    const spec = all
      .filter(({ name }) => !["p", "seed"].includes(name))
      .map(({ name, standard }) => `${name}=${standard}`)
      .join();
    expect(hashOfReplies(`p=0.9,seed=3,${spec}`)).toBe("4be5c8c7719f3c3d");
  });
});

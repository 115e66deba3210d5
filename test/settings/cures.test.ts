import { describe, expect, it } from "vitest";
import { curesOf, type Trouble } from "../../src/settings/cures.ts";
import { onLevel } from "../../src/settings/on-level.ts";
import { type Settings, standardSettings } from "../../src/settings/settings.ts";

const file = { file: "a.json", sha256: "ab" };
const textAlone = { metadata: { longhaul: { head_tokens: [1] } } };

function cures(trouble: Trouble, changed: Partial<Settings>, more: object = {}): string[] {
  return curesOf(trouble, { settings: onLevel({ ...standardSettings, ...changed }), model: null, ...more });
}

const [auto, retrieval, values] = ["--level auto", "--task retrieval", "a smaller --value-max"];

describe("what to try at the floor of the task", () => {
  it.each<readonly [string, Partial<Settings>, readonly string[]]>([
    ["as a run is without flags", {}, [retrieval, values, auto]],
    ["of values that get no smaller", { valueMax: 1 }, [retrieval, `${auto} (without --value-max)`]],
    [
      "of values that sum to zero with 2, not with 1",
      { valueMax: 2, dictionarySize: 5 },
      [retrieval, `${auto} (without --dictionary-size, --value-max)`],
    ],
    ["of a task that was asked for", { task: "addition" }, [values, `${auto} (without --task)`]],
    ["of a look-up", { task: "retrieval" }, ["a smaller --dictionary-size", `${auto} (without --task)`]],
    [
      "of the smallest look-up",
      { task: "retrieval", dictionarySize: 2 },
      [`${auto} (without --task, --dictionary-size)`],
    ],
    [
      "with many keys a turn, of which a look-up takes one",
      { keysPerTurn: 5 },
      [values, `${auto} (without --keys-per-turn)`],
    ],
    ["on a level, which decides the rest", { level: "dict-sum-9-of-20" }, [auto]],
    ["of a data set, which decides values", { dataset: file }, [retrieval]],
    ["of a task that this program does not know", { task: "juggling" as Settings["task"] }, []],
    ["behind a history that this program does not know", { history: "dreamt" }, []],
  ])("%s", (_, changed, expected) => {
    expect(cures("task", changed)).toEqual(expected);
  });

  it("is no other level where this one was looked for", () => {
    expect(cures("task", { level: "retrieval-9-of-5" }, { isLevelFixed: true })).toEqual([]);
  });
});

describe("what to try at the floor of form", () => {
  it.each<readonly [string, Partial<Settings>, object, readonly string[]]>([
    ["as a run is without flags", {}, {}, ["--format integer", "more --shots"]],
    ["behind a grammar", { format: "integer" }, {}, ["more --shots"]],
    ["of a task without one", { task: "matrix" }, {}, ["more --shots"]],
    ["with all the examples there can be", { shots: 100, format: "integer" }, {}, []],
    ["with examples as text", { shotsAs: "text", shots: 100 }, {}, ["--shots-as auto", "--format integer"]],
    [
      "with examples as text, of a model that knows these alone",
      { shotsAs: "text" },
      { model: textAlone },
      ["--format integer", "more --shots"],
    ],
    [
      "with examples as turns, of such a model",
      { shotsAs: "turns" },
      { model: textAlone },
      ["--shots-as auto", "--format integer", "more --shots"],
    ],
    [
      "without examples, which stand nowhere",
      { shotsAs: "text", shots: 0 },
      {},
      ["--format integer", "more --shots"],
    ],
  ])("%s", (_, changed, more, expected) => {
    expect(cures("form", changed, more)).toEqual(expected);
  });
});

describe("what the same model was asked besides", () => {
  const beside = (...all: Partial<Settings>[]) => ({
    beside: all.map((changed) => onLevel({ ...standardSettings, ...changed })),
  });

  it.each<readonly [Trouble, Partial<Settings>, readonly string[]]>([
    ["form", { format: "integer" }, ["more --shots"]],
    ["form", { format: "integer", task: "retrieval" }, ["--format integer", "more --shots"]],
    ["form", { shots: 8, rollouts: 4, turns: 9, seed: 3 }, ["--format integer"]],
    ["form", { shots: 2 }, ["--format integer", "more --shots"]],
    ["task", { level: "retrieval-99-of-20" }, [values, auto]],
    ["task", { valueMax: 9 }, [retrieval, auto]],
    ["start", { burnIn: 2 }, []],
  ])("is not to be tried again: %s, %j", (trouble, asked, expected) => {
    expect(cures(trouble, {}, beside({}, asked))).toEqual(expected);
  });
});

describe("what to try against a cold start", () => {
  it.each<readonly [string, Partial<Settings>, readonly string[]]>([
    ["as a run is without flags", {}, ["--burn-in 4"]],
    ["with a burn-in", { burnIn: 4 }, ["a longer --burn-in"]],
    ["with the longest one", { burnIn: 1000 }, []],
    ["where the history leaves turns out", { history: "window:5" }, []],
    ["where it leaves all of them out", { history: "fresh" }, []],
  ])("%s", (_, changed, expected) => {
    expect(cures("start", changed)).toEqual(expected);
  });
});

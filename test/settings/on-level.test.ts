import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { flagsOfSettings, settingsOfFlags } from "../../src/settings/flags.ts";
import { levelOf, levelsBeside, onLevel, withOpenLevel } from "../../src/settings/on-level.ts";
import { inFlags, levelRefusal } from "../../src/settings/refusals.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { plannedTrials, refuseOffLevel, suiteParts } from "../../src/suites/plan.ts";
import { parseSuite } from "../../src/suites/read-suite.ts";

const model = {
  name: "m",
  source: "scripted:p=1",
  facts: { architecture: null, canReason: true },
  engine: { kind: "scripted" as const, spec: "" },
  served: null,
  error: null,
  file: null,
};

function partsOf(suite: object) {
  return suiteParts(parseSuite(stringify({ name: "a", ...suite }), "a.yaml"), []);
}

describe("a level", () => {
  it("decides the task and its sizes, by flag and in a suite", () => {
    const wanted = {
      ...standardSettings,
      level: "dict-sum-5-keys",
      keysPerTurn: 5,
    };
    expect(settingsOfFlags({ level: "dict-sum-5-keys" })).toEqual(wanted);
    expect(onLevel(standardSettings, "dict-sum-5-keys")).toEqual(wanted);
    const [part] = partsOf({ defaults: { level: "dict-sum-5-keys" }, experiments: [{ use: "horizon" }] });
    expect(part?.base).toEqual(wanted);
  });

  it("stands alone in the line that makes a run again", () => {
    const flags = flagsOfSettings(onLevel(standardSettings, "addition-9"));
    expect(flags).toEqual([["--level", "addition-9"]]);
    expect(flagsOfSettings(withOpenLevel(onLevel(standardSettings, "addition-9")))).toEqual([
      ["--level", "auto"],
    ]);
  });

  it("is that of all that asks the same, and of nothing that comes from a file", () => {
    expect(levelOf(standardSettings)?.name).toBe("dict-sum-99-of-20");
    expect(levelOf({ ...standardSettings, valueMax: 50 })).toBeNull();
    expect(levelOf({ ...standardSettings, dataset: { file: "a.json", sha256: null } })).toBeNull();
  });

  it("is told where one was asked for by its name", () => {
    const easy = onLevel(standardSettings, "addition-9");
    const sized = { ...standardSettings, valueMax: 50 };
    expect(levelsBeside([easy, standardSettings, sized])).toEqual(["addition-9", "dict-sum-99-of-20", null]);
    expect(levelsBeside([standardSettings, sized])).toEqual([null, null]);
  });

  it("that is none on the list is refused with the names there are", () => {
    expect(() => settingsOfFlags({ level: "addition-8" })).toThrow(
      /--level addition-8: must be none, auto, retrieval-9-of-5, .* or dict-sum-10-keys\./,
    );
  });

  it.each([
    ["task", "--task: --level auto decides it. Leave out one of the two."],
    ["keysPerTurn", "--keys-per-turn: --level auto decides it. Leave out one of the two."],
    ["valueMax", "--value-max: --level auto decides it. Leave out one of the two."],
    ["dictionarySize", "--dictionary-size: --level auto decides it. Leave out one of the two."],
    ["dataset", "--level auto: the instances come from a file. Leave out --level or --dataset."],
  ])("is refused beside %s", (name, words) => {
    const settings = settingsOfFlags({ level: "auto" });
    const refusal = levelRefusal(settings, (one) => one === name);
    expect(refusal === null ? "" : inFlags(refusal)).toBe(words);
    expect(levelRefusal(standardSettings, (one) => one === name)).toBeNull();
  });

  it("is refused in a suite beside what it decides, with its place", () => {
    expect(() =>
      partsOf({ defaults: { keysPerTurn: 2 }, experiments: [{ use: "horizon", level: "addition-9" }] }),
    ).toThrow("a.yaml:3:3 horizon: keysPerTurn: level: addition-9 decides it. Leave out one of the two.");
  });

  it.each(["addition-9", "auto"])("is refused where an experiment varies what it decides: %s", (level) => {
    const [ablations] = partsOf({ defaults: { level }, experiments: [{ use: "ablations" }] });
    if (ablations === undefined) throw new Error("no part");
    expect(() => plannedTrials(ablations, [model])).toThrow(
      `the experiment varies what level: ${level} decides. Give it level: none.`,
    );
    const capacity = partsOf({
      defaults: { level },
      experiments: [{ use: "capacity" }, { use: "capacity", name: "free", level: "none" }],
    });
    expect(() => refuseOffLevel(capacity, [model])).toThrow("the experiment varies what level:");
    expect(() => refuseOffLevel(capacity.slice(1), [model])).not.toThrow();
  });
});

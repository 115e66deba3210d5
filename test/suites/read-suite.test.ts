import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { suiteParts } from "../../src/suites/plan.ts";
import { parseSuite, readSuite } from "../../src/suites/read-suite.ts";

const read = (text: string) => parseSuite(text, "a.yaml");
const minimal = "name: a\nexperiments:\n  - use: horizon\n";

describe("a suite file", () => {
  it("is read, and what is set later wins", () => {
    const suite = read(
      "name: a\ndefaults: { turns: 10, rollouts: 5 }\nsettings:\n  - { name: small, kvTypeK: q8_0, rollouts: 6 }\nexperiments:\n  - use: horizon\n    turns: 20\n",
    );
    const [part] = suiteParts(suite, []);
    expect(part?.base).toMatchObject({
      rollouts: 6,
      kvTypeK: "q8_0",
      kvTypeV: "f16",
      turns: 20,
    });
  });

  it.each([
    ["name: a\nexperiments:\n  - use: horizon\n    turns: many\n", "a.yaml:4:5 experiments.0.turns: "],
    ["name: a\nexperiments:\n  - use: horizon\n    turnz: 3\n", 'a.yaml:4:5 unknown name "turnz"'],
    ["name: a\nexperiments:\n  - use: nothing\n", "a.yaml:3:5 experiments.0.use: "],
    ["name: a\ndefaults:\n  rollouts: 0\nexperiments:\n  - use: horizon\n", "a.yaml:3:3 defaults.rollouts: "],
    ["name: a\n", "a.yaml:1:1 experiments: "],
    ["name: a\nexperiments: [\n", "a.yaml:3:1 "],
    [`${minimal}  - use: self-conditioning\n    rates: [0, 2]\n`, "a.yaml:5:16 experiments.1.rates.1: "],
  ])("says where and what is wrong: %j", (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it("names experiments apart, and finds them by either name", () => {
    const suite = read(`${minimal}  - use: horizon\n    name: long\n    turns: 99\n`);
    expect(suiteParts(suite, []).map(({ experiment }) => experiment)).toEqual(["horizon", "horizon: long"]);
    const only = (text: string) => suiteParts(suite, [text]).map(({ experiment }) => experiment);
    expect(only("long")).toEqual(["horizon: long"]);
    expect(only("horizon: long")).toEqual(["horizon: long"]);
    expect(only("horizon")).toEqual(["horizon"]);
    const named = read(
      "name: a\nexperiments:\n  - { use: horizon, name: a }\n  - { use: horizon, name: b }\n",
    );
    expect(suiteParts(named, ["horizon"])).toHaveLength(2);
    expect(() => suiteParts(suite, ["short"])).toThrow("--only short: no such experiment");
    expect(() => suiteParts(read(`${minimal}  - use: horizon\n`), [])).toThrow("two experiments");
  });

  it("that does not exist is told by its path", () => {
    expect(() => readSuite("/nowhere/b.yaml")).toThrow("suite /nowhere/b.yaml: cannot be read");
  });

  it("that ships can be read, and the schema that ships is the schema", () => {
    const folder = new URL("../../bench/suites/", import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
    expect(files.toSorted()).toEqual([
      "form.yaml",
      "paper.yaml",
      "quantization.yaml",
      "quick.yaml",
      "single-turn.yaml",
    ]);
    for (const file of files) {
      const suite = readSuite(new URL(file, folder).pathname);
      expect(suite.suite.name).toBe(file.replace(".yaml", ""));
      expect(suiteParts(suite, []).length).toBeGreaterThan(0);
    }
  });
});

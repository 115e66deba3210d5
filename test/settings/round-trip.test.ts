import { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { withSettings } from "../../src/cli/setting-options.ts";
import { flagsOfSettings, settingsOfFlags } from "../../src/settings/flags.ts";
import { isDecidedByLevel } from "../../src/settings/on-level.ts";
import { inFlags, refusalOf } from "../../src/settings/refusals.ts";
import { rowOf, settingNames, type Settings, standardSettings } from "../../src/settings/settings.ts";
import { storedSettings } from "../../src/settings/stored.ts";
import { plannedTrials, suiteParts } from "../../src/suites/plan.ts";
import { parseSuite } from "../../src/suites/read-suite.ts";
import { anySettings } from "./arbitrary-settings.ts";

/** As the command line takes them. */
function parsed(line: readonly string[]): Settings {
  const command = withSettings(new Command("run"));
  command.exitOverride().parse([...line], { from: "user" });
  return settingsOfFlags(command.opts());
}

/** As a suite that sets all it may set. */
function inSuite(settings: Settings): Settings | undefined {
  const given = Object.fromEntries(
    settingNames
      .filter((name) => rowOf(name).isInSuites && !isDecidedByLevel(settings, name))
      .map((name) => [name, settings[name]]),
  );
  const text = stringify({ name: "a", experiments: [{ use: "horizon", ...given }] });
  return suiteParts(parseSuite(text, "a.yaml"), [])[0]?.base;
}

describe("any valid settings", () => {
  it("are what the line says that makes a run of them again", () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const line = flagsOfSettings(settings).flatMap(([flag, text]) =>
          text === null ? [flag] : [flag, text],
        );
        expect(parsed(line)).toEqual(settings);
      }),
    );
  });

  it("are what a suite says that sets them", () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        expect(inSuite(settings)).toEqual({ ...settings, probe: null, shard: "1/1" });
      }),
    );
  });

  it("are read back from a run's row", () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const stored = storedSettings(JSON.stringify({ ...settings, asked: { x: 1 } }), settings.seed);
        expect(stored).toEqual({ ...settings, asked: { x: 1 } });
      }),
    );
  });
});

it("no flags at all are the standard settings, and the line of those is empty", () => {
  expect(parsed([])).toEqual(standardSettings);
  expect(flagsOfSettings(standardSettings)).toEqual([]);
});

describe("a row of an earlier version", () => {
  const row = {
    task: "dict-sum",
    turns: 7,
    rollouts: 3,
    keysPerTurn: 1,
    dictionarySize: 20,
    valueMax: 99,
    values: "zero-sum",
    sharedDictionary: false,
    shots: 4,
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    maxAnswerTokens: 32,
    stop: "answer",
    requested: {
      parallel: 4,
      gpu: "off",
      gpuLayers: "auto",
      threads: 2,
      context: "auto",
      kvTypeK: "q8_0",
      kvTypeV: "f16",
      flashAttention: false,
      dataset: "rows.json",
      capacityThreshold: 0.5,
    },
  };

  it("says what it said then, and what it does not hold is what it was", () => {
    expect(storedSettings(JSON.stringify(row), 9)).toEqual({
      ...standardSettings,
      turns: 7,
      rollouts: 3,
      seed: 9,
      maxAnswerTokens: 32,
      parallel: 4,
      gpu: "off",
      threads: 2,
      kvTypeK: "q8_0",
      flashAttention: "off",
      dataset: { file: "rows.json", sha256: null },
      shotsAs: "text",
      asked: { capacityThreshold: 0.5 },
    });
  });

  it("that ruled flash attention in meant: wherever it exists", () => {
    const json = JSON.stringify({ ...row, requested: { flashAttention: true } });
    expect(storedSettings(json, 1).flashAttention).toBe("auto");
  });
});

describe("a history without reasoning", () => {
  const asTwo = { ...standardSettings, history: "own", keepReasoning: "none" as const };

  it("is the same settings in one word and in two, by flag, in a suite and in a row of an earlier version", () => {
    expect(parsed(["--history", "stripped"])).toEqual(asTwo);
    expect(parsed(["--history", "stripped", "--keep-reasoning", "none"])).toEqual(asTwo);
    expect(parsed(["--keep-reasoning", "none"])).toEqual(asTwo);
    const entry = { use: "horizon", history: "stripped" };
    const suite = stringify({
      name: "a",
      experiments: [entry, { ...entry, name: "b", keepReasoning: "none" }],
    });
    for (const part of suiteParts(parseSuite(suite, "a.yaml"), [])) expect(part.base).toEqual(asTwo);
    const { keepReasoning: _, ...before } = { ...standardSettings, history: "stripped" };
    expect(storedSettings(JSON.stringify(before), 1)).toEqual({ ...asTwo, asked: {} });
  });

  it.each(["all", "template"] as const)("is refused where it is said that %s stays, too", (keepReasoning) => {
    const settings = settingsOfFlags({ history: "stripped", keepReasoning }, {}, () => true);
    const refusal = refusalOf(settings, null);
    expect(refusal === null ? "" : inFlags(refusal)).toBe(
      `--history stripped with --keep-reasoning ${keepReasoning}: stripped keeps no reasoning. Use --keep-reasoning none, or --history own.`,
    );
    const entry = { use: "horizon", history: "stripped", keepReasoning };
    const suite = parseSuite(stringify({ name: "a", experiments: [entry] }), "a.yaml");
    const model = {
      name: "m",
      source: "scripted:p=1",
      facts: { architecture: null, canReason: true },
      engine: { kind: "scripted" as const, spec: "" },
      served: null,
      error: null,
      file: null,
    };
    const [part] = suiteParts(suite, []);
    if (part === undefined) throw new Error("no part");
    expect(() => plannedTrials(part, [model])).toThrow(
      `a.yaml:4:5 horizon, own history: history: stripped with keepReasoning: ${keepReasoning}:`,
    );
  });
});

describe("variables of a template", () => {
  it("are one text, whatever the order and the blanks", () => {
    const [one, other] = [
      '{"b": {"d": 1, "c": [2, {"f": 0, "e": null}]}, "a": "x"}',
      '{"a":"x","b":{"c":[2,{"e":null,"f":0}],"d":1}}',
    ];
    expect(parsed(["--chat-template-kwargs", one ?? ""]).chatTemplateKwargs).toBe(other);
    expect(parsed(["--chat-template-kwargs", other ?? ""]).chatTemplateKwargs).toBe(other);
  });

  it.each(["", "[1]", "null", "1", "{", "style=short"])(
    "are refused where they are no object: %j",
    (text) => {
      expect(() => parsed(["--chat-template-kwargs", text])).toThrow(
        `--chat-template-kwargs ${text}: must be a JSON object`,
      );
    },
  );

  it.each(["", "very high", "low\n", "x".repeat(41)])("of which effort is one word: %j", (text) => {
    expect(() => parsed(["--reasoning-effort", text])).toThrow("must be one word");
  });
});

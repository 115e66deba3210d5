import { Command } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { withSettings } from "../../src/cli/setting-options.ts";
import { flagsOfSettings, settingsOfFlags } from "../../src/settings/flags.ts";
import { rowOf, settingNames, type Settings, standardSettings } from "../../src/settings/settings.ts";
import { storedSettings } from "../../src/settings/stored.ts";
import { suiteParts } from "../../src/suites/plan.ts";
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
    settingNames.filter((name) => rowOf(name).isInSuites).map((name) => [name, settings[name]]),
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
        expect(inSuite(settings)).toEqual({ ...settings, probe: null });
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
      asked: { capacityThreshold: 0.5 },
    });
  });

  it("that ruled flash attention in meant: wherever it exists", () => {
    const json = JSON.stringify({ ...row, requested: { flashAttention: true } });
    expect(storedSettings(json, 1).flashAttention).toBe("auto");
  });
});

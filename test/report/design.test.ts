import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { armFacts } from "../../src/reading/arm-facts.ts";
import { plannedArm, plannedTrials, suiteParts } from "../../src/suites/plan.ts";
import { readSuite } from "../../src/suites/read-suite.ts";
import { suiteCautions } from "../../src/report/design.ts";

function planned(experiment: string, names: readonly string[], rollouts: number) {
  const facts = (arm: string) => armFacts(experiment, arm, {});
  return names.map((arm) => ({ experiment, arm, facts: facts(arm), model: "m", rollouts, leftOut: null }));
}

const keys = ["direct K=1", "direct K=2", "direct K=4", "cot K=1", "cot K=2", "cot K=4"];

describe("cautions about a plan", () => {
  it("counts relabellings of pairs where arms play the same instances", () => {
    const arms = ["greedy", "T=0.5", "T=0.7", "T=1"];
    expect(suiteCautions(planned("temperature", arms, 6))).toHaveLength(1);
    expect(suiteCautions(planned("temperature", arms, 7))).toEqual([]);
  });

  it("counts those of all rollouts where turns are of another size, within each mode", () => {
    expect(suiteCautions(planned("turns-against-keys", keys, 5))).toEqual([]);
    const [caution] = suiteCautions(planned("turns-against-keys", keys, 3));
    // 2 of 20 ways to deal the labels, for two comparisons.
    expect(caution).toMatch(/3 rollouts and 2 comparisons the smallest p-value there can be is 0\.2,/);
  });

  it("are never needed for a suite that ships, with as many as four models", () => {
    const folder = new URL("../../bench/suites/", import.meta.url);
    const models = ["a", "b", "c", "d"].map((name) => ({
      name,
      source: `scripted:p=0.9,seed=${name.charCodeAt(0)}`,
      facts: { architecture: null, canReason: true },
      engine: { kind: "scripted" as const, spec: "" },
      served: null,
      error: null,
      file: null,
    }));
    for (const file of readdirSync(folder)) {
      const parts = suiteParts(readSuite(new URL(file, folder).pathname), []);
      const arms = parts.flatMap((part) => plannedTrials(part, models)).map(plannedArm);
      expect(suiteCautions(arms), file).toEqual([]);
    }
  });
});

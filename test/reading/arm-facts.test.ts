import { describe, expect, it } from "vitest";
import { experiments } from "../../src/experiments/index.ts";
import { armFacts } from "../../src/reading/arm-facts.ts";
import { identitiesOf, requestOf } from "../../src/reading/identity.ts";
import { settingsOf } from "../../src/reading/settings.ts";
import type { ArmFacts } from "../../src/settings/arm-facts.ts";
import { sameSettings, standardSettings } from "../../src/settings/settings.ts";
import type { RunRecord } from "../../src/store/rows.ts";
import { madeRun, madeSettings } from "../report/runs.ts";

const model = { architecture: "qwen3", canReason: true };

/** Options under which arms carry all that their names ever told. */
const options: Readonly<Record<string, object>> = {
  "self-conditioning": {
    rates: [0, 0.125, 1],
    errors: ["noise", "replay"],
    magnitudes: [1, 10],
    blocks: ["all", "late"],
    roles: ["assistant", "user"],
    modes: ["direct", "cot"],
  },
  thinking: { budgets: [50] },
  capacity: { modes: ["direct", "cot"], largest: 4 },
  "turns-against-keys": { modes: ["direct", "voting"] },
  temperature: { temperatures: [0.25] },
};

/** Those that earlier versions had; the others' rows have always held what their arms are. */
const early = experiments.filter(({ name }) => !["headline", "quantization", "votes"].includes(name));
const laterArm = "check first, thinking";
const arms = early.flatMap((one) =>
  [{}, options[one.name] ?? {}].flatMap((given) => {
    const parsed = one.options.parse(given);
    const found = one.searches?.(standardSettings, parsed, model) ?? [];
    return [...one.arms(standardSettings, parsed, model), ...found.flat(2)]
      .filter(({ name }) => name !== laterArm)
      .map(({ name, facts }) => ({ experiment: one.name, name, facts: asNamed(one.name, facts) }));
  }),
);

/** What a name never told: which task of an ablation was the control, and by what a thought or a check of it was. */
function asNamed(experiment: string, facts: ArmFacts): ArmFacts {
  const { mode: _mode, ...others } = facts;
  if (experiment === "ablations") return { ...facts, role: "arm" };
  return experiment === "mitigations" ? others : facts;
}

describe("what an arm is", () => {
  it("is read from the names of earlier versions as experiments store it today", () => {
    expect(arms.length).toBeGreaterThan(100);
    for (const { experiment, name, facts } of arms)
      expect(armFacts(experiment, name, {}), name).toEqual(facts);
  });

  it("holds what a suite called the setting, commas and all", () => {
    for (const { experiment, name, facts } of arms)
      expect(armFacts(`${experiment}: again`, `${name}, long, odd`, {}), name).toEqual({
        ...facts,
        setting: "long, odd",
      });
  });

  it("is not read from a name where it is stored", () => {
    const facts = { role: "control" as const, setting: "b" };
    expect(armFacts("mitigations", "check first, a", facts)).toEqual(facts);
    // A threshold alone is what rows of earlier versions stored.
    expect(armFacts("capacity", "cot K=3, search", { capacityThreshold: 0.5 })).toMatchObject({
      mode: "cot",
      phase: "search",
    });
  });

  it("makes no other setting of a run", () => {
    const [plain, told] = [{}, { role: "control", setting: "b" }].map((asked) =>
      madeRun({ settings: madeSettings({ asked }) }),
    ) as [RunRecord, RunRecord];
    const identityOf = identitiesOf([told, plain]);
    expect(identityOf(told)).toBe(identityOf(plain));
    expect(requestOf(told)).toBe(requestOf(plain));
    expect(sameSettings(told.settings, plain.settings)).toBe(true);
    expect(settingsOf(told)).toEqual(settingsOf(plain));
  });

  it("is an arm like others where the name says nothing", () => {
    expect(armFacts("degradation", "something else", {})).toEqual({ role: "arm" });
    expect(armFacts("unheard of", "own history", {})).toEqual({ role: "arm" });
  });
});

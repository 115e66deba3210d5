import { describe, expect, it } from "vitest";
import { standardSettings } from "../../src/settings/settings.ts";
import { experiments } from "../../src/experiments/index.ts";
import type { ArmResult, ModelFacts, Experiment } from "../../src/experiments/experiment.ts";

const model: ModelFacts = { architecture: "qwen3", canReason: true };
const plain: ModelFacts = { architecture: "llama", canReason: false };

function kindNamed(name: string): Experiment {
  const found = experiments.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

const armsOf = (name: string, options: object = {}, facts = model) => {
  const one = kindNamed(name);
  return one.arms(standardSettings, one.options.parse(options), facts);
};

describe("the experiments", () => {
  it("all have arms with names of their own under their defaults, and the base is left as it is", () => {
    const before = JSON.stringify(standardSettings);
    for (const one of experiments) {
      const options = one.options.parse({});
      const arms = one.arms(standardSettings, options, model);
      const names = arms.map(({ name }) => name);
      expect(new Set(names).size, one.name).toBe(names.length);
      expect(arms.length > 0 || one.next !== undefined, one.name).toBe(true);
      expect(one.question.endsWith("?")).toBe(true);
    }
    expect(JSON.stringify(standardSettings)).toBe(before);
  });

  it("temperature calls a sampling recommended only where a recommendation is known", () => {
    const sampling = (architecture: string | null) => {
      const arms = armsOf("temperature", {}, { architecture, canReason: false });
      return arms.map(({ name, settings }) => [name, settings.temperature, settings.topP])[1];
    };
    expect(sampling("qwen3")).toEqual(["recommended sampling", 0.7, 0.8]);
    for (const unknown of ["gptneox", null])
      expect(sampling(unknown)).toEqual(["usual sampling (no recommendation known)", 0.7, 0.95]);
  });

  it("capacity knows what its search can come to", () => {
    const capacity = kindNamed("capacity");
    const modes = { modes: ["direct", "cot"], largest: 4, coarse: 5, fine: 9 };
    const found = capacity.searches?.(standardSettings, capacity.options.parse(modes), model) ?? [];
    expect(found).toHaveLength(2);
    const keys = found[0]?.map((steps) => steps.map(({ settings }) => settings.keysPerTurn));
    expect(keys).toEqual([
      [1, 1, 2],
      [1, 2, 1, 2, 3],
      [1, 2, 4, 3, 1, 2, 3, 4],
      [1, 2, 4, 3, 2, 3, 4],
      [1, 2, 4, 3, 4],
    ]);
  });

  it("self-conditioning makes an arm for each rate of each kind; a replay waits for the model's own errors", () => {
    const arms = armsOf("self-conditioning", {
      rates: [0, 1],
      errors: ["noise", "replay"],
      probe: [60, 50],
    });
    expect(arms.map(({ name }) => name)).toEqual([
      "own history",
      "noise 0 %",
      "noise 100 %",
      "replay 0 %",
      "replay 100 %",
    ]);
    expect(arms.map(({ replays }) => replays ?? null)).toEqual([
      null,
      null,
      null,
      "own history",
      "own history",
    ]);
    expect(arms[1]?.settings.probe).toEqual([50, 60]);
    const reasoning = armsOf("self-conditioning", { rates: [1], modes: ["cot", "thinking"] }, plain);
    expect(reasoning.map(({ leftOut }) => leftOut)).toEqual([null, "its chat template knows no reasoning"]);
    expect(reasoning[0]?.settings.prompt).toBe("cot");
  });

  it("self-conditioning plays each mode behind its own history where that is wanted, and replays that mode's errors", () => {
    const arms = armsOf("self-conditioning", {
      rates: [1],
      errors: ["replay"],
      modes: ["direct", "cot"],
      own: true,
      probe: [9],
    });
    expect(arms.map(({ name, replays }) => [name, replays ?? null])).toEqual([
      ["own history", null],
      ["cot own history", null],
      ["direct replay 100 %", "own history"],
      ["cot replay 100 %", "cot own history"],
    ]);
    expect(arms.map(({ settings }) => settings.probe)).toEqual([null, null, [9], [9]]);
  });

  it("turns against keys keeps the number of steps", () => {
    const arms = armsOf("turns-against-keys", { steps: 12, keys: [1, 2, 5, 6] });
    expect(arms.map(({ settings }) => settings.turns * settings.keysPerTurn)).toEqual([12, 12, 12]);
  });

  it("mitigations have what they need: votes a temperature, a fresh context its votes", () => {
    for (const { settings } of armsOf("mitigations"))
      if (settings.votes !== "none") expect(settings.temperature).toBeGreaterThan(0);
    const names = armsOf("mitigations").map(({ settings }) => settings.history);
    expect(names).toEqual([
      ...["own", "window:1", "window:5", "window:25", "own", "fresh"],
      // Chain of thought and thinking, the controls of checking first in either, which asks to think as well.
      ...["own", "own", "own", "own", "heal:10", "recap"],
    ]);
    const kept = armsOf("mitigations").map(({ settings }) => settings.keepReasoning);
    expect(kept.filter((which) => which !== "template")).toEqual(["none", "none"]);
    const asked = armsOf("mitigations").map(({ facts, settings }) => [
      facts.role,
      facts.mode,
      settings.prompt,
      settings.thinking,
    ]);
    expect(asked.filter(([role]) => role === "thought" || role === "check")).toEqual([
      ["thought", "cot", "cot", "off"],
      ["thought", "thinking", "direct", "on"],
      ["check", "cot", "verify", "off"],
      ["check", "thinking", "verify", "on"],
    ]);
    const unable = armsOf("mitigations", {}, plain).filter(({ leftOut }) => leftOut !== null);
    expect(unable.map(({ name }) => name)).toEqual(["thinking", "check first, thinking"]);
  });

  it("horizon is the model's own history, or an arm for each mode and number of keys", () => {
    const named = (options: object) =>
      armsOf("horizon", options).map(({ name, settings: { keysPerTurn, prompt, thinking } }) =>
        [name, keysPerTurn, prompt, thinking].join(" "),
      );
    expect(named({})).toEqual(["own history 1 direct off"]);
    expect(named({ keys: [2, 10] })).toEqual(["K=2 2 direct off", "K=10 10 direct off"]);
    expect(named({ modes: ["cot", "thinking"] })).toEqual(["cot K=1 1 cot off", "thinking K=1 1 direct on"]);
  });

  it("what thinking and horizon ask at one number of keys are the same runs", () => {
    const tokens = { cotTokens: 700, thinkingTokens: 900 };
    const helped = armsOf("thinking", { ...tokens, kept: false }).map(({ settings }) => settings);
    const far = armsOf("horizon", { ...tokens, keys: [1], modes: ["direct", "cot", "thinking"] });
    expect(far.map(({ settings }) => settings)).toEqual(helped);
  });

  it("temperature knows families", () => {
    expect(armsOf("temperature")[1]?.settings).toMatchObject({ temperature: 0.7, topP: 0.8, topK: 20 });
  });
});

describe("votes", () => {
  const votes = kindNamed("votes");
  const given = votes.options.parse({ most: 20 });
  const arms = votes.arms(standardSettings, given, model);
  const found = (tokens: readonly (number | null)[]): ArmResult[] =>
    arms.map(({ facts }, index) => ({
      facts,
      keysPerTurn: 1,
      n: 10,
      correct: 5,
      decodedTokens: tokens[index] ?? null,
    }));
  const next = (done: readonly ArmResult[]) => votes.next?.(standardSettings, given, model, done) ?? null;

  it("take as many samples as come to the tokens of reasoning, from 2 to the most", () => {
    expect(arms.map(({ name }) => name)).toEqual(["chain of thought", "direct"]);
    const samples = (...tokens: (number | null)[]) => next(found(tokens))?.settings.votes;
    expect(samples(55, 5)).toBe("majority:11");
    expect(samples(6, 5)).toBe("majority:2");
    expect(samples(400, 5)).toBe("majority:20");
    expect(samples(null, 5)).toBe("majority:20");
    expect(next(found([55, 5]))?.settings).toMatchObject({ prompt: "direct", temperature: 0.7 });
  });

  it("wait for what they are measured by, and are cast once", () => {
    expect(next([])).toBeNull();
    expect(next(found([55, 5]).map((one) => ({ ...one, n: 0 })))).toBeNull();
    const vote = next(found([55, 5]));
    const cast = {
      facts: vote?.facts ?? { role: "arm" as const },
      keysPerTurn: 1,
      n: 10,
      correct: 5,
      decodedTokens: 55,
    };
    expect(next([...found([55, 5]), cast])).toBeNull();
  });
});

describe("capacity", () => {
  /** Searches against a model that gets `keys` right with this chance. */
  function search(shareAt: (keys: number) => number, options: object = {}) {
    const one = kindNamed("capacity");
    const given = one.options.parse({ largest: 32, ...options });
    const done: ArmResult[] = [];
    for (let step = 0; step < 100; step++) {
      const arm = one.next?.(standardSettings, given, model, done) ?? null;
      if (arm === null) return done;
      const keysPerTurn = arm.settings.keysPerTurn;
      expect(arm.settings.turns).toBe(1);
      const n = arm.settings.rollouts;
      done.push({
        facts: arm.facts,
        keysPerTurn,
        n,
        correct: Math.round(n * shareAt(keysPerTurn)),
        decodedTokens: 9,
      });
    }
    throw new Error("the search does not end");
  }

  it("doubles, halves the gap, then measures around what it found with many more and other instances", () => {
    const done = search((keys) => (keys <= 11 ? 0.9 : 0.3));
    const searched = done
      .filter(({ facts }) => facts.phase === "search")
      .map(({ keysPerTurn }) => keysPerTurn);
    expect(searched).toEqual([1, 2, 4, 8, 16, 12, 10, 11]);
    const fine = done.filter(({ facts }) => facts.phase === "fine");
    expect(fine.map(({ keysPerTurn }) => keysPerTurn)).toEqual([10, 11, 12, 13]);
    expect(fine.every(({ n }) => n === 100)).toBe(true);
  });

  it("ends at the largest size for a model that can do all, and at once for one that can do none", () => {
    expect(Math.max(...search(() => 1).map(({ keysPerTurn }) => keysPerTurn))).toBe(32);
    const none = search(() => 0);
    expect(none.filter(({ facts }) => facts.phase === "search")).toHaveLength(1);
    expect(none.filter(({ facts }) => facts.phase === "fine").map(({ keysPerTurn }) => keysPerTurn)).toEqual([
      1, 2,
    ]);
  });

  it("keeps the threshold with its runs where it is not the usual one", () => {
    const one = kindNamed("capacity");
    const factsWith = (options: object) =>
      one.next?.(standardSettings, one.options.parse(options), model, [])?.facts;
    const usual = { role: "arm", mode: "direct", phase: "search" };
    expect(factsWith({ threshold: 0.5 })).toEqual({ ...usual, capacityThreshold: 0.5 });
    expect(factsWith({ threshold: 0.8 })).toEqual(usual);
    expect(factsWith({})).toEqual(usual);
  });

  it("goes on with the next mode where one is not there", () => {
    const one = kindNamed("capacity");
    const given = one.options.parse({ modes: ["thinking", "direct"], largest: 2 });
    const first = one.next?.(standardSettings, given, plain, []);
    expect(first?.leftOut).not.toBeNull();
    const second = one.next?.(standardSettings, given, plain, [
      {
        facts: { role: "arm", mode: "thinking", phase: "search" },
        keysPerTurn: 1,
        n: 0,
        correct: 0,
        decodedTokens: null,
      },
    ]);
    expect(second?.name).toBe("direct K=1, search");
  });
});

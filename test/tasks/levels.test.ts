import { describe, expect, it } from "vitest";
import { refusalOf } from "../../src/settings/refusals.ts";
import { onLevel } from "../../src/settings/on-level.ts";
import { standardSettings } from "../../src/settings/settings.ts";
import { tasks } from "../../src/tasks/index.ts";
import { createInstance } from "../../src/tasks/instance.ts";
import { decidedByLevel, harderThan, largestLevel, levelLike, levels } from "../../src/tasks/levels.ts";

describe("the list of levels", () => {
  it("is published: what a name means does not change", () => {
    const told = levels.map(({ name, settings: { task, valueMax, dictionarySize, keysPerTurn } }) => [
      name,
      task,
      valueMax,
      dictionarySize,
      keysPerTurn,
    ]);
    expect(told).toEqual([
      ["retrieval-9-of-5", "retrieval", 9, 5, 1],
      ["retrieval-99-of-20", "retrieval", 99, 20, 1],
      ["addition-9", "addition", 9, 20, 1],
      ["addition-99", "addition", 99, 20, 1],
      ["addition-999", "addition", 999, 20, 1],
      ["prefix-sum-9", "prefix-sum", 9, 20, 1],
      ["prefix-sum-99", "prefix-sum", 99, 20, 1],
      ["dict-sum-9-of-5", "dict-sum", 9, 5, 1],
      ["dict-sum-9-of-20", "dict-sum", 9, 20, 1],
      ["dict-sum-99-of-20", "dict-sum", 99, 20, 1],
      ["dict-sum-99-of-100", "dict-sum", 99, 100, 1],
      ["dict-sum-2-keys", "dict-sum", 99, 20, 2],
      ["dict-sum-5-keys", "dict-sum", 99, 20, 5],
      ["dict-sum-10-keys", "dict-sum", 99, 20, 10],
    ]);
  });

  it("holds no question twice", () => {
    for (const level of levels) expect(levelLike(level.settings)).toBe(level);
  });

  it.each(levels.map(({ name }) => name))("can be asked: %s", (name) => {
    const settings = onLevel(standardSettings, name);
    expect(refusalOf(settings, null)).toBeNull();
    const { turns } = createInstance(tasks[settings.task], { ...settings, turns: 8 }, 1, 0);
    for (const { keys } of turns) expect(keys.length).toBeGreaterThan(0);
  });

  it("has none larger than the largest in anything", () => {
    for (const { settings } of levels)
      for (const name of decidedByLevel)
        if (name !== "task") expect(settings[name]).toBeLessThanOrEqual(largestLevel[name]);
  });

  it("holds what a run asks unless told, and what is harder", () => {
    const usual = levelLike(standardSettings);
    expect(usual?.name).toBe("dict-sum-99-of-20");
    expect(usual === null ? null : harderThan(usual)?.name).toBe("dict-sum-99-of-100");
    expect(harderThan(levels.at(-1) ?? levels[0]!)).toBeNull();
  });
});

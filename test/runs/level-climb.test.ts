import { describe, expect, it } from "vitest";
import { climb, type Question } from "../../src/runs/level-climb.ts";
import { type LevelShare, type Probe, shareOf } from "../../src/runs/level-share.ts";

/** Sixteen answers, or all 48 where they are wanted, so many of them right. */
function share(right: number, isWhole: boolean): LevelShare {
  const n = isWhole ? 48 : 16;
  const probes = Array.from(
    { length: n },
    (_, index): Probe => ({
      rollout: index % 16,
      turn: 2,
      isRight: index < Math.round(right * n),
      isReadable: true,
    }),
  );
  return shareOf(probes);
}

/** @param chances of each model, by level. @param most questions that there is time for */
async function climbed(
  chances: readonly (readonly (number | null)[])[],
  most = Number.POSITIVE_INFINITY,
  tasks = (chances[0] ?? []).map(() => "one"),
) {
  const asked: Question[] = [];
  const found = await climb({
    models: chances.length,
    tasks,
    ask: (question) => {
      asked.push(question);
      const chance = chances[question.model]?.[question.level] ?? null;
      return Promise.resolve(chance === null ? null : share(chance, question.isWhole));
    },
    hasTime: () => asked.length < most,
  });
  return { ...found, asked };
}

describe("a search for a level", () => {
  it.each([
    [[1, 1, 0.9, 0.5, 0.2, 0, 0], 2],
    [[0.9, 0.4, 0.1, 0, 0, 0, 0], 0],
    [[1, 1, 1, 1, 1, 1, 0.9], 6],
    [[1, 1, 1, 1, 1, 1, 1], 6],
  ])("takes the hardest that fits: %j", async (chances, level) => {
    const found = await climbed([chances]);
    expect(found).toMatchObject({ level, outcome: "fits", isCut: false });
    // It is taken for all of its probes, and the next two are known to fail.
    expect(found.asked).toContainEqual({ model: 0, level, isWhole: true });
    for (const next of [level + 1, level + 2].filter((one) => one < 7))
      expect(found.asked.some((one) => one.level === next)).toBe(true);
  });

  it("takes a harder one behind one that fails: models need not agree with the list", async () => {
    expect(await climbed([[1, 1, 0.9, 0.5, 0.9, 0, 0]])).toMatchObject({ level: 4, outcome: "fits" });
  });

  it("takes a harder task where the model fails an easier one", async () => {
    const tasks = ["one", "one", "two", "two", "three", "three", "three"];
    const found = await climbed([[1, 1, 0, 0, 1, 0.9, 0.1]], Number.POSITIVE_INFINITY, tasks);
    expect(found).toMatchObject({ level: 5, outcome: "fits" });
    // Once the easiest of a task fails, the others are not asked.
    expect(found.asked.some(({ level }) => level === 3)).toBe(false);
    const weak = await climbed([[1, 0.9, 0, 0, 0.1, 0, 0]], Number.POSITIVE_INFINITY, tasks);
    expect(weak).toMatchObject({ level: 1, outcome: "fits" });
  });

  it("goes on below one that fails when all of its probes are asked", async () => {
    const chances = [1, 0.95, 0.9, 0.1, 0.1, 0, 0];
    const asked: Question[] = [];
    const found = await climb({
      models: 1,
      tasks: Array.from({ length: 7 }, () => "one"),
      ask: (question) => {
        asked.push(question);
        const isWorse = question.level === 2 && question.isWhole;
        return Promise.resolve(share(isWorse ? 0.7 : (chances[question.level] ?? 0), question.isWhole));
      },
      hasTime: () => true,
    });
    expect(found).toMatchObject({ level: 1, outcome: "fits" });
  });

  it("takes the hardest that fits every model, whichever comes first", async () => {
    const strong = [1, 1, 1, 1, 1, 0.9, 0.2];
    const weak = [1, 0.95, 0.9, 0.4, 0.1, 0, 0];
    for (const models of [
      [strong, weak],
      [weak, strong],
      [weak, strong, weak],
    ])
      expect(await climbed(models)).toMatchObject({ level: 2, outcome: "fits" });
  });

  it("takes the hardest on which none is at a floor where none fits all", async () => {
    const found = await climbed([
      [0.7, 0.6, 0.55, 0.1, 0, 0, 0],
      [1, 1, 1, 1, 1, 1, 1],
    ]);
    expect(found).toMatchObject({ level: 2, outcome: "offFloor" });
  });

  it("takes the easiest where each is at a floor everywhere, or gave no answer", async () => {
    expect(await climbed([[0.1, 0, 0, 0, 0, 0, 0]])).toMatchObject({ level: 0, outcome: "none" });
    expect(await climbed([[null, null, null, null, null, null, null]])).toMatchObject({
      level: 0,
      outcome: "none",
    });
    expect(await climbed([])).toMatchObject({ level: 0, outcome: "none" });
  });

  it("ends when time is up with the hardest that is known to fit, and says so", async () => {
    const found = await climbed([[1, 1, 1, 1, 1, 0.9, 0]], 1);
    expect(found).toMatchObject({ level: 0, outcome: "fits", isCut: true });
  });

  it("asks far fewer than all", async () => {
    const chances = Array.from({ length: 14 }, (_, level) => (level < 5 ? 1 : 0.1));
    const { asked, level } = await climbed([chances]);
    expect(level).toBe(4);
    expect(new Set(asked.map((one) => one.level)).size).toBeLessThanOrEqual(7);
  });

  it("asks nothing twice", async () => {
    const { asked } = await climbed([
      [1, 1, 1, 0.9, 0.3, 0.9, 0],
      [1, 0.9, 0.3, 0.2, 0, 0, 0],
    ]);
    expect(new Set(asked.map((one) => JSON.stringify(one))).size).toBe(asked.length);
  });
});

import { describe, expect, it } from "vitest";
import { type MarginWorld, usual, verdicts } from "../../bench/statistics/margins.ts";
import { marginStudies } from "../../src/metrics/margin-power.ts";
import { judgeSamples } from "../../src/metrics/margin.ts";
import type { PlayedRollout, RolloutSurvival } from "../../src/metrics/played-rollout.ts";
import { erredAt, finished } from "./rollouts.ts";

function sample(count: number, make: (index: number) => RolloutSurvival, name = "i"): PlayedRollout[] {
  return Array.from({ length: count }, (_, index) => ({ ...make(index), instance: `${name}${index}` }));
}

/** First errors spread evenly over so many turns. */
const spread = (turns: number, index: number): RolloutSurvival => erredAt(1 + ((index * 17) % turns), 100);

const terms = { turns: 100, share: 0.2, comparisons: 1 };

describe("a margin", () => {
  it("calls a model with the very same errors good enough, and one with half the horizon worse", () => {
    const reference = sample(60, (index) => spread(50, index));
    const equal = judgeSamples(reference, reference, terms);
    expect(equal).toMatchObject({ verdict: "good enough", s: 0.5, ratio: 1, moreRollouts: null });
    const half = sample(60, (index) => spread(20, index));
    expect(judgeSamples(half, reference, terms)).toMatchObject({ verdict: "worse", reason: null });
  });

  it("asks for more rollouts where the interval holds the margin, and for fewer the farther off it seems", () => {
    const reference = sample(60, (index) => spread(50, index));
    const [near, far] = [46, 52].map((turns) =>
      judgeSamples(
        sample(60, (index) => spread(turns, index), "o"),
        reference,
        terms,
      ),
    );
    expect(near).toMatchObject({ verdict: "undecided", reason: "rollouts" });
    expect(far).toMatchObject({ verdict: "undecided", reason: "rollouts" });
    expect(far?.moreRollouts ?? 0).toBeGreaterThan(0);
    expect(near?.moreRollouts ?? Number.POSITIVE_INFINITY).toBeGreaterThan(far?.moreRollouts ?? 0);
    expect(String(far?.moreRollouts)).toMatch(/^[1-9]\d?0*$/);
  });

  it("is held at the first threshold that the reference alone is bounded at", () => {
    const reference = sample(100, (index) => (index < 40 ? spread(50, index) : finished(100)));
    const like = sample(100, (index) => (index < 45 ? spread(50, index) : finished(100)), "o");
    expect(judgeSamples(like, reference, terms).s).toBe(0.8);
    const weak = sample(100, (index) => spread(50, index), "o");
    expect(judgeSamples(reference, weak, terms).s).toBe(0.5);
  });

  it("is passed where the reference goes on, and the other falls so early that it is worse all the same", () => {
    const reference = sample(100, (index) => (index < 40 ? spread(50, index) : finished(100)));
    const weak = sample(100, (index) => spread(50, index), "o");
    expect(judgeSamples(weak, reference, terms)).toMatchObject({ verdict: "worse", s: 0.5, low: null });
  });

  it("needs more turns where the reference does not fall, unless the other falls early", () => {
    const flawless = sample(60, () => finished(100));
    const other = sample(60, () => finished(100), "o");
    expect(judgeSamples(other, flawless, terms)).toMatchObject({ verdict: "undecided", reason: "turns" });
    const weak = sample(60, (index) => spread(50, index), "o");
    expect(judgeSamples(weak, flawless, terms).verdict).toBe("worse");
  });

  it("says at least where the other lies beyond the turns", () => {
    const reference = sample(60, (index) => spread(50, index));
    const flawless = sample(60, () => finished(100), "o");
    const found = judgeSamples(flawless, reference, terms);
    expect(found).toMatchObject({ verdict: "good enough", ratio: null, high: null });
    expect(found.low).toBeGreaterThan(1);
  });

  it("calls nothing good enough where one turn is more than the margin", () => {
    const early = sample(200, (index) => spread(7, index));
    expect(judgeSamples(early, early, terms)).toMatchObject({
      verdict: "undecided",
      reason: "coarse",
      horizon: 4,
    });
    expect(judgeSamples(early, early, { ...terms, share: 0.3 }).verdict).toBe("good enough");
  });

  it("is open where cut rollouts decide", () => {
    const reference = sample(400, (index) => spread(50, index));
    const cut = reference.map((rollout, index) =>
      index % 4 === 0 ? { ...rollout, lastTurn: 3, firstErrorTurn: null, cut: "fault" as const } : rollout,
    );
    expect(judgeSamples(cut, reference, terms)).toMatchObject({ verdict: "undecided", reason: "cuts" });
  });

  it("draws whole dictionaries: rollouts that err together are worth one", () => {
    const within = (index: number): RolloutSurvival => erredAt(20 + 8 * (Math.floor(index / 12) % 4), 100);
    const across = (index: number): RolloutSurvival => spread(60, index);
    const shared = (rollouts: readonly PlayedRollout[]): PlayedRollout[] =>
      rollouts.map((rollout, index) => ({ ...rollout, dictionary: `${Math.floor(index / 12)}` }));
    const [first, second] = [sample(96, within, "o"), sample(96, across)];
    const free = judgeSamples(first, second, terms);
    const tied = judgeSamples(shared(first), shared(second), terms);
    expect(tied.dictionaries).toEqual({ count: 8, scope: "clusters" });
    expect(tied.low).toBeLessThan(free.low ?? 0);
  });
});

describe("of models that are worse by just the margin", () => {
  const worlds: readonly Partial<MarginWorld>[] = [
    { rollouts: 10, half: 5, shapes: [1.8, 0.6] },
    { rollouts: 100, half: 5, isPaired: true, shapes: [1.8, 1.8] },
    { rollouts: 30, isPaired: true, shapes: [1.8, 0.6] },
    { rollouts: 60, perDictionary: 10 },
  ];

  it.each(worlds)("hardly any is called good enough: %j", { timeout: 120_000 }, (world) => {
    const studies = 150;
    const share = verdicts({ ...usual, ...world }, 0.8, studies)["good enough"];
    // 5 %, and three standard errors of so few studies.
    expect(share).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / studies));
  });
});

describe("a study of the size that is planned", () => {
  it("calls an equal model good enough about as often as planned", { timeout: 120_000 }, () => {
    const [, , planned] = marginStudies(20, 0.5);
    if (planned === undefined) throw new Error("no study by H50");
    const { s, rollouts, fewestTurns } = planned;
    const world = { ...usual, half: 20, margin: 0.5, s, rollouts, turns: fewestTurns / 20 };
    const share = verdicts(world, 1, 200)["good enough"];
    expect(share).toBeGreaterThan(0.68);
    expect(share).toBeLessThan(0.9);
  });

  it("takes fewer rollouts the later the threshold, and has none that is coarser than the margin", () => {
    expect(marginStudies(50, 0.2).map(({ s }) => s)).toEqual([0.9, 0.8, 0.5]);
    const rollouts = marginStudies(50, 0.2).map((study) => study.rollouts);
    expect(rollouts).toEqual(rollouts.toSorted((left, right) => right - left));
    expect(marginStudies(20, 0.2).map(({ s }) => s)).toEqual([0.8, 0.5]);
    expect(marginStudies(4, 0.2)).toEqual([]);
  });

  it("is worked by hand at one half", () => {
    // 1.15 x 2 x 2.0814 x (2.8016 / ln 0.8)^2, and 1 / (ln 0.5)^2 = 2.0814.
    expect(marginStudies(20, 0.2).at(-1)?.rollouts).toBe(755);
  });
});

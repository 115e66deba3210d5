import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDecided, parseVotes, votesText, winner } from "../../src/rollout/votes.ts";
import { play } from "./play.ts";

describe("a majority", () => {
  const votes = "majority:5";

  it("takes the most frequent answer, whatever the order of the others", () => {
    expect(winner([3, 4, 4, null, 9])).toBe(1);
    expect(winner([null, null])).toBe(0);
    expect(winner([7, 8, 8, 7])).toBe(0);
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 3 })), { minLength: 1 }), (answers) => {
        const chosen = answers[winner(answers)];
        const count = (one: number | null | undefined) => answers.filter((other) => other === one).length;
        if (chosen !== null)
          for (const other of answers)
            if (other !== null) expect(count(chosen)).toBeGreaterThanOrEqual(count(other));
      }),
    );
  });

  it("asks as often as it says, with other seeds; the one that stands is attempt 1, and the history holds it", async () => {
    const said = [5, 6, 6, 5, 6];
    const { turns, requests } = await play(
      { settings: { turns: 2 }, how: { votes } },
      ({ sample }) => `<answer>${said[sample]}</answer>`,
    );
    expect(requests).toHaveLength(10);
    expect(new Set(requests.slice(0, 5).map(({ sampling }) => sampling.seed)).size).toBe(5);
    expect(requests.slice(0, 5).every(({ messages }) => messages.length === 2)).toBe(true);
    expect(turns[0]?.samples.map(({ attempt, sample }) => [attempt, sample])).toEqual([
      [1, 1],
      [2, 0],
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
    expect(requests[5]?.messages[2]?.content).toBe("<answer>6</answer>");
  });

  it("of unreadable samples alone is a failure of form, not a crash", async () => {
    const { turns } = await play({ settings: { turns: 1 }, how: { votes } }, () => "hm");
    expect(turns[0]?.samples[0]?.judged.verdict.class).toBe("no_tag");
    expect(turns[0]?.samples).toHaveLength(5);
  });
});

describe("first to be ahead", () => {
  const votes = "ahead:2:6";
  const rule = parseVotes(votes);

  it("stops as soon as one leads by enough; malformed samples do not count", () => {
    expect(isDecided(rule, [4])).toBe(false);
    expect(isDecided(rule, [4, 4])).toBe(true);
    expect(isDecided(rule, [4, null, 4])).toBe(true);
    expect(isDecided(rule, [4, 5, 4, 5, 4])).toBe(false);
    expect(isDecided(rule, [4, 5, 4, 5, 4, 5])).toBe(true);
  });

  it("asks no more than it needs", async () => {
    const { requests } = await play({ settings: { turns: 3 }, how: { votes } });
    expect(requests).toHaveLength(6);
  });
});

it("until the first error a rollout stops there", async () => {
  const { turns } = await play(
    { how: { until: "first-error" } },
    ({ turnIndex, truth }) => `<answer>${truth.expected + (turnIndex === 4 ? 1 : 0)}</answer>`,
  );
  expect(turns).toHaveLength(5);
});

it("votes are read back as they were written, and refused with what is allowed", () => {
  for (const text of ["none", "majority:5", "ahead:2:20"]) expect(votesText(parseVotes(text))).toBe(text);
  expect(votesText(parseVotes("ahead:3"))).toBe("ahead:3:20");
  for (const text of ["majority", "majority:1", "ahead:0", "ahead:5:2", "most"])
    expect(() => parseVotes(text)).toThrow(/majority:N/);
});

import { describe, expect, it } from "vitest";
import { scriptedConfidence } from "../../src/engine/scripted/confidence.ts";
import { scriptedReply } from "../../src/engine/scripted/reply.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { requestOf } from "./scripted-request.ts";

/** The gap of each of so many turns of a rollout, and whether they are right. */
function played(spec: string, rollout: number, turns = 100) {
  const script = parseScript(spec);
  return Array.from({ length: turns }, (_, turnIndex) => {
    const request = requestOf({ rollout, turnIndex });
    const { text } = scriptedReply(script, request);
    const [token] = scriptedConfidence(script, request, "top2", { text, tokens: 1 });
    return { gap: token?.gap ?? 0, isRight: text === "<answer>42</answer>" };
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("how sure a script is", () => {
  it("is what it says, less where it is wrong", () => {
    const turns = Array.from({ length: 20 }, (_, rollout) =>
      played("p=0.8,slip-gap=3,gap=6", rollout),
    ).flat();
    const gapsOf = (right: boolean): number[] =>
      turns.filter(({ isRight }) => isRight === right).map(({ gap }) => gap);
    expect(meanOf(gapsOf(true))).toBeCloseTo(6, 0);
    expect(meanOf(gapsOf(false))).toBeCloseTo(3, 0);
  });

  it("falls in the turns before a slip, as many as it says", () => {
    const turns = Array.from({ length: 50 }, (_, rollout) =>
      played("p=0.95,gap-spread=0,doubt=2,doubt-turns=2", rollout),
    );
    for (const rollout of turns)
      for (const [index, { gap, isRight }] of rollout.entries()) {
        const isNear = rollout.slice(index + 1, index + 3).some((next) => !next.isRight);
        if (isRight && index < 97) expect(gap).toBe(isNear ? 3 : 5);
      }
  });

  it("is all but nothing in as many slips as are near ties", () => {
    const slips = Array.from({ length: 20 }, (_, rollout) => played("p=0.5,tie=0.3", rollout))
      .flat()
      .filter(({ isRight }) => !isRight);
    const ties = slips.filter(({ gap }) => gap < 0.1).length / slips.length;
    expect(Math.abs(ties - 0.3)).toBeLessThan(0.06);
  });

  it("changes nothing of what it says, and tells gaps only where they are asked for", () => {
    const [plain, doubting] = ["p=0.8", "p=0.8,doubt=2,tie=0.5"].map((spec) =>
      played(spec, 3).map(({ isRight }) => isRight),
    );
    expect(doubting).toEqual(plain);
    const script = parseScript("p=0.8");
    const tokens = scriptedConfidence(script, requestOf(), "chosen", {
      text: "<answer>42</answer>",
      tokens: 5,
    });
    expect(tokens.map(({ end }) => end)).toEqual([4, 8, 12, 16, 19]);
    expect(tokens.every(({ gap, probability }) => gap === null && (probability ?? 0) > 0)).toBe(true);
  });
});

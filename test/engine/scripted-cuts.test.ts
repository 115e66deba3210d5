import { describe, expect, it } from "vitest";
import { cutOf } from "../../src/engine/scripted/cuts.ts";
import { parseScript } from "../../src/engine/scripted/script.ts";
import { frailtyOf } from "../../src/engine/scripted/step-chance.ts";
import { ContextFullError, EngineError } from "../../src/errors.ts";
import { requestOf } from "./scripted-request.ts";

const seeds = [1, 2, 3];

/** What ends each of 2,000 rollouts in its first turn. */
function firstTurns(spec: string, sample = 0): (Error | null)[] {
  const script = parseScript(spec);
  return Array.from({ length: 2000 }, (_, rollout) => cutOf(script, requestOf({ rollout, sample })));
}

describe("cuts of single rollouts", () => {
  it.each(seeds)("come as often as the script says, each kind for itself, seed %i", (seed) => {
    const cuts = firstTurns(`cut-full=0.2,cut-error=0.1,seed=${seed}`);
    const full = cuts.filter((cut) => cut instanceof ContextFullError).length / 2000;
    const failed = cuts.filter((cut) => cut instanceof EngineError).length / 2000;
    expect(Math.abs(full - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / 2000));
    expect(Math.abs(failed - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 2000));
    expect(cuts.filter((cut) => cut === null).length / 2000).toBeCloseTo(1 - full - failed, 10);
  });

  it("are not there by default, and end no turn that has begun", () => {
    expect(firstTurns("frailty=1,cut-skill=2").every((cut) => cut === null)).toBe(true);
    expect(firstTurns("cut-full=1", 1).every((cut) => cut === null)).toBe(true);
  });

  /** How much less skilled the rollouts that are cut are than all, in log-odds. */
  const lessSkilled = (spec: string): number => {
    const script = parseScript(spec);
    const shifts = firstTurns(spec).map((cut, rollout) => ({
      isCut: cut !== null,
      shift: frailtyOf(script, rollout),
    }));
    const mean = (some: typeof shifts): number =>
      some.reduce((sum, { shift }) => sum + shift, 0) / some.length;
    return mean(shifts) - mean(shifts.filter(({ isCut }) => isCut));
  };

  it.each(seeds)("fall on weak rollouts, on strong ones, or on any, as the script says, seed %i", (seed) => {
    for (const kind of ["cut-full=0.1", "cut-error=0.1"]) {
      const script = `${kind},frailty=1,seed=${seed}`;
      expect(lessSkilled(`${script},cut-skill=1`)).toBeGreaterThan(0.5);
      expect(lessSkilled(`${script},cut-skill=-1`)).toBeLessThan(-0.5);
      expect(Math.abs(lessSkilled(script))).toBeLessThan(4 / Math.sqrt(200));
    }
  });
});

import { describe, expect, test } from "vitest";
import { failuresOf, parseLimits } from "../../src/report/compare/limits.ts";
import type { CompareDocument } from "../../src/figures/compare-schema.ts";
import { type MadeRollout, madeRollouts, madeSummary } from "./runs.ts";

/** What is said of one row of these rollouts. */
function failures(limits: string, rollouts: readonly MadeRollout[]): string[] {
  const row = { ...madeSummary({}, rollouts), label: "tiny", failed: null };
  return failuresOf({ groups: [row] } as unknown as CompareDocument, parseLimits(limits));
}

function cut(count: number, lastTurn: number): MadeRollout[] {
  return Array.from({ length: count }, () => ({ errorTurn: null, lastTurn, end: "engine_error" as const }));
}

describe("a limit of a horizon", () => {
  test("is read with every cut rollout wrong in its next turn", () => {
    const rollouts = [...cut(12, 3), ...madeRollouts([8, 9, 9, 9, 9, 9, 10, 10], 8)];
    expect(failures("h50=8", rollouts)).toEqual([
      "tiny: h50 is 4 with the 12 cut rollouts wrong next, wanted 8.",
    ]);
    expect(failures("h50=4", rollouts)).toEqual([]);
  });

  test("is not reached where too few are left to tell", () => {
    const rollouts = [...cut(19, 3), ...madeRollouts([], 1)];
    expect(failures("h50=2", rollouts)).toEqual([
      "tiny: h50 is unknown: 19 of 20 rollouts were cut, wanted 2.",
    ]);
    expect(failures("h50.low=2", rollouts)).toHaveLength(1);
  });

  test("is reached beyond the turns where nothing was cut", () => {
    expect(failures("h50=13", madeRollouts([], 20))).toEqual([]);
    expect(failures("h50=14", madeRollouts([], 20))).toEqual(["tiny: h50 is > 12, wanted 14."]);
  });
});

test("a decode rate is read at its interval's lower end where that is asked for, and unknown is not reached", () => {
  const { speed, ...row } = madeSummary({}, madeRollouts([8], 8));
  const aggregate = {
    ...speed.aggregate,
    decodeTokensPerSecond: 100,
    decodeInterval: { low: 90, high: 112 },
  };
  const missed = (limits: string, own: object): string[] => {
    const whole = {
      ...row,
      speed: { ...speed, aggregate: { ...aggregate, ...own } },
      label: "tiny",
      failed: null,
    };
    const speeds = [{ speed: whole.speed, machine: "one" }];
    return failuresOf(
      { groups: [{ ...whole, speeds, machines: [] }] } as unknown as CompareDocument,
      parseLimits(limits),
    );
  };
  expect(missed("decode=95", {})).toEqual([]);
  expect(missed("decode.low=95", {})).toEqual(["tiny: decode.low is 90, wanted 95."]);
  expect(missed("decode.low=95", { decodeInterval: { low: null, high: null } })).toEqual([
    "tiny: decode.low is unknown, wanted 95.",
  ]);
});

test("a share that is just not reached does not read as if it were", () => {
  const rollouts = madeRollouts([12], 2000);
  expect(failures("accuracy=1", rollouts)).toEqual(["tiny: accuracy is 0.999958, wanted 1."]);
});

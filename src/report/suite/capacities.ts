import { capacityOf, type SizeTally } from "../../metrics/capacity.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import type { SuiteCapacity } from "./schema.ts";

const threshold = 0.8;

/**
 * For each model and mode of a capacity experiment: the largest number of keys with enough right. The search chose its
 * sizes by what it saw, so where a size was measured again with other instances only those count.
 */
export function capacitiesOf(arms: readonly MeasuredArm[]): SuiteCapacity[] {
  const sized = arms.filter(({ arm }) => /\bK=\d+(, search)?$/.test(armOnly(arm)) && isSingleTurn(arms));
  const keys = new Map<string, { model: string; mode: string; arms: MeasuredArm[] }>();
  for (const one of sized) {
    const mode = armOnly(one.arm).split(" ", 1)[0] ?? "";
    const key = JSON.stringify([one.model, mode]);
    const known = keys.get(key);
    if (known === undefined) keys.set(key, { model: one.model, mode, arms: [one] });
    else known.arms.push(one);
  }
  return [...keys.values()].flatMap(({ model, mode, arms: own }) => {
    const search = own.filter(({ arm }) => arm.includes(", search")).map(tallyOf);
    const fine = own.filter(({ arm }) => !arm.includes(", search")).map(tallyOf);
    const again = new Set(fine.map(({ keys: size }) => size));
    const sizes = [...search.filter(({ keys: size }) => !again.has(size)), ...fine];
    const found = capacityOf(sizes, threshold, 1);
    if (found === null) return [];
    const searched = Math.max(
      0,
      ...search.filter(({ n, correct }) => n > 0 && correct / n >= threshold).map(({ keys: size }) => size),
    );
    return [
      {
        model,
        mode,
        keys: found.keys,
        low: found.low,
        high: found.high,
        threshold,
        searched,
        sizes: found.curve.map(({ keys: size, share }) => ({ keys: size, ...tallyAt(sizes, size), share })),
      },
    ];
  });
}

function isSingleTurn(arms: readonly MeasuredArm[]): boolean {
  return arms.every(({ runs }) => runs.every(({ settings }) => settings.turns === 1));
}

/** Without the name of a setting behind it. */
function armOnly(arm: string): string {
  return /^.*?\bK=\d+(?:, search)?/.exec(arm)?.[0] ?? arm;
}

function tallyOf({ runs, row }: MeasuredArm): SizeTally {
  const [first] = row.turnAccuracy;
  return { keys: runs[0]?.settings.keysPerTurn ?? 1, n: first?.n ?? 0, correct: first?.correct ?? 0 };
}

function tallyAt(sizes: readonly SizeTally[], keys: number): { n: number; correct: number } {
  const own = sizes.filter((size) => size.keys === keys);
  return {
    n: own.reduce((sum, { n }) => sum + n, 0),
    correct: own.reduce((sum, { correct }) => sum + correct, 0),
  };
}

import { UsageError } from "../../errors.ts";
import type { SpeedTestFigure } from "../../figures/speed-test-schema.ts";
import { nothingToHoldAgainst, slowerThanAllowed } from "../sentences/speed-tests.ts";
import { labelOf } from "./notes.ts";

/** "tg=5%": how much slower than before a test may be. */
export interface SlowerLimit {
  /** Null: every test. */
  readonly kind: "pp" | "tg" | null;
  /** Whether the interval's lower end has to hold it, not the estimate. */
  readonly isLow: boolean;
  readonly percent: number;
}

/**
 * Reads "5%", "5", "pp=10%,tg.low=5%".
 *
 * @throws UsageError naming the part, and what is allowed
 */
export function parseSlowerLimits(text: string): SlowerLimit[] {
  return text.split(",").map((part) => {
    const match = /^\s*(?:(pp|tg|all)(\.low)?\s*=\s*)?(\d+(?:\.\d+)?)\s*%?\s*$/.exec(part);
    const percent = Number(match?.[3]);
    if (match === null || !(percent < 100))
      throw new UsageError(
        `--fail-slower ${part}: must be a number of per cent below 100, such as 5%, or NAME=5% with NAME one of pp, tg, all; with .low (tg.low=5%) the interval's lower end has to hold it.`,
      );
    const kind = match[1] === "pp" || match[1] === "tg" ? match[1] : null;
    return { kind, isLow: match[2] !== undefined, percent };
  });
}

/** Tests that are slower than allowed, a sentence each. What nobody measured before is not shown to hold. */
export function slowerThan(tests: readonly SpeedTestFigure[], limits: readonly SlowerLimit[]): string[] {
  return limits.flatMap(({ kind, isLow, percent }) =>
    tests
      .filter((test) => kind === null || test.kind === kind)
      .flatMap((test) => {
        const label = labelOf(test);
        const ratio = isLow ? test.earlier?.low : test.earlier?.ratio;
        if (test.earlier === null || ratio === undefined || ratio === null)
          return [nothingToHoldAgainst(label, test.earlier !== null)];
        if (ratio >= 1 - percent / 100) return [];
        return [
          slowerThanAllowed({
            label,
            ratio,
            isLow,
            id: test.earlier.id,
            allowed: percent,
            used: [test.earlier, test],
          }),
        ];
      }),
  );
}

import type { CompareGroup } from "../../figures/compare-schema.ts";
import { type RateRatio, rateRatio } from "../../metrics/rate-ratio.ts";
import { concurrencyDecides } from "../sentences/speed.ts";
import { speedLines } from "./speed-lines.ts";

/**
 * By how much the two ratios must differ. Alone and together are measured minutes apart, and rates of one file at one
 * setting are often 5 % apart by then (bench/speed/results/pairs.json).
 */
const margin = 1.1;

/** Pairs of rows of one machine of which one is faster together, and not so alone, or the other way round; beyond doubt. */
export function concurrencyNotes(groups: readonly CompareGroup[]): string[] {
  const lines = speedLines(groups);
  return lines.flatMap((one, index) =>
    lines.slice(index + 1).flatMap((other) => {
      if (one.speeds[0]?.machine !== other.speeds[0]?.machine) return [];
      const [together, alone] = [ratioOf(one, other, rateTogether), ratioOf(one, other, rateAlone)];
      if (together === null || alone === null || !isDecisive(together, alone)) return [];
      return [concurrencyDecides({ one: one.label, other: other.label, together, alone })];
    }),
  );
}

type Line = ReturnType<typeof speedLines>[number];

function ratioOf(one: Line, other: Line, rateIn: typeof rateTogether): RateRatio | null {
  return rateRatio(rateIn(one), rateIn(other));
}

function rateTogether({ speed: { aggregate } }: Line) {
  return { perSecond: aggregate.decodeTokensPerSecond, ...aggregate.decodeInterval };
}

function rateAlone({ speed: { oneConversation } }: Line) {
  const { decodeTokensPerSecond: perSecond, low, high } = oneConversation;
  return { perSecond, low, high };
}

function isDecisive(together: RateRatio, alone: RateRatio): boolean {
  const sideOf = ({ low, high }: RateRatio): number => (low > 1 ? 1 : high < 1 ? -1 : 0);
  const [upper, lower] = together.ratio > alone.ratio ? [together, alone] : [alone, together];
  return sideOf(together) !== sideOf(alone) && upper.low > lower.high && upper.ratio >= margin * lower.ratio;
}

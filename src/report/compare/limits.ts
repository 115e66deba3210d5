import { UsageError } from "../../errors.ts";
import { horizonText, significant } from "../numbers.ts";
import type { CompareDocument, CompareGroup } from "./schema.ts";

/** "h50=20": what every group has to reach. */
export interface Limit {
  readonly name: LimitName;
  /** Whether the lower end of the interval has to reach it, not the estimate. */
  readonly isLow: boolean;
  readonly value: number;
}

const names = ["h50", "h80", "h90", "accuracy", "turn2", "decode"] as const;
type LimitName = (typeof names)[number];

/**
 * Reads "h50=20,accuracy.low=0.9".
 *
 * @throws UsageError naming the part, and what is allowed
 */
export function parseLimits(text: string): Limit[] {
  return text.split(",").map((part) => {
    const match = /^\s*([a-z0-9]+)(\.low)?\s*=\s*([0-9.]+)\s*$/.exec(part);
    const name = names.find((known) => known === match?.[1]);
    const value = Number(match?.[3]);
    if (match === null || name === undefined || !Number.isFinite(value))
      throw new UsageError(`--fail-under ${part}: must be NAME=NUMBER with NAME one of ${names.join(", ")}.`);
    if (name === "decode" && match[2] !== undefined)
      throw new UsageError(`--fail-under ${part}: decode has no interval. Use decode=${match[3]}.`);
    if ((name === "accuracy" || name === "turn2") && value > 1)
      throw new UsageError(`--fail-under ${part}: a share between 0 and 1, for example ${name}=0.95.`);
    return { name, isLow: match[2] !== undefined, value };
  });
}

/** What is not reached, or not shown to be, a sentence each. Unknown is not reached. */
export function failuresOf({ groups }: CompareDocument, limits: readonly Limit[]): string[] {
  return groups.flatMap((group) =>
    limits.flatMap((limit) => {
      const { value, text } = figureOf(group, limit);
      if (value !== null && value >= limit.value) return [];
      return [
        `${group.label}: ${limit.name}${limit.isLow ? ".low" : ""} is ${text}, wanted ${significant(limit.value, 6)}.`,
      ];
    }),
  );
}

function figureOf(group: CompareGroup, { name, isLow }: Limit): { value: number | null; text: string } {
  if (name === "decode") return figure(group.speed.aggregate.decodeTokensPerSecond);
  if (name === "accuracy")
    return figure(isLow ? group.overallTurnAccuracy.low : group.overallTurnAccuracy.accuracy);
  if (name === "turn2") {
    const second = group.turnAccuracy.find(({ turn }) => turn === 2);
    return figure((isLow ? second?.low : second?.accuracy) ?? null);
  }
  const horizon = group.horizons.find(({ s }) => `h${s * 100}` === name);
  if (horizon === undefined || horizon.n === 0) return figure(null);
  const turns = isLow ? horizon.low : horizon.turns;
  // Not reached within the turns: it is at least one turn more than them.
  return { value: turns ?? horizon.lastTurn + 1, text: horizonText({ turns, lastTurn: horizon.lastTurn }) };
}

function figure(value: number | null): { value: number | null; text: string } {
  return { value, text: value === null ? "unknown" : significant(value, 4) };
}

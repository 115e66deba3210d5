import { UsageError } from "../../errors.ts";
import { visible } from "../../visible-text.ts";
import { significant, unknown, horizonName } from "../words/numbers.ts";
import { horizonText } from "../sentences/horizons.ts";
import type { RunHorizon } from "../../figures/run-schema.ts";
import { belowLimit, lowCaseHorizon, newestFailed } from "../sentences/limits.ts";
import { listed } from "../words/words.ts";
import type { CompareDocument, CompareGroup } from "../../figures/compare-schema.ts";
import { speedLines } from "./speed-lines.ts";

/** "h50=20": what every group has to reach. */
export interface Limit {
  readonly name: string;
  /** Whether the lower end of the interval has to reach it, not the estimate. */
  readonly isLow: boolean;
  readonly value: number;
}

const usualThresholds = [0.5, 0.8, 0.9];
const otherNames = ["accuracy", "turn2", "decode"];

/**
 * Reads "h50=20,accuracy.low=0.9".
 *
 * @param asked thresholds of horizons beside the usual ones
 * @throws UsageError naming the part, and what is allowed
 */
export function parseLimits(text: string, asked: readonly number[] = []): Limit[] {
  const names = [...new Set([...usualThresholds, ...asked].map(horizonLimit)), ...otherNames];
  return text.split(",").map((part) => {
    const match = /^\s*([a-z0-9.]+?)(\.low)?\s*=\s*([0-9.]+)\s*$/.exec(part);
    const name = names.find((known) => known === match?.[1]);
    const value = Number(match?.[3]);
    if (match === null || name === undefined || !Number.isFinite(value))
      throw new UsageError(
        `--fail-under ${part}: must be NAME=NUMBER with NAME one of ${names.join(", ")}, or margin=20%.`,
      );
    if ((name === "accuracy" || name === "turn2") && value > 1)
      throw new UsageError(`--fail-under ${part}: a share between 0 and 1, for example ${name}=0.95.`);
    return { name, isLow: match[2] !== undefined, value };
  });
}

/**
 * What is not reached, or not shown to be, a sentence each. Unknown is not reached, and where a model's newest run failed,
 * no older one stands for it.
 *
 * @param isMarginLimit whether every row has to be good enough
 * @throws UsageError for a share of turns where rollouts ended at their first error: it is of those left
 */
export function failuresOf(
  { groups, margin }: Pick<CompareDocument, "groups" | "margin">,
  limits: readonly Limit[],
  isMarginLimit = false,
): string[] {
  if (limits.length === 0 && !isMarginLimit) return [];
  const survivors = groups.filter(({ turnAccuracyOf }) => turnAccuracyOf === "survivors");
  const share = limits.find(({ name }) => name === "accuracy" || name === "turn2");
  if (share !== undefined && survivors.length > 0)
    throw new UsageError(
      `--fail-under ${nameOf(share)}=${share.value}: rollouts of ${listed(survivors.map(({ label }) => label))} ended at their first error, so it is of survivors only. Use h50, h80 or h90, or run with --until end.`,
    );
  const beyond = isMarginLimit ? (margin?.rows ?? []).filter(({ verdict }) => verdict !== "good enough") : [];
  return [
    ...groups.flatMap((group) => [
      ...(group.failed === null ? [] : [failedText(group.label, group.failed)]),
      ...limits.flatMap((limit) => shortOf(group, limit)),
    ]),
    ...beyond.map(({ sentence }) => visible(sentence)),
  ];
}

function failedText(label: string, { id, error }: NonNullable<CompareGroup["failed"]>): string {
  return newestFailed({ label, id, error: error === null ? null : visible(error) });
}

function shortOf(group: CompareGroup, limit: Limit): string[] {
  const rows = limit.name === "decode" ? speedLines([group]) : [group];
  return rows.flatMap((row) => {
    const { value, text } = figureOf(row, limit);
    if (value !== null && value >= limit.value) return [];
    return [belowLimit({ label: row.label, name: nameOf(limit), text, wanted: significant(limit.value, 6) })];
  });
}

/** "h50" */
function horizonLimit(s: number): string {
  return horizonName(s).toLowerCase();
}

function nameOf({ name, isLow }: Limit): string {
  return `${name}${isLow ? ".low" : ""}`;
}

function figureOf(group: CompareGroup, limit: Limit): { value: number | null; text: string } {
  const { name, isLow } = limit;
  if (name === "decode") {
    const { decodeTokensPerSecond, decodeInterval } = group.speed.aggregate;
    return figure(isLow ? decodeInterval.low : decodeTokensPerSecond, limit);
  }
  if (name === "accuracy")
    return figure(isLow ? group.overallTurnAccuracy.low : group.overallTurnAccuracy.accuracy, limit);
  if (name === "turn2") {
    const second = group.turnAccuracy.find(({ turn }) => turn === 2);
    return figure((isLow ? second?.low : second?.accuracy) ?? null, limit);
  }
  const horizon = group.horizons.find(({ s }) => horizonLimit(s) === name);
  if (horizon === undefined) return figure(null, limit);
  return horizonFigure(horizon, isLow);
}

/** Cut rollouts count as wrong in their next turn, and what too few are left to tell is not reached. */
function horizonFigure(horizon: RunHorizon, isLow: boolean): { value: number | null; text: string } {
  const { low, turns, turnsLowCase, lastTurn, status, cut } = horizon;
  if (status === "unknown") return { value: null, text: horizonText(horizon) };
  const read = isLow ? low : turnsLowCase;
  const text = horizonText({ ...horizon, turns: read });
  return {
    // Not reached within the turns: it is at least one turn more than them.
    value: read ?? lastTurn + 1,
    text: isLow || read === turns ? text : lowCaseHorizon(text, cut),
  };
}

/** With as many digits as tell it from what was wanted. */
function figure(value: number | null, { value: wanted }: Limit): { value: number | null; text: string } {
  if (value === null) return { value, text: unknown };
  const digits = [4, 6, 9, 12].find((count) => significant(value, count) !== significant(wanted, count));
  return { value, text: significant(value, digits ?? 4) };
}

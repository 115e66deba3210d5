import { groupBy } from "../../group-by.ts";
import { capacityOf, type SizeTally } from "../../metrics/capacity.ts";
import type { RunRecord } from "../../store/rows.ts";
import { newestFirst } from "../../reading/choose.ts";
import { fullest } from "../../reading/repeats.ts";
import { factsOf } from "../../reading/identity.ts";
import type { RunRows } from "../../reading/rows.ts";
import { isRight } from "../../figures/tallies.ts";
import { differingFacts, factsBut, type Facts, factsText } from "./facts.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import type { SuiteCapacity } from "./suite-schema.ts";

/** The threshold of runs whose row holds none: those of older versions, and those that asked for this one. */
const usualThreshold = 0.8;

/** One run of a capacity experiment. */
interface SizedRun {
  readonly rows: RunRows;
  readonly keys: number;
  readonly model: string;
  readonly mode: string;
  readonly isSearch: boolean;
  /** What a suite calls its setting; empty where it has one only. */
  readonly settingName: string;
  readonly facts: Facts;
  readonly threshold: number;
}

type SizedTally = SizedRun & SizeTally;

/**
 * For each model, mode and setting of a capacity experiment, and for each threshold that was asked for: the largest
 * number of keys with enough right. Settings are told apart by what they are, not by their names. The search chose its
 * sizes by what it saw, so where a size was measured again with other instances only those count. A size that was
 * measured for one threshold counts for the others, too; each instance of it counts once, for one run may stand for
 * several arms, and be repeated.
 */
export function capacitiesOf(arms: readonly MeasuredArm[]): SuiteCapacity[] {
  if (!arms.every(({ runs }) => runs.every(({ settings }) => settings.turns === 1))) return [];
  const runs = arms.flatMap((arm) => arm.rows.flatMap((rows) => sizedRun(arm, rows) ?? []));
  const groups = [
    ...groupBy(runs, ({ model, mode, facts }) => JSON.stringify([model, mode, facts])).values(),
  ];
  return groups.flatMap((own) => {
    // Every search begins at one key. Where a setting lacks that size, its run is gone or was made again under another
    // setting, and the larger sizes alone tell no capacity.
    if (!own.some(({ keys }) => keys === 1)) return [];
    const tallies = [true, false].flatMap((isSearch) =>
      talliesOf(own.filter((one) => one.isSearch === isSearch)),
    );
    const thresholds = [...new Set(own.map(({ threshold }) => threshold))].toSorted(
      (left, right) => right - left,
    );
    const setting = settingName(own, groups);
    return thresholds.flatMap((threshold) => capacityFor(tallies, threshold, setting) ?? []);
  });
}

/** @returns null for an arm that is no size */
function sizedRun({ within, model }: MeasuredArm, rows: RunRows): SizedRun | null {
  const { run } = rows;
  const { mode, phase, setting = "" } = within;
  if (mode === undefined) return null;
  return {
    rows,
    model,
    mode,
    isSearch: phase === "search",
    settingName: setting,
    // The wording names the keys, so it is another for each size.
    facts: factsBut(factsOf(run), ["keysPerTurn", "promptHash"]),
    threshold: thresholdOf(run),
    keys: run.settings.keysPerTurn,
  };
}

/** How many were right, run by run; a rollout that repeats another's instance is no new evidence. */
function talliesOf(own: readonly SizedRun[]): SizedTally[] {
  const once = [...new Map(own.map((one) => [one.rows.id, one])).values()];
  const oldestFirst = once.toSorted((left, right) => newestFirst(right.rows, left.rows));
  const { kept } = fullest(oldestFirst.map(({ rows }) => rows));
  return oldestFirst.flatMap((one, index) => {
    const tracks = kept[index]?.tracks ?? [];
    if (tracks.length === 0 && one.rows.tracks.length > 0) return [];
    const first = tracks
      .filter(({ letters }) => letters.length > 0)
      .map(({ letters }) => letters.charCodeAt(0));
    return [{ ...one, n: first.length, correct: first.filter(isRight).length }];
  });
}

function thresholdOf({ settings }: RunRecord): number {
  const asked = settings.asked["capacityThreshold"];
  return typeof asked === "number" ? asked : usualThreshold;
}

function capacityFor(
  own: readonly SizedTally[],
  threshold: number,
  setting: string | null,
): SuiteCapacity | null {
  const [first] = own;
  const search = own.filter(({ isSearch }) => isSearch);
  const fine = own.filter(({ isSearch }) => !isSearch);
  const again = new Set(fine.map(({ keys }) => keys));
  const sizes = [...search.filter(({ keys }) => !again.has(keys)), ...fine];
  const found = capacityOf(sizes, threshold, 1);
  if (found === null || first === undefined) return null;
  const passed = search.filter(({ n, correct }) => n > 0 && correct / n >= threshold);
  return {
    model: first.model,
    mode: first.mode,
    setting,
    keys: found.keys,
    low: found.low,
    high: found.high,
    threshold,
    searched: Math.max(0, ...passed.map(({ keys }) => keys)),
    sizes: found.curve.map(({ keys, share }) => ({ keys, ...tallyAt(sizes, keys), share })),
  };
}

/** What the suite calls it, where that tells it from the others of its model and mode; else what it differs in. */
function settingName(own: readonly SizedRun[], groups: readonly (readonly SizedRun[])[]): string | null {
  const [first] = own;
  const alike = groups.filter(([other]) => other?.model === first?.model && other?.mode === first?.mode);
  if (first === undefined || alike.length < 2) return null;
  const names = alike.map((runs) => runs[0]?.settingName ?? "");
  if (first.settingName !== "" && new Set(names).size === names.length) return first.settingName;
  return factsText(
    first.facts,
    differingFacts(alike.flatMap((runs) => runs.slice(0, 1).map(({ facts }) => facts))),
  );
}

function tallyAt(sizes: readonly SizeTally[], keys: number): { n: number; correct: number } {
  const own = sizes.filter((size) => size.keys === keys);
  return {
    n: own.reduce((sum, { n }) => sum + n, 0),
    correct: own.reduce((sum, { correct }) => sum + correct, 0),
  };
}

import { groupBy } from "../group-by.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { speedOf } from "./identity.ts";
import { isThinking } from "./is-thinking.ts";
import { type WholeRun, wholeRuns } from "./whole-runs.ts";

/** What a turn of a study takes, while all its conversations run together. */
export interface StudyCost {
  readonly model: string;
  readonly sha256: string;
  readonly runId: number;
  readonly speed: SpeedSettings;
  /** Whether the file's other such runs of this model had these speed settings, too. */
  readonly isOnlySpeed: boolean;
  /** What a run takes before its turns: loading, checks, the shared prefix. */
  readonly startMs: number;
  readonly msPerTurn: number;
}

/** What decides how fast a model is, besides what it is asked. Null: not told. */
export interface SpeedSettings {
  readonly machine: string;
  readonly threads: number | null;
  readonly parallel: number | null;
  readonly gpuLayers: number | null;
  readonly batchSize: number | null;
}

const mostModels = 5;

/**
 * By the largest whole plain run of each model that asked what a plain study asks: one key a turn, answered at once, and no
 * more told than that; a smoke run tells more of its start than of its turns. A model that has none is not there. At most five, newest first.
 */
export function studyCosts(database: Database): StudyCost[] {
  const byModel = groupBy(wholeRuns(database, asksOneKey), ({ sha256 }) => sha256);
  return [...byModel.values()].flatMap((runs) => costOf(runs) ?? []).slice(0, mostModels);
}

function asksOneKey(run: RunRecord): boolean {
  const { task, keysPerTurn, prompt, format, confidence } = run.settings;
  const isPlain = prompt === "direct" && format === "free" && confidence === "off";
  return task === "dict-sum" && keysPerTurn === 1 && isPlain && !isThinking(run);
}

/** @param runs of one model, newest first */
function costOf(runs: readonly WholeRun[]): StudyCost | null {
  const [largest] = runs.toSorted((left, right) => right.times.turns - left.times.turns);
  if (largest === undefined) return null;
  const { run, sha256, times, wallMs } = largest;
  const { turnsMs, usualTurnsMs } = times;
  if (turnsMs === null || usualTurnsMs === null) return null;
  return {
    model: run.model?.name ?? run.name,
    sha256,
    runId: run.id,
    speed: toldSpeed(run),
    isOnlySpeed: new Set(runs.map((one) => JSON.stringify(speedOf(one.run)))).size === 1,
    startMs: Math.max(0, wallMs - turnsMs),
    msPerTurn: usualTurnsMs / times.turns,
  };
}

function toldSpeed({ machine, threads, parallel, gpuLayers, batchSize }: RunRecord): SpeedSettings {
  return { machine: machine.cpuModel, threads, parallel, gpuLayers, batchSize };
}

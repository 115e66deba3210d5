import type { Database } from "../store/database.ts";
import { isEqual, namesWith, type Settings } from "../settings/settings.ts";
import type { MachineRow, RunRecord } from "../store/rows.ts";
import { usableCores } from "./usable-cores.ts";
import { wholeRuns } from "./whole-runs.ts";

/** How fast a model is, all conversations of a run together. */
export interface StoredRates {
  readonly prefillPerMs: number;
  readonly decodePerMs: number;
  /** Of a run's time what no batch took, not even a marked one: loading, checks, commits. */
  readonly overheadMs: number;
}

/** A model on a machine under the settings that decide how fast it is, as they are asked for. */
export interface RatesWanted {
  readonly sha256: string;
  readonly machine: MachineRow;
  /** Conversations at a time, as they come out. */
  readonly parallel: number;
  readonly settings: Settings;
}

/** What a model's speed depends on besides the conversations, which are told apart by how many they come to. */
export const speedNames = namesWith("contrast", "speed").filter((name) => name !== "parallel");

/** Of the newest whole plain run that is what is wanted and shows both rates; null: none does. */
export function storedRates(database: Database, wanted: RatesWanted): StoredRates | null {
  for (const { times, wallMs } of wholeRuns(database, (run) => isWanted(run, wanted))) {
    const { prefillPerMs, decodePerMs, batchesMs } = times;
    if (prefillPerMs !== null && decodePerMs !== null && batchesMs !== null)
      return { prefillPerMs, decodePerMs, overheadMs: Math.max(0, wallMs - batchesMs) };
  }
  return null;
}

function isWanted(run: RunRecord, { sha256, machine, parallel, settings }: RatesWanted): boolean {
  return (
    run.model?.sha256 === sha256 &&
    run.parallel === parallel &&
    run.machines.every((one) => isSameMachine(one, machine)) &&
    speedNames.every((name) => isEqual(run.settings[name], settings[name]))
  );
}

/** Whether what decides speed is the same, limits of a container included; its memory and its system may differ. */
export function isSameMachine(one: MachineRow, other: MachineRow): boolean {
  return (
    one.cpuModel === other.cpuModel &&
    one.logicalCores === other.logicalCores &&
    one.physicalCores === other.physicalCores &&
    usableCores(one) === usableCores(other) &&
    one.gpus.join("\n") === other.gpus.join("\n")
  );
}

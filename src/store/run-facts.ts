import { chatFactsSchema } from "../chat/facts.ts";
import { conditionsSchema, machineFactsSchema, tuningSchema } from "../hardware/facts.ts";
import { serverFactsSchema } from "../serving/facts.ts";
import { known } from "./known.ts";
import type { MachineRow, RunRecord } from "./rows.ts";

/** What stands in a run's row as JSON. */
export function runFactsOf(
  row: Readonly<Record<string, unknown>>,
): Pick<RunRecord, "chat" | "tuning" | "server" | "conditions"> {
  return {
    chat: known(chatFactsSchema, row["chat"]),
    tuning: known(tuningSchema, row["tuning"]),
    server: known(serverFactsSchema, row["server"]),
    conditions: known(conditionsSchema, row["conditions"]),
  };
}

/** @param json a machine's column; null where it was written before, or not as this program knows it */
export function machineFactsOf(json: unknown): MachineRow["facts"] {
  return known(machineFactsSchema, json);
}

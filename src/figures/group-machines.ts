import { machineKinds, machineText } from "../reading/machine-kinds.ts";
import type { ReadGroup } from "../reading/groups.ts";
import type { CompareGroup } from "./compare-schema.ts";

/** The kinds of machine that a row was played on, in the order in which they came. */
export function machinesOf({ speeds }: Pick<ReadGroup, "speeds">): CompareGroup["machines"] {
  const machines = speeds.flatMap(({ rows }) => rows.flatMap(({ run }) => run.machines));
  return machineKinds(machines).map((kind) => ({ machine: machineText(kind), ...kind }));
}

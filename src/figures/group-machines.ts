import { groupBy } from "../group-by.ts";
import { machineKind, machineText } from "../reading/machine-kinds.ts";
import type { ReadGroup } from "../reading/groups.ts";
import type { CompareGroup } from "./compare-schema.ts";

/** The kinds of machine that a row was played on, in the order in which they came. */
export function machinesOf({ speeds }: Pick<ReadGroup, "speeds">): CompareGroup["machines"] {
  const played = speeds.flatMap(({ rows }) =>
    rows.flatMap(({ id, run }) => run.machines.map((machine) => ({ id, kind: machineKind(machine) }))),
  );
  return [...groupBy(played, ({ kind }) => machineText(kind))].flatMap(([machine, own]) =>
    own.slice(0, 1).map(({ kind }) => ({ machine, ...kind, runs: [...new Set(own.map(({ id }) => id))] })),
  );
}

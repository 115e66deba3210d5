import { groupBy } from "../../group-by.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import { isMoved, type MachineKind, machineKinds, thenOn } from "../../reading/machine-kinds.ts";
import type { ReadGroup } from "../../reading/groups.ts";
import type { RunRecord } from "../../store/rows.ts";
import { machineKindsNote, movedRunsNote, speedsApartNote, type ToldKinds } from "../sentences/machines.ts";

/** On how many kinds of machine the rollouts of a row were played, where that is more than one; and which runs were moved. */
export function machineKindNotes({ rows, speeds }: ReadGroup): string[] {
  const kinds = machineKinds(rows.flatMap(({ run }) => run.machines));
  const isTold = rows.length > 1 && kinds.length > 1;
  return [
    ...(isTold ? [machineKindsNote(toldKinds(kinds))] : []),
    ...movedNotes(speeds.flatMap((speed) => speed.rows)),
  ];
}

/** Runs that went on on another kind of machine than they began on. */
export function movedNotes(runs: readonly NamedRun[]): string[] {
  const moved = runs.filter(({ run }) => isMoved(run));
  if (moved.length === 0) return [];
  return [
    movedRunsNote(
      moved.map(({ id, run }) => ({ id, kinds: toldKinds(machineKinds(run.machines)).kinds.join(thenOn) })),
    ),
  ];
}

interface NamedRun {
  readonly id: string;
  readonly run: RunRecord;
}

/**
 * What keeps speeds that stand in one table from being compared: that rows were played on several kinds of machine.
 *
 * @param hasLines whether the table has a line for each speed of a row, not for the row as a whole alone
 */
export function speedsApart(groups: readonly CompareGroup[], hasLines: boolean): string[] {
  const timed = groups.flatMap(({ label, speeds, machines }) =>
    (hasLines || speeds.length === 1 ? speeds : [])
      .filter(({ speed }) => speed.ttftMs.p50 !== null)
      .flatMap(({ machine }) => machines.filter((kind) => kind.machine === machine))
      .map((kind) => ({ label, kind })),
  );
  const rowsOn = [...groupBy(timed, ({ kind }) => kind.machine).values()];
  if (rowsOn.length < 2 || labelsOf(timed).length < 2) return [];
  const { kinds } = toldKinds(rowsOn.flatMap((rows) => rows.slice(0, 1).map(({ kind }) => kind)));
  return [
    speedsApartNote(rowsOn.map((rows, index) => ({ kind: kinds[index] ?? "", labels: labelsOf(rows) }))),
  ];
}

function labelsOf(rows: readonly { readonly label: string }[]): string[] {
  return [...new Set(rows.map(({ label }) => label))];
}

/** What tells the machines of these rows apart, by what they are called as a whole. */
export function shortMachines(
  groups: readonly Pick<CompareGroup, "machines">[],
): (machines: string) => string {
  const all = new Map(groups.flatMap(({ machines }) => machines.map((kind) => [kind.machine, kind])));
  const { kinds } = toldKinds([...all.values()]);
  const texts = new Map([...all.keys()].map((machine, index) => [machine, kinds[index]]));
  return (machines) =>
    machines
      .split(thenOn)
      .map((machine) => texts.get(machine) ?? machine)
      .join(thenOn);
}

const words = { cpu: "CPU", cores: "cores", system: "system", gpus: "GPUs" } as const;
type Part = keyof typeof words;

function toldKinds(kinds: readonly MachineKind[]): ToldKinds {
  const parts = (Object.keys(words) as Part[]).filter(
    (part) => new Set(kinds.map((kind) => kind[part])).size > 1,
  );
  return {
    apartBy: parts.map((part) => words[part]),
    kinds: kinds.map((kind) => parts.map((part) => kind[part] || "no GPU").join(", ")),
  };
}

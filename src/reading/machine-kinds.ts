import { groupBy } from "../group-by.ts";
import type { MachineRow, RunRecord } from "../store/rows.ts";
import { usableCores } from "./usable-cores.ts";

/** What kinds of machine are told apart by: two of which all of it is equal are one kind. */
export interface MachineKind {
  readonly cpu: string;
  readonly cores: string;
  readonly system: string;
  /** Empty: it has none. */
  readonly gpus: string;
}

export function machineKind(machine: MachineRow): MachineKind {
  const { cpuModel, os, gpus } = machine;
  return { cpu: cpuModel, cores: coresOf(machine), system: os, gpus: gpus.join(", ") };
}

/** "Testium 9, 8 cores, linux 6.1" */
export function machineText({ cpu, cores, system, gpus }: MachineKind): string {
  return [cpu, cores, system, ...(gpus === "" ? [] : [gpus])].join(", ");
}

/** Between the kinds of a run that went on on another one. */
export const thenOn = ", then ";

/** Each kind once, in the order in which they come. */
export function machineKinds(machines: readonly MachineRow[]): MachineKind[] {
  const kinds = groupBy(machines.map(machineKind), machineText);
  return [...kinds.values()].flatMap((own) => own.slice(0, 1));
}

/** Whether a run went on on another kind of machine than it began on: its times are of neither. */
export function isMoved({ machines }: Pick<RunRecord, "machines">): boolean {
  return machineKinds(machines).length > 1;
}

/** Logical cores, affinity and a container's limit are told where they do not come to the cores. */
function coresOf(machine: MachineRow): string {
  const [cores, usable] = [machine.physicalCores, usableCores(machine)];
  return cores === usable ? `${cores} cores` : `${cores} cores, ${usable} usable`;
}

import type { RunRecord } from "../store/rows.ts";
import { type Block, blockOf, parseShard, type Shard, sharesInto } from "../settings/shard.ts";
import type { ReadSettings } from "./settings.ts";
import { instancesOf } from "./identity.ts";

/** How a run's study was divided, and the rollouts of it that the run was to play. */
export interface PlayedPart extends Shard, Block {}

export function partOf({ settings }: Pick<RunRecord, "settings">): PlayedPart {
  return { ...parseShard(settings.shard), ...blockOf(settings) };
}

/** The same by settings as they are told, which hold how many conversations `auto` came to. */
export function toldPart(settings: ToldExtent): PlayedPart {
  const asked = settings.requested["parallel"];
  const parallel = typeof asked === "number" ? asked : "auto";
  return { ...parseShard(settings.shard), ...blockOf({ ...settings, parallel }) };
}

type ToldExtent = Pick<ReadSettings, "shard" | "rollouts"> & {
  readonly requested: Readonly<Record<string, unknown>>;
};

/** The instances that a run is of: of two runs of one study, whatever their size, the same numbers are the same instances. */
export function studyOf(run: RunRecord): string {
  return instancesOf(run)(0);
}

/** All shares of the study of a run, in their order. */
export function sharesOf(run: Pick<RunRecord, "settings">): PlayedPart[] {
  const { of } = partOf(run);
  return sharesInto(of).map((shard) => partOf({ settings: { ...run.settings, shard } }));
}

/** Every instance that a run was to play. */
export function plannedInstances(run: RunRecord): string[] {
  const { first, count } = partOf(run);
  return Array.from({ length: count }, (_, index) => first + index).map(instancesOf(run));
}

import { type Block, blockOf } from "../settings/shard.ts";

/** The rollouts that a run was to play, by its settings as they are told: those hold how many conversations it came to. */
export function askedBlock({
  shard,
  rollouts,
  requested,
}: {
  readonly shard: string;
  readonly rollouts: number;
  readonly requested: Readonly<Record<string, unknown>>;
}): Block {
  const asked = requested["parallel"];
  return blockOf({ shard, rollouts, parallel: typeof asked === "number" ? asked : "auto" });
}

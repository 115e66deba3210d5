import { printed, type SettingName, type Settings } from "../settings/settings.ts";

/** What llama-bench calls settings that are not read back from what was used. */
const benchNames = {
  batchSize: "n_batch",
  kvTypeK: "type_k",
  kvTypeV: "type_v",
  flashAttention: "flash_attn",
  loadMode: "load_mode",
} as const satisfies Partial<Record<SettingName, string>>;

type NotReadBack = keyof typeof benchNames;

/** Settings of a run that plain speed can depend on, in the order in which llama-bench prints its own. */
export const speedSettingNames: readonly SettingName[] = [
  "gpu",
  "gpuLayers",
  "threads",
  "parallel",
  ...(Object.keys(benchNames) as NotReadBack[]),
];

/** What was asked for and is not read back, as it is printed, by llama-bench's names: two tests are alike where it is. */
export type AskedSettings = Readonly<Record<(typeof benchNames)[NotReadBack], string>>;

export function askedOf(settings: Settings): AskedSettings {
  const entries = Object.entries(benchNames) as [NotReadBack, string][];
  return Object.fromEntries(
    entries.map(([name, bench]) => [bench, printed(name, settings[name])]),
  ) as AskedSettings;
}

/** How many conversations go on together; unless told it is one. */
export function conversationsOf({ parallel }: Settings): number {
  return parallel === "auto" ? 1 : parallel;
}

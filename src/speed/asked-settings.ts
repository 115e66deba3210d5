import { printed, type SettingName, type Settings } from "../settings/settings.ts";

/** What llama-bench calls settings; of some a test tells what was used, too. In the order in which it prints them. */
const benchNames = {
  gpu: "gpu",
  gpuLayers: "n_gpu_layers",
  threads: "n_threads",
  batchSize: "n_batch",
  kvTypeK: "type_k",
  kvTypeV: "type_v",
  flashAttention: "flash_attn",
  loadMode: "load_mode",
} as const satisfies Partial<Record<SettingName, string>>;

type Asked = keyof typeof benchNames;

const names = Object.keys(benchNames) as Asked[];
const firstNames = 3;

/** Settings of a run that plain speed can depend on, in the order in which llama-bench prints its own. */
export const speedSettingNames: readonly SettingName[] = [
  ...names.slice(0, firstNames),
  "parallel",
  ...names.slice(firstNames),
];

/** What was asked for, as it is printed, by llama-bench's names: two tests are alike where it is. */
export type AskedSettings = Readonly<Record<(typeof benchNames)[Asked], string>>;

export function askedOf(settings: Settings): AskedSettings {
  return Object.fromEntries(
    names.map((name) => [benchNames[name], printed(name, settings[name])]),
  ) as AskedSettings;
}

/** How many conversations go on together; unless told it is one. */
export function conversationsOf({ parallel }: Settings): number {
  return parallel === "auto" ? 1 : parallel;
}

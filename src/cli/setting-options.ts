import { type Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import { flagOf, wordOf } from "../settings/flags.ts";
import { printed, rowOf, type SettingName, settingNames } from "../settings/settings.ts";

/** Short forms, as llama.cpp's tools have them. */
const shortFlags: Partial<Record<SettingName, string>> = { batchSize: "-b", context: "-c" };

/**
 * Names in llama.cpp's own tools of what a setting of ours means, understood beside ours. The binding evaluates a batch
 * whole, so that llama.cpp's two sizes of batches are one.
 */
const llamaCppNames: Partial<Record<SettingName, string>> = {
  kvTypeK: "--cache-type-k",
  kvTypeV: "--cache-type-v",
  flashAttention: "--flash-attn",
  context: "--ctx-size",
  gpuLayers: "--n-gpu-layers",
  batchSize: "--ubatch-size",
};

/** Adds `--retune`, which is no setting: it decides what --parallel auto is taken from. */
export function withRetune(command: Command): Command {
  return command.option(
    "--retune",
    "measure anew how many conversations at a time are fastest (--parallel auto), for a short run, too",
  );
}

/** Adds the flags of these settings, as the table of settings has them. */
export function withSettings(command: Command, names: readonly SettingName[] = settingNames): Command {
  for (const name of names) {
    const { kind, help, standard } = rowOf(name);
    const short = shortFlags[name] === undefined ? "" : `${shortFlags[name]}, `;
    const flag = `${short}${flagOf(name)}${kind.hint === null ? "" : ` <${kind.hint}>`}`;
    const unlessTold = kind.hint === null ? "" : printed(name, standard);
    if (unlessTold === "") command.option(flag, help);
    else command.option(flag, help, unlessTold);
    const other = llamaCppNames[name];
    if (other !== undefined) alsoCalled(command, name, other);
  }
  return command;
}

/** What was said by one name must not be said otherwise by the other. */
function alsoCalled(command: Command, name: SettingName, other: string): void {
  const option = new Option(`${other} <value>`).hideHelp();
  command.addOption(option);
  const said = new Map<string, string>();
  const hear = (flag: string) => (value: string) => {
    said.set(flag, value);
    const [one, different] = [...said];
    if (one !== undefined && different !== undefined && one[1] !== different[1])
      throw new UsageError(
        `${one[0]} ${one[1]} and ${different[0]} ${different[1]}: both mean ${flagOf(name)}. Give one.`,
      );
    command.setOptionValueWithSource(name, value, "cli");
  };
  command.on(`option:${wordOf(name)}`, hear(flagOf(name)));
  command.on(`option:${option.name()}`, hear(other));
}

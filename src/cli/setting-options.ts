import { type Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import { flagOf, wordOf } from "../settings/flags.ts";
import { printed, rowOf, type SettingName, settingNames } from "../settings/settings.ts";

/** Adds `--retune`, which is no setting: it decides what --parallel auto is taken from. */
export function withRetune(command: Command): Command {
  return command.option(
    "--retune",
    "measure anew how many conversations at a time are fastest (--parallel auto), for a short run, too",
  );
}

/** Adds the flags of these settings, as the table of settings has them, llama.cpp's names for them hidden beside. */
export function withSettings(command: Command, names: readonly SettingName[] = settingNames): Command {
  for (const name of names) {
    const { kind, help, standard, shortFlag, llamaCppFlag } = rowOf(name);
    const short = shortFlag === undefined ? "" : `${shortFlag}, `;
    const flag = `${short}${flagOf(name)}${kind.hint === null ? "" : ` <${kind.hint}>`}`;
    const unlessTold = kind.hint === null ? "" : printed(name, standard);
    if (unlessTold === "") command.option(flag, help);
    else command.option(flag, help, unlessTold);
    if (llamaCppFlag !== undefined) alsoCalled(command, name, llamaCppFlag);
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

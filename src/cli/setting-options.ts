import type { Command } from "commander";
import { flagOf } from "../settings/flags.ts";
import { printed, rowOf, type SettingName, settingNames } from "../settings/settings.ts";

/** Adds the flags of these settings, as the table of settings has them. */
export function withSettings(command: Command, names: readonly SettingName[] = settingNames): Command {
  for (const name of names) {
    const { kind, help, standard } = rowOf(name);
    const flag = kind.hint === null ? flagOf(name) : `${flagOf(name)} <${kind.hint}>`;
    const unlessTold = kind.hint === null ? "" : printed(name, standard);
    if (unlessTold === "") command.option(flag, help);
    else command.option(flag, help, unlessTold);
  }
  return command;
}

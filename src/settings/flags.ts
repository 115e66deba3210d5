import { SettingError, UsageError } from "../errors.ts";
import { withoutAlias } from "./history-alias.ts";
import { isDecidedByLevel, onLevel } from "./on-level.ts";
import {
  isStandard,
  pick,
  type SettingName,
  printed,
  rowOf,
  settingNames,
  type Settings,
  settingsBy,
} from "./settings.ts";
import { typedLine } from "../typed-line.ts";

/** A setting's flag as it is typed: keysPerTurn -> --keys-per-turn. */
export function flagOf(name: string): string {
  return `--${wordOf(name)}`;
}

/** A setting as it is called in a line for people: topP -> top-p. */
export function wordOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What stands behind a flag: its text, true for a switch, undefined where it is not there. */
export type FlagTexts = Readonly<Record<string, string | boolean | undefined>>;

/**
 * Settings as flags say them; what has no flag is as without flags.
 *
 * @param files values of the settings that name files, where the flag is there; their contents are read elsewhere
 * @param isTyped whether a flag was typed, rather than left to its default
 * @throws UsageError naming the flag, its value and what is allowed
 */
export function settingsOfFlags(
  flags: FlagTexts,
  files: Partial<Settings> = {},
  isTyped: (name: SettingName) => boolean = () => false,
): Settings {
  const settings = settingsBy(({ kind, standard, told }, name) => {
    const given = flags[name];
    if (files[name] !== undefined) return files[name];
    if (given === undefined || "isFile" in kind) return standard;
    if (typeof given === "boolean") return given;
    try {
      return kind.read(given);
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      const more = told === undefined ? "" : ` What each means: ${typedLine(told)}`;
      throw new UsageError(`${flagOf(name)} ${given}: ${error.message}.${more}`);
    }
  });
  const said = settingNames.filter((name) => isTyped(name) || !isStandard(settings, name));
  return onLevel(withoutAlias(settings, pick(settings, said)));
}

/**
 * The flags that give these settings again, beside what a run does without any: {@link settingsOfFlags} reads them back.
 *
 * @returns flag and text; null: a switch, which has none
 */
export function flagsOfSettings(settings: Settings): (readonly [string, string | null])[] {
  const isDrawn = settings.dataset === null;
  return settingNames
    .filter((name) => isDrawn || rowOf(name).isOfDataset !== true)
    .filter((name) => !isDecidedByLevel(settings, name))
    .filter((name) => !isStandard(settings, name))
    .map((name) => [flagOf(name), rowOf(name).kind.hint === null ? null : printed(name, settings[name])]);
}

import { decidedByLevel, type Level, levelLike, levelNamed, type LevelSettings } from "../tasks/levels.ts";
import { type SettingName, type Settings, standardSettings } from "./settings.ts";

/** Settings with what their level decides; as they are where they name none, or one that is yet to be found. */
export function onLevel(settings: Settings, name: string = settings.level): Settings {
  const level = levelNamed(name);
  return level === null ? settings : { ...settings, ...level.settings, level: level.name };
}

/** Whether their level is yet to be found. */
export function isLevelOpen(settings: Settings): boolean {
  return settings.level === auto;
}

/** The same, with the level yet to be found. */
export function withOpenLevel(settings: Settings): Settings {
  const unsaid = Object.fromEntries(decidedByLevel.map((name) => [name, standardSettings[name]]));
  return { ...settings, ...unsaid, level: auto };
}

/** The level that was asked for by its name, or `auto`; null: none. */
export function askedLevel({ level }: Pick<Settings, "level">): string | null {
  return level === standardSettings.level ? null : level;
}

type Leveled = LevelSettings & Pick<Settings, "level"> & { readonly dataset: unknown };

/** The level that these settings name, or that asks the same; null: none, as of what comes from a file. */
export function levelOf(settings: Leveled): Level | null {
  return settings.dataset === null ? (levelNamed(settings.level) ?? levelLike(settings)) : null;
}

/** The level's name of each of them; null of all where none was asked for by its level. */
export function levelsBeside(all: readonly Leveled[]): (string | null)[] {
  const isTold = all.some(hasLevel);
  return all.map((settings) => (isTold ? (levelOf(settings)?.name ?? null) : null));
}

/** Whether they name one, or want one to be found. */
export function hasLevel(settings: Pick<Settings, "level">): boolean {
  return askedLevel(settings) !== null;
}

/** Whether the level decides this one of the settings. */
export function isDecidedByLevel(settings: Settings, name: SettingName): boolean {
  return hasLevel(settings) && decidedByLevel.some((decided) => decided === name);
}

const auto = "auto";

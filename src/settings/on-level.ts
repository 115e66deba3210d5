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

/** The level's name as it was asked for. */
export function levelName(settings: Pick<Settings, "level">): string {
  return settings.level;
}

/** The level that these settings name, or that asks the same; null: none. */
export function levelOf(settings: LevelSettings & Pick<Settings, "level">): Level | null {
  return levelNamed(settings.level) ?? levelLike(settings);
}

/** Whether they name one, or want one to be found. */
export function hasLevel(settings: Pick<Settings, "level">): boolean {
  return settings.level !== standardSettings.level;
}

/** Whether the level decides this one of the settings. */
export function isDecidedByLevel(settings: Settings, name: SettingName): boolean {
  return hasLevel(settings) && decidedByLevel.some((decided) => decided === name);
}

const auto = "auto";

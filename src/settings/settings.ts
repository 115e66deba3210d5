import type { z } from "zod";
import type { FileValue } from "./kinds.ts";
import { type Role, type Setting, table } from "./table.ts";

/** Everything that a run was asked for besides its model, as it is stored: one flat record. */
export type Settings = {
  readonly [Name in SettingName]: (typeof table)[Name] extends Setting<infer Value> ? Value : never;
};

export type SettingName = keyof typeof table;

export const settingNames = Object.keys(table) as SettingName[];

/** The settings of `longhaul run` without flags. */
export const standardSettings = settingsBy(({ standard }) => standard);

/** The names of all settings with one of these roles, in the table's order. */
export function namesWith<OneRole extends Role>(...roles: readonly OneRole[]): NamesWith<OneRole>[] {
  return settingNames.filter((name): name is NamesWith<OneRole> =>
    roles.some((role) => role === table[name].role),
  );
}

type NamesWith<OneRole extends Role> = {
  [Name in SettingName]: (typeof table)[Name]["role"] extends OneRole ? Name : never;
}[SettingName];

/** The schemas of some settings, as they may be asked for. */
export function schemasOf<Name extends SettingName>(names: readonly Name[]): Schemas<Name> {
  return schemasBy(names, ({ kind }) => kind.schema);
}

/** The same as rows hold them: what a data set decides may be larger. */
export function shapeOf<Name extends SettingName>(names: readonly Name[]): Schemas<Name> {
  return schemasBy(names, ({ kind, isOfDataset }) =>
    isOfDataset === true ? (kind.held ?? kind.schema) : kind.schema,
  );
}

type Schemas<Name extends SettingName> = { readonly [One in Name]: z.ZodType<Settings[One]> };

function schemasBy<Name extends SettingName>(
  names: readonly Name[],
  schemaOf: (one: Setting<unknown>) => z.ZodType,
): Schemas<Name> {
  const schemas = names.map((name) => [name, schemaOf(rowOf(name)).describe(rowOf(name).help)]);
  return Object.fromEntries(schemas) as Schemas<Name>;
}

/** What a sampler is told. */
export const samplingNames = ["temperature", ...namesWith("sampling")] as const;

/** Whether a setting is as in a run without flags. */
export function isStandard(settings: Settings, name: SettingName): boolean {
  return printed(name, settings[name]) === printed(name, standardSettings[name]);
}

/** Some of the settings, by name. */
export function pick<Name extends SettingName>(
  settings: Settings,
  names: readonly Name[],
): Pick<Settings, Name> {
  return Object.fromEntries(names.map((name) => [name, settings[name]])) as Pick<Settings, Name>;
}

/** Settings, one by one. */
export function settingsBy(valueOf: (one: Setting<unknown>, name: SettingName) => unknown): Settings {
  return Object.fromEntries(settingNames.map((name) => [name, valueOf(rowOf(name), name)])) as Settings;
}

/** A row of the table, whatever its value is. */
export function rowOf(name: SettingName): Setting<unknown> {
  return table[name] as unknown as Setting<unknown>;
}

/** A value as text, as a flag takes it. */
export function printed(name: SettingName, value: unknown): string {
  return rowOf(name).kind.print(value);
}

/** Whether two runs were asked for alike in everything. */
export function sameSettings(one: Settings, other: Settings): boolean {
  return settingNames.every((name) => isEqual(one[name], other[name]));
}

/** Whether two values of a setting are the same; of files their contents decide, where both are known. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (isFile(one) && isFile(other))
    return one.sha256 === null || other.sha256 === null
      ? one.file === other.file
      : one.sha256 === other.sha256;
  return JSON.stringify(one) === JSON.stringify(other);
}

function isFile(value: unknown): value is FileValue {
  return typeof value === "object" && value !== null && "sha256" in value;
}

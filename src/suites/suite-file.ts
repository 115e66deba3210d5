import { z } from "zod";
import { experiments } from "../experiments/index.ts";
import { withoutAlias } from "../settings/history-alias.ts";
import { onLevel } from "../settings/on-level.ts";
import { rowOf, schemasOf, settingNames, type Settings, settingsBy } from "../settings/settings.ts";

/** What can be set for a suite, a setting or an experiment; names are those of `longhaul run`'s flags. */
const overrideNames = settingNames.filter((name) => rowOf(name).isInSuites);

const overrides = z.strictObject(schemasOf(overrideNames)).partial();
type Overrides = { readonly [Name in keyof Settings]?: Settings[Name] | undefined };

const setting = overrides.extend({ name: z.string().min(1) });

const [firstExperiment, ...otherExperiments] = experiments.map((kind) =>
  overrides.extend({
    use: z.literal(kind.name).describe(kind.question),
    name: z.string().min(1).optional().describe("another name for it in tables"),
    ...kind.options.shape,
  }),
);
if (firstExperiment === undefined) throw new Error("there is no experiment");

/** A suite file: experiments as data. */
export const suiteSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().optional(),
  models: z
    .array(z.string().min(1))
    .default([])
    .describe("GGUF files or folders, from the suite file's folder; the command line's stand in their place"),
  defaults: overrides.default({}).describe("for every experiment"),
  settings: z.array(setting).min(1).optional().describe("each experiment is carried out under each of them"),
  experiments: z.array(z.discriminatedUnion("use", [firstExperiment, ...otherExperiments])).min(1),
});

export type SuiteFile = z.infer<typeof suiteSchema>;
export type SuiteExperiment = SuiteFile["experiments"][number];
export type SuiteSetting = z.infer<typeof setting>;

/** A run's settings with what was set; later ones win. */
export function withOverrides(...layers: readonly Overrides[]): Settings {
  const given = Object.assign({}, ...layers) as Overrides;
  const settings = settingsBy(({ kind, standard }, name) => {
    const value = given[name];
    // Texts are kept in their canonical form.
    return value === undefined ? standard : typeof value === "string" ? kind.read(value) : value;
  });
  return onLevel(withoutAlias(settings, given));
}

/** Whether a setting was set in one of these layers. */
export function isSetIn(layers: readonly Overrides[]): (name: keyof Settings) => boolean {
  return (name) => layers.some((layer) => layer[name] !== undefined);
}

/** Of an experiment's entry what are settings of a run, and what are its own options. */
export function splitEntry(entry: SuiteExperiment): {
  overrides: Overrides;
  options: Record<string, unknown>;
} {
  const { use: _use, name: _name, ...rest } = entry as Record<string, unknown>;
  const isSetting = ([key]: [string, unknown]): boolean => overrideNames.some((name) => name === key);
  const entries = Object.entries(rest);
  return {
    overrides: Object.fromEntries(entries.filter(isSetting)),
    options: Object.fromEntries(entries.filter((one) => !isSetting(one))),
  };
}

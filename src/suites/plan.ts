import { UsageError } from "../errors.ts";
import type { Arm, ArmResult, Experiment } from "../experiments/experiment.ts";
import { experiments } from "../experiments/index.ts";
import { withReplayedRun } from "../rollout/history/index.ts";
import type { LevelSearch } from "../settings/level-search.ts";
import {
  badValues,
  inNames,
  levelRefusal,
  offLevelRefusal,
  refusalOf,
  serverRefusal,
  whyBad,
} from "../settings/refusals.ts";
import { hasLevel } from "../settings/on-level.ts";
import { printed, sameSettings, type SettingName, type Settings } from "../settings/settings.ts";
import { takesGrammar } from "../serving/facts.ts";
import type { SuiteModel } from "./suite-model.ts";
import type { ReadSuite } from "./read-suite.ts";
import { isSetIn, type SuiteExperiment, type SuiteSetting, splitEntry, withOverrides } from "./suite-file.ts";

/** One run of a suite that is to be made. */
export interface SuiteTrial {
  readonly part: SuitePart;
  readonly arm: Arm;
  /** The arm as rows and tables name it: with the setting, where there are several. */
  readonly label: string;
  readonly model: SuiteModel;
}

/** One experiment under one setting. */
export interface SuitePart {
  readonly experiment: string;
  readonly kind: Experiment;
  readonly setting: SuiteSetting | null;
  readonly base: Settings;
  readonly options: Record<string, unknown>;
  /** How its level was found; absent: it was not looked for. */
  readonly levelSearch?: LevelSearch;
  /** Where in the file one of these settings of the experiment stands, else the experiment itself. */
  readonly place: (names: readonly SettingName[]) => string;
}

/** What of a suite is carried out here. */
export interface Selection {
  /** The trial as it is carried out here, whole or cut to some of its rollouts; null: it is not. */
  readonly trial: (trial: SuiteTrial) => SuiteTrial | null;
  /** Whether what a part looks for in a model is looked for here. */
  readonly search: (part: SuitePart, model: SuiteModel) => boolean;
}

/**
 * Experiments times settings, in the file's order.
 *
 * @param only names of experiments, none: all. That of a kind means the entry without another name, if there is one, else
 *   all of the kind
 */
export function suiteParts({ suite, place, at }: ReadSuite, only: readonly string[]): SuitePart[] {
  const names = suite.experiments.map(nameOf);
  const meant = only.map((text) => meantBy(text, suite.experiments));
  const unknown = only.find((_, index) => meant[index]?.length === 0);
  if (unknown !== undefined)
    throw new UsageError(
      `--only ${unknown}: no such experiment in ${suite.name}. It has ${names.join(", ")}.`,
    );
  refuseTwice("experiments", names, at);
  refuseTwice("settings", suite.settings?.map(({ name }) => name) ?? [], at);
  return suite.experiments
    .filter((entry) => only.length === 0 || meant.flat().includes(entry))
    .flatMap((entry) =>
      (suite.settings ?? [null]).map((setting, index) =>
        partOf(suite, entry, setting, (names) =>
          place(names, suite.experiments.indexOf(entry), setting === null ? null : index),
        ),
      ),
    );
}

/** Tables tell them apart by their names. */
function refuseTwice(what: string, names: readonly string[], at: ReadSuite["at"]): void {
  const second = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (second >= 0)
    throw new UsageError(
      `${at([what, second])} two ${what} are called ${names[second]}. Give one another name.`,
    );
}

/** "horizon", or "horizon: long" where the entry has a name of its own: what stands before the colon is the kind. */
function nameOf(entry: SuiteExperiment): string {
  return typeof entry.name === "string" ? `${entry.use}: ${entry.name}` : entry.use;
}

function meantBy(text: string, entries: readonly SuiteExperiment[]): readonly SuiteExperiment[] {
  const exact = entries.filter((entry) => nameOf(entry) === text);
  return exact.length > 0 ? exact : entries.filter(({ use, name }) => text === use || text === name);
}

function partOf(
  suite: ReadSuite["suite"],
  entry: SuiteExperiment,
  setting: SuiteSetting | null,
  place: SuitePart["place"],
): SuitePart {
  const kind = experiments.find(({ name }) => name === entry.use);
  if (kind === undefined) throw new UsageError(`${suite.name}: no experiment is called ${entry.use}.`);
  const { overrides, options } = splitEntry(entry);
  const { name: _name, ...changes } = setting ?? { name: "" };
  const layers = [suite.defaults, changes, overrides];
  const base = withOverrides(...layers);
  const refusal = levelRefusal(base, isSetIn(layers));
  if (refusal !== null) throw new UsageError(`${place(refusal.names)} ${nameOf(entry)}: ${inNames(refusal)}`);
  return { experiment: nameOf(entry), kind, setting, base, options, place };
}

/**
 * The trials of a part that are known in advance. An arm at a time all models, so that a machine that grows warm or busy
 * hits all of them alike.
 */
export function plannedTrials(part: SuitePart, models: readonly SuiteModel[]): SuiteTrial[] {
  const armsOf = models.map((model) => part.kind.arms(part.base, part.options, model.facts));
  const most = Math.max(0, ...armsOf.map(({ length }) => length));
  return Array.from({ length: most }, (_, index) =>
    models.flatMap((model, at) => {
      const arm = armsOf[at]?.[index];
      return arm === undefined ? [] : [trialOf(part, arm, model)];
    }),
  ).flat();
}

/** Whether two trials ask for the very same run; one that replays another run's errors is not known before that one. */
export function sameTrial(one: SuiteTrial, other: SuiteTrial): boolean {
  return (
    one.model === other.model &&
    one.arm.replays === undefined &&
    other.arm.replays === undefined &&
    sameSettings(one.arm.settings, other.arm.settings)
  );
}

/** The trial whose errors this one replays; null: none. */
export function sourceOf({ part, arm, model }: SuiteTrial): SuiteTrial | null {
  if (arm.replays === undefined) return null;
  return plannedTrials(part, [model]).find((one) => one.arm.name === arm.replays) ?? null;
}

/**
 * Whether something builds on it, or it on something: errors that are replayed, trials that are chosen by results.
 *
 * @param planned trials, all of its part and model among them
 */
export function staysWhole({ part, arm, model }: SuiteTrial, planned: readonly SuiteTrial[]): boolean {
  if (part.kind.next !== undefined || arm.replays !== undefined) return true;
  return planned.some(
    (other) => other.part === part && other.model === model && other.arm.replays === arm.name,
  );
}

/** What a trial is compared as: its place in the experiment, and how many rollouts it has. */
export function plannedArm({ part, arm, label, model }: SuiteTrial) {
  return {
    experiment: part.experiment,
    arm: label,
    facts: arm.facts,
    model: model.source,
    rollouts: arm.settings.rollouts,
    leftOut: arm.leftOut,
  };
}

/** The next trial of an adaptive part for a model; null: it is done. */
export function nextTrial(part: SuitePart, model: SuiteModel, done: readonly ArmResult[]): SuiteTrial | null {
  const arm = part.kind.next?.(part.base, part.options, model.facts, done) ?? null;
  return arm === null ? null : trialOf(part, arm, model);
}

/** The searches of an adaptive part for a model: of each the trials that every outcome leads to. */
export function plannedSearches(part: SuitePart, model: SuiteModel): SuiteTrial[][][] {
  const searches = part.kind.searches?.(part.base, part.options, model.facts) ?? [];
  return searches.map((outcomes) => outcomes.map((arms) => arms.map((one) => trialOf(part, one, model))));
}

/** Before anything is asked: a search for a size that the level decides is known late, one step after the other. */
export function refuseOffLevel(parts: readonly SuitePart[], models: readonly SuiteModel[]): void {
  for (const part of parts.filter(({ base }) => hasLevel(base)))
    for (const model of models) plannedSearches(part, model);
}

function trialOf(part: SuitePart, arm: Arm, model: SuiteModel): SuiteTrial {
  const setting = part.setting?.name ?? null;
  const { settings, replays } = arm;
  const [bad] = badValues(settings);
  if (bad !== undefined)
    throw new UsageError(
      `${part.place([bad])} ${part.experiment}, ${arm.name}: ${bad} ${printed(bad, settings[bad])}: ${whyBad(bad, settings[bad])}.`,
    );
  // The run that a replay needs is filled in when it is there.
  const history = replays === undefined ? settings.history : withReplayedRun(settings.history, 1);
  const refusal =
    offLevelRefusal(part.base, settings) ?? refusalOf({ ...settings, history }, model.engine.kind);
  if (refusal !== null)
    throw new UsageError(`${part.place(refusal.names)} ${part.experiment}, ${arm.name}: ${inNames(refusal)}`);
  const leftOut = arm.leftOut ?? whyUnserved(settings, model);
  if (setting === null) return { part, arm: { ...arm, leftOut }, label: arm.name, model };
  const inSetting = { ...arm, leftOut, facts: { ...arm.facts, setting } };
  return { part, arm: inSetting, label: `${arm.name}, ${setting}`, model };
}

/** Why a model behind a server cannot play this arm; null: it can, or it is in this process. */
function whyUnserved(settings: Settings, { engine, served }: SuiteModel): string | null {
  if (engine.kind !== "server") return null;
  if (settings.format === "integer" && served !== null && !takesGrammar(served))
    return `its server (${served.kind}) takes no grammar`;
  const refusal = serverRefusal(settings);
  return refusal === null ? null : inNames(refusal);
}

import type { Command } from "commander";
import { SettingError, UsageError } from "../errors.ts";
import { isLevelOpen } from "../settings/on-level.ts";
import { nothingOfTrials, nothingToDo, sharesFloorAlone, sharesMayDiffer } from "../report/sentences/plan.ts";
import { parseShard, type Shard, shardText } from "../settings/shard.ts";
import { Division, within } from "../suites/division.ts";
import { plannedTrials, type Selection, type SuitePart } from "../suites/plan.ts";
import type { SuiteModel } from "../suites/suite-model.ts";
import { TrialIds } from "../suites/trial-id.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";
import { shellWord, typedLine } from "../typed-line.ts";

/** Adds `--shard` and `--trial`: a part of a suite. */
export function withSelection(command: Command): Command {
  return command
    .option(
      "--shard <k/n>",
      "a share of the suite, such as 3/8, on each of several machines (longhaul merge)",
    )
    .option("--trial <id>", 'one trial and what it builds on, by its "id" in suite plan --json');
}

/** What of a suite is wanted. @param planWords the command that lists its trials @throws UsageError naming the flag */
export async function selectionOf(
  flags: Flags,
  parts: readonly SuitePart[],
  models: readonly SuiteModel[],
  planWords: string,
): Promise<Selection> {
  const shard = shardOf(flags);
  const id = new FlagReader(flags).optionalText("trial");
  if (shard === null && id === null) return everything;
  refuseOpenLevel(shard === null ? "--trial" : `--shard ${String(flags["shard"])}`, parts);
  const division = new Division(parts, models);
  const share = shard === null ? everything : division.share(shard);
  if (id === null) return share;
  const one = division.only(id, await TrialIds.of(models), share);
  if (one === null)
    throw new UsageError(
      `--trial ${id}: no trial is called so. Each "id" is in the plan: ${typedLine(planWords)}`,
    );
  return within(one, share);
}

/** What has to be known of a share before it runs; nothing where all is carried out. @param selection what of it is wanted */
export function shareCautions(
  flags: Flags,
  parts: readonly SuitePart[],
  models: readonly SuiteModel[],
  selection: Selection,
): string[] {
  const shard = shardOf(flags);
  if (shard === null) return [];
  const all = parts.flatMap((part) => plannedTrials(part, models));
  const hasSearch = parts.some(
    (part) => part.kind.next !== undefined && models.some((model) => selection.search(part, model)),
  );
  const one = new FlagReader(flags).optionalText("trial");
  if (!hasSearch && all.every((trial) => selection.trial(trial) === null))
    return [nothingToDo(shardText(shard), one)];
  const division = new Division(parts, models);
  const cut = all.filter((trial) => !division.isWhole(trial) && trial.arm.leftOut === null);
  const own = cut.filter((trial) => selection.trial(trial) !== null);
  const without = one === null ? cut.length - own.length : 0;
  const evaluated = own.filter(({ model }) => model.engine.kind !== "scripted");
  const settings = evaluated.map(({ arm }) => arm.settings);
  return [
    ...(without === 0 ? [] : [nothingOfTrials(shardText(shard), without)]),
    ...(settings.some(({ parallel }) => parallel === "auto") ? [sharesMayDiffer("parallel")] : []),
    ...(settings.some(({ until }) => until === "first-error") ? [sharesMayDiffer("until")] : []),
    ...(own.some(({ arm }) => arm.settings.stopAtFloor) ? [sharesFloorAlone()] : []),
  ];
}

const everything: Selection = { trial: (trial) => trial, search: () => true };

/** The same flags, as they are typed. */
export function selectionWords(flags: Flags): string {
  const words = ["shard", "trial"].flatMap((name) => {
    const value = flags[name];
    return typeof value === "string" ? [` --${name} ${shellWord(value)}`] : [];
  });
  return words.join("");
}

/** Null: not asked for. */
function shardOf(flags: Flags): Shard | null {
  const text = new FlagReader(flags).optionalText("shard");
  try {
    return text === null ? null : parseShard(text);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UsageError(`--shard ${text}: ${error.message}.`);
  }
}

/** Each machine would look for it by itself, and might find another. */
function refuseOpenLevel(flag: string, parts: readonly SuitePart[]): void {
  const open = parts.find(({ base }) => isLevelOpen(base));
  if (open === undefined) return;
  throw new UsageError(
    `${flag}: the level of ${open.experiment} is yet to be found (level: auto). Write its name there, once it is found: ${typedLine("run --level auto")}`,
  );
}

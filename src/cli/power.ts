import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  describePower,
  fewestDictionaries,
  type MarginPowerDocument,
  marginPowerDocument,
  type PowerDocument,
  powerDocument,
} from "../report/power.ts";
import { studyCosts } from "../reading/costs.ts";
import { openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { parseMargin } from "./margin-option.ts";
import { outputStyle, print } from "./terminal.ts";

/** Adds `power`: how large a study has to be. */
export function addPowerCommand(program: Command): void {
  const command = program
    .command("power")
    .description(
      "how many rollouts it takes to see a difference, or that one model gets nearly as far as another, and how long that is on this machine",
    )
    .requiredOption("--h50 <turns>", "H50 of the model that falls sooner")
    .option("--ratio <x>", "to see a difference: how many times as far the other gets, for example 1.2")
    .option(
      "--margin <share>",
      "instead, to see that an equal model is good enough: by how much less far it may get, for example 20%",
    )
    .option("--turns <n>", "turns of each rollout (default: several, to choose from)")
    .option("--power <share>", "chance of seeing the difference", "0.8")
    .option("--dictionaries <n>", "different dictionaries that the rollouts share (default: one each)");
  withDatabaseOption(command)
    .option("--json", "JSON instead of text")
    .addHelpText(
      "after",
      "\nExamples:\n  longhaul power --h50 20 --ratio 1.2\n  longhaul power --h50 35 --ratio 2 --turns 100 --json\n  longhaul power --h50 20 --margin 20%",
    )
    .action((flags: Readonly<Record<string, unknown>>) => {
      const document = documentOf(flags);
      print(
        flags["json"] === true
          ? jsonOf("power", document)
          : describePower(document, outputStyle(process.stdout)),
      );
    });
}

function documentOf(flags: Readonly<Record<string, unknown>>): PowerDocument | MarginPowerDocument {
  const horizon = numberOf(flags, "h50");
  if (!(horizon >= 1)) throw mustBe(flags, "h50", "a number of turns, 1 or more");
  const sought = soughtOf(flags);
  const power = numberOf(flags, "power");
  if (!(power > 0.05 && power < 1)) throw mustBe(flags, "power", "between 0.05 and 1, for example 0.8");
  const turns = flags["turns"] === undefined ? null : numberOf(flags, "turns");
  if (turns !== null && !(Number.isSafeInteger(turns) && turns > 0))
    throw mustBe(flags, "turns", "a whole number above 0");
  const dictionaries = flags["dictionaries"] === undefined ? null : numberOf(flags, "dictionaries");
  if (dictionaries !== null && !(Number.isSafeInteger(dictionaries) && dictionaries >= fewestDictionaries))
    throw mustBe(
      flags,
      "dictionaries",
      `a whole number from ${fewestDictionaries}; with fewer, a study tells of these dictionaries alone`,
    );
  const path = dbPath(flags);
  const isGiven = flags["db"] !== undefined;
  const database = openIfThere(path, isGiven);
  try {
    const costs = database === null ? [] : studyCosts(database);
    const question = { horizon, power, turns, dictionaries };
    return "margin" in sought
      ? marginPowerDocument({ ...question, ...sought }, costs)
      : powerDocument({ ...question, ...sought }, costs);
  } finally {
    database?.close();
  }
}

/** What the study is to show. @throws UsageError unless one of the two is given */
function soughtOf(flags: Readonly<Record<string, unknown>>): { ratio: number } | { margin: number } {
  const { margin, ratio: given } = flags;
  if ((margin === undefined) === (given === undefined))
    throw new UsageError(
      "power: give either --ratio, to see a difference, or --margin, that one gets nearly as far as another.",
    );
  if (typeof margin === "string") return { margin: parseMargin("--margin", margin) };
  const ratio = numberOf(flags, "ratio");
  if (!(ratio > 0) || ratio === 1) throw mustBe(flags, "ratio", "a ratio above 0 other than 1");
  return { ratio };
}

/** Without a file there is no stored speed; only a file that was named has to exist. */
function openIfThere(path: string, isGiven: boolean): ReturnType<typeof openReadOnly> | null {
  try {
    return openReadOnly(path);
  } catch (error) {
    if (isGiven || !(error instanceof UsageError)) throw error;
    return null;
  }
}

/** NaN for what is no finite number. */
function numberOf(flags: Readonly<Record<string, unknown>>, name: string): number {
  const text = String(flags[name]).trim();
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : Number.NaN;
}

function mustBe(flags: Readonly<Record<string, unknown>>, name: string, wanted: string): UsageError {
  return new UsageError(`--${name} ${String(flags[name]).trim()}: must be ${wanted}.`);
}

import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { describePower, type PowerDocument, powerDocument } from "../report/power.ts";
import { openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { outputStyle, print } from "./terminal.ts";

/** Adds `power`: how large a study has to be. */
export function addPowerCommand(program: Command): void {
  const command = program
    .command("power")
    .description("how many rollouts it takes to see a difference, and how long that is on this machine")
    .requiredOption("--h50 <turns>", "H50 of the model that falls sooner")
    .requiredOption("--ratio <x>", "how many times as far the other gets, for example 1.2")
    .option("--turns <n>", "turns of each rollout (default: several, to choose from)")
    .option("--power <share>", "chance of seeing the difference", "0.8");
  withDatabaseOption(command)
    .option("--json", "JSON instead of text")
    .addHelpText(
      "after",
      "\nExamples:\n  longhaul power --h50 20 --ratio 1.2\n  longhaul power --h50 35 --ratio 2 --turns 100 --json",
    )
    .action((flags: Readonly<Record<string, unknown>>) => {
      const document = documentOf(flags);
      print(
        flags["json"] === true
          ? JSON.stringify(document, null, 2)
          : describePower(document, outputStyle(process.stdout)),
      );
    });
}

function documentOf(flags: Readonly<Record<string, unknown>>): PowerDocument {
  const horizon = numberOf(flags, "h50", (value) => value >= 1, "a number of turns, 1 or more");
  const ratio = numberOf(flags, "ratio", (value) => value > 0 && value !== 1, "a ratio above 0 other than 1");
  const power = numberOf(
    flags,
    "power",
    (value) => value > 0.05 && value < 1,
    "between 0.05 and 1, for example 0.8",
  );
  const turns =
    flags["turns"] === undefined
      ? null
      : numberOf(
          flags,
          "turns",
          (value) => Number.isSafeInteger(value) && value > 0,
          "a whole number above 0",
        );
  const path = dbPath(flags);
  const isGiven = flags["db"] !== undefined;
  const database = openIfThere(path, isGiven);
  try {
    return powerDocument({ horizon, ratio, power, turns }, database);
  } finally {
    database?.close();
  }
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

function numberOf(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  isAllowed: (value: number) => boolean,
  wanted: string,
): number {
  const text = String(flags[name]).trim();
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || !isAllowed(value))
    throw new UsageError(`--${name} ${text}: must be ${wanted}.`);
  return value;
}

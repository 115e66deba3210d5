import { SettingError, UsageError } from "../errors.ts";
import { parseSlowerLimits, type SlowerLimit } from "../report/speed/limits.ts";
import { flagOf } from "../settings/flags.ts";
import { rowOf, type SettingName, type Settings, standardSettings } from "../settings/settings.ts";
import { checkProgram } from "../speed/against.ts";
import { speedSettingNames } from "../speed/asked-settings.ts";
import { readChatFile } from "../speed/chat-file.ts";
import { combinations, numberList, type SpeedPlan } from "../speed/grid.ts";
import type { SpeedAsked } from "../speed/asked.ts";
import { FlagReader, type Flags, type GivenFlags } from "./flag-reader.ts";

/**
 * Turns the flags of `speed` into what is measured; a list of values is as many measurements.
 *
 * @throws UsageError naming the flag, its value and the fix
 */
export function parseSpeedOptions(
  flags: Flags,
  given: GivenFlags,
  dbPath: string,
): { readonly asked: Omit<SpeedAsked, "files">; readonly limits: readonly SlowerLimit[] } {
  const read = new FlagReader(flags);
  const against = read.optionalText("against");
  if (against !== null) checkProgram(against);
  const slower = read.optionalText("failSlower");
  const limits = slower === null ? [] : parseSlowerLimits(slower);
  const repetitions = oneNumber(read, "repetitions", 1, 10_000);
  const conversation = read.optionalText("conversation");
  const what =
    conversation === null
      ? { plan: planOf(read, flags, given) }
      : { chat: chatOf(read, flags, given, conversation) };
  return { asked: { dbPath, repetitions, what, against }, limits };
}

function planOf(read: FlagReader, flags: Flags, given: GivenFlags): SpeedPlan {
  if (given("cache"))
    throw new UsageError(
      `--cache ${read.text("cache")}: only conversations have one. Add --conversation chat.json.`,
    );
  const sampling = read.choice("sampling", ["off", "on", "both"]);
  const plan = {
    prompts: numbers(read, "nPrompt"),
    generations: numbers(read, "nGen"),
    depths: numbers(read, "nDepth"),
    // llama-bench samples nothing, so that there is nothing to measure beside it.
    sampled: given("against") && !given("sampling") ? [false] : choices(sampling),
    settings: settingsGrid(flags, given),
  };
  if (![...plan.prompts, ...plan.generations].some((tokens) => tokens > 0))
    throw new UsageError(
      "--n-prompt 0 and --n-gen 0: nothing is left to measure. Give one of them a number.",
    );
  if (given("against") && plan.settings.some(({ parallel }) => parallel !== "auto" && parallel > 1))
    throw new UsageError(
      `--against with --parallel ${read.text("parallel")}: llama-bench has one conversation. Leave out one of them.`,
    );
  return plan;
}

function chatOf(
  read: FlagReader,
  flags: Flags,
  given: GivenFlags,
  path: string,
): { file: ReturnType<typeof readChatFile>; settings: Settings; tokens: number; cached: boolean[] } {
  const other = ["nPrompt", "nDepth", "parallel", "sampling", "against", "failSlower"].find((name) =>
    given(name),
  );
  if (other !== undefined)
    throw new UsageError(
      `${flagOf(other)} ${read.text(other)}: not with --conversation, which is one conversation as it stands. Leave out one of them.`,
    );
  const [settings, ...more] = settingsGrid(flags, given);
  if (settings === undefined || more.length > 0)
    throw new UsageError(
      "--conversation: a list of settings is not evaluated there. Give one value to each flag.",
    );
  const cached = choices(read.choice("cache", ["off", "on", "both"])).toReversed();
  return { file: readChatFile(path), settings, tokens: oneNumber(read, "nGen", 1, 1_000_000), cached };
}

function choices(choice: "off" | "on" | "both"): boolean[] {
  return { off: [false], on: [true], both: [false, true] }[choice];
}

/** Every combination of the values of all flags that were typed. */
function settingsGrid(flags: Flags, given: GivenFlags): Settings[] {
  const lists = speedSettingNames.map((name) =>
    given(name)
      ? String(flags[name])
          .split(",")
          .map((text) => [name, valueOf(name, text)] as const)
      : [[name, standardSettings[name]] as const],
  );
  return combinations<readonly [SettingName, unknown]>(lists).map(
    (values) => ({ ...standardSettings, ...Object.fromEntries(values) }) as Settings,
  );
}

function valueOf(name: SettingName, text: string): unknown {
  const { kind } = rowOf(name);
  try {
    return kind.read(text);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    // llama-bench's words for what is a switch there.
    const word = { "1": "on", "0": "off" }[text];
    if (word !== undefined && kind.schema.safeParse(word).success) return word;
    throw new UsageError(`${flagOf(name)} ${text}: ${error.message}; several with commas between them.`);
  }
}

function numbers(read: FlagReader, name: string): number[] {
  const found = numberList(read.text(name));
  if (found !== null) return found;
  throw new UsageError(
    `${flagOf(name)} ${read.text(name)}: must be a whole number, or several as llama-bench has them: 512,1024 or 128-512*2.`,
  );
}

function oneNumber(read: FlagReader, name: string, least: number, most: number): number {
  const [value, ...more] = numberList(read.text(name)) ?? [];
  if (value !== undefined && more.length === 0 && value >= least && value <= most) return value;
  throw new UsageError(
    `${flagOf(name)} ${read.text(name)}: must be a whole number from ${least} to ${most.toLocaleString("en")}.`,
  );
}

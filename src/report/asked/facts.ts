import type { RunSummary } from "../../figures/run-schema.ts";
import { toldPart } from "../../reading/study.ts";
import { wordOf } from "../../settings/flags.ts";
import { askedLevel } from "../../settings/on-level.ts";
import {
  printed,
  rowOf,
  samplingNames,
  type SettingName,
  settingNames,
  standardSettings,
} from "../../settings/settings.ts";
import { visible } from "../../visible-text.ts";
import { shareOfStudy } from "../sentences/shares.ts";
import { endsAtFirstError, probedTurns, thinkingLimited } from "../sentences/run.ts";
import { counted } from "../words/words.ts";

type Asked = RunSummary["settings"];

/** What a run was asked, each fact under its name and whole: it may be what another run differs in. */
export function askedFacts(
  settings: Asked,
  seed: number,
): readonly (readonly [name: string, fact: string])[] {
  const { history, probe, until, format, prompt, votes } = settings;
  const sized = [...levelFacts(settings), settings.task, keysFact(settings), ...startFacts(settings)];
  return [
    ["task", sized.join(", ")],
    ["history", [history, ...probeFacts(probe), ...(until === "end" ? [] : [endsAtFirstError()])].join(", ")],
    ["answers", [prompt, `format ${format}`, ...thinkingFacts(settings), ...votesFacts(votes)].join(", ")],
    ["dictionary", dictionaryFact(settings, true)],
    ["sampling", samplingFacts(settings).join(", ")],
    ["besides", otherFacts(settings).join(", ")],
    ["seed", String(seed)],
    ["asked for", extentFact(settings)],
  ];
}

/** The same in a line: what is not the plain protocol stands there with its name. */
export function askedInLine(settings: Asked, { unicode }: { readonly unicode: boolean }): string[] {
  return [
    ...levelFacts(settings),
    ...extentInLine(settings),
    keysFact(settings),
    dictionaryFact(settings, unicode),
    ...samplingFacts(settings),
    ...protocolFacts(settings),
  ];
}

/** Only what is not the plain protocol. */
function protocolFacts(settings: Asked): string[] {
  const { prompt, history, votes, format, probe, until } = settings;
  const facts = [
    ...(prompt === "direct" ? [] : [`prompt ${prompt}`]),
    ...startFacts(settings),
    ...(history === "own" ? [] : [`history ${history}`]),
    ...votesFacts(votes),
    ...(format === "free" ? [] : [`${format} grammar`]),
    ...thinkingFacts(settings),
    ...otherFacts(settings),
    ...probeFacts(probe),
    ...(until === "end" ? [] : [endsAtFirstError()]),
  ];
  return facts.map(visible);
}

function levelFacts(settings: Asked): string[] {
  const level = askedLevel(settings);
  return level === null ? [] : [`level ${level}`];
}

/** Of the whole study, whatever its share is: what is missing of it is told of all runs together. */
function extentFact(settings: Asked): string {
  return `${counted(settings.rollouts, "rollout")} of ${counted(settings.turns, "turn")}`;
}

function extentInLine(settings: Asked): string[] {
  const part = toldPart(settings);
  const { task, turns, rollouts } = settings;
  return part.of === 1
    ? [`${task}: ${extentFact(settings)}`]
    : [`${task}: ${shareOfStudy(part, rollouts)}`, counted(turns, "turn")];
}

function keysFact(settings: Asked): string {
  return `${counted(settings.keysPerTurn, "key")} a turn`;
}

function dictionaryFact(settings: Asked, unicode: boolean): string {
  const { sharedDictionary, dictionarySize, valueMax } = settings;
  return `${sharedDictionary ? "one shared dictionary" : "dictionaries"} of ${dictionarySize} to ${unicode ? "±" : "+-"}${valueMax}`;
}

function startFacts({ start }: Pick<Asked, "start">): string[] {
  return start === "neutral" ? [] : ["random start"];
}

function votesFacts(votes: Asked["votes"]): string[] {
  return votes === "none" ? [] : [`votes ${votes}`];
}

function thinkingFacts({ thinking, thinkingBudget }: Pick<Asked, "thinking" | "thinkingBudget">): string[] {
  if (thinking === "off") return [];
  return [thinkingBudget === null ? "thinking" : thinkingLimited(thinkingBudget)];
}

function probeFacts(probe: Asked["probe"]): string[] {
  return probe === null ? [] : [probedTurns(probe)];
}

/** Settings that the header tells in words of their own, or of every run. */
const toldInWords: readonly SettingName[] = [
  "task",
  "keysPerTurn",
  "dictionarySize",
  "valueMax",
  "sharedDictionary",
  "prompt",
  "start",
  "history",
  "votes",
  "format",
  "thinking",
  "thinkingBudget",
  "temperature",
  "probe",
  "until",
];

/** All others that decide what was asked or when it ended, and all files, as they were asked for; a switch is its name. */
function otherFacts({ requested, ...settings }: Asked): string[] {
  const used: Readonly<Record<string, unknown>> = settings;
  return settingNames
    .filter((name) => !toldInWords.includes(name))
    .filter((name) => /question|ending/.test(rowOf(name).role) || "isFile" in rowOf(name).kind)
    .map((name) => [name, requested[name] ?? used[name]] as const)
    .filter(([name, value]) => (value ?? null) !== standardSettings[name])
    .map(([name, value]) => (value === true ? wordOf(name) : `${wordOf(name)} ${textOf(name, value)}`));
}

/** Of a file its name is told already. */
function textOf(name: SettingName, value: unknown): string {
  return typeof value === "string" ? value : printed(name, value);
}

function samplingFacts(settings: Asked): string[] {
  const told = settings.temperature === 0 ? (["temperature"] as const) : samplingNames;
  return told.map((name) => `${wordOf(name)} ${printed(name, settings[name])}`);
}

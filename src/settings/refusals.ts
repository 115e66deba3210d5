import { parseHistory } from "../rollout/history/index.ts";
import { tasks } from "../tasks/index.ts";
import { flagOf } from "./flags.ts";
import { historyAlias } from "./history-alias.ts";
import { askedLevel, isDecidedByLevel, isLevelOpen } from "./on-level.ts";
import { blockOf, sharesAtMost, wholeStudy } from "./shard.ts";
import { giverOf } from "./template-variables.ts";
import {
  isEqual,
  isStandard,
  printed,
  rowOf,
  type SettingName,
  settingNames,
  type Settings,
} from "./settings.ts";

/**
 * Why settings cannot go together. In the reason `{name}` and `{name value}` stand for a setting, so that it can be said
 * in flags and in a suite's names alike.
 */
export interface Refusal {
  /** The setting that is to blame, then those that it does not go with. */
  readonly names: readonly SettingName[];
  readonly reason: string;
}

/** What is known of the model that is to run; null: not yet. */
export type EngineKind = "llama" | "scripted" | "server" | null;

/** llama.cpp's own limit of sequences in a context. */
const mostConversations = 256;

/** The first reason why these settings would measure nothing, never end or fail; null: they can be carried out. */
export function refusalOf(settings: Settings, engine: EngineKind): Refusal | null {
  return (
    instanceRefusal(settings) ??
    shardRefusal(settings) ??
    probeRefusal(settings) ??
    samplingRefusal(settings) ??
    historyRefusal(settings) ??
    templateRefusal(settings) ??
    engineRefusal(settings, engine)
  );
}

/**
 * Why a model behind a server cannot be asked so: what it decides by itself, and what only an engine in this process can.
 * In a suite such an arm is left out. Null: it can.
 */
export function serverRefusal(settings: Settings): Refusal | null {
  const name = settingNames.find((one) => isServersOwn(one) && !isStandard(settings, one));
  return name === undefined
    ? null
    : {
        names: [name],
        reason: `{${name} ${printed(name, settings[name])}}: a model behind a server cannot be told. Leave it out, or name the model's file.`,
      };
}

/** Whether it is about how a model is loaded, or needs its tokens one by one: a server is not told. */
export function isServersOwn(name: SettingName): boolean {
  if (name === "thinkingBudget") return true;
  const { role } = rowOf(name);
  return name !== "parallel" && (role === "speed" || role === "contrast");
}

/**
 * Why a level does not go with what else was said: what it decides cannot be decided beside it. Null: it does.
 *
 * @param isSaid whether a setting was given, whatever its value
 */
export function levelRefusal(settings: Settings, isSaid: (name: SettingName) => boolean): Refusal | null {
  const level = askedLevel(settings);
  if (level === null) return null;
  const said = `{level ${level}}`;
  if (isSaid("dataset"))
    return {
      names: ["level", "dataset"],
      reason: `${said}: the instances come from a file. Leave out {level} or {dataset}.`,
    };
  const [decided] = settingNames.filter((name) => isDecidedByLevel(settings, name) && isSaid(name));
  return decided === undefined
    ? null
    : { names: [decided, "level"], reason: `{${decided}}: ${said} decides it. Leave out one of the two.` };
}

/** Why an arm does not go with the level of its experiment: it varies what the level decides. Null: it does not. */
export function offLevelRefusal(base: Settings, arm: Settings): Refusal | null {
  const varied = settingNames.find((name) => isDecidedByLevel(base, name) && !isEqual(arm[name], base[name]));
  if (varied === undefined) return null;
  const value = printed(varied, arm[varied]);
  return {
    names: ["level", varied],
    reason: `{${varied} ${value}}: the experiment varies what {level ${askedLevel(base)}} decides. Give it {level none}.`,
  };
}

/** A refusal in flags. */
export function inFlags({ reason }: Refusal): string {
  return reason.replace(placeholder, (_, name: string, value?: string) =>
    value === undefined ? flagOf(name) : `${flagOf(name)} ${value}`,
  );
}

/** A refusal in the names of a suite. */
export function inNames({ reason }: Refusal): string {
  return reason.replace(placeholder, (_, name: string, value?: string) =>
    value === undefined ? name : `${name}: ${value}`,
  );
}

const placeholder = /\{(\w+)(?: ([^}]*))?\}/g;

/** The names of settings whose value the table does not allow. */
export function badValues(settings: Settings): SettingName[] {
  return settingNames.filter(
    (name) => !isInFile(settings, name) && !rowOf(name).kind.schema.safeParse(settings[name]).success,
  );
}

/** Whether it is not said by itself: the level or the data set decides it. */
export function isDecidedElsewhere(settings: Settings, name: SettingName): boolean {
  return isDecidedByLevel(settings, name) || isInFile(settings, name);
}

function isInFile({ dataset }: Settings, name: SettingName): boolean {
  return dataset !== null && rowOf(name).isOfDataset === true;
}

/** Why a value is not allowed, in words that go on after it. */
export function whyBad(name: SettingName, value: unknown): string {
  const message = rowOf(name).kind.schema.safeParse(value).error?.issues[0]?.message ?? "is not allowed";
  return message.charAt(0).toLowerCase() + message.slice(1);
}

function shardRefusal(settings: Settings): Refusal | null {
  const { rollouts, shard, parallel } = settings;
  if (shard !== wholeStudy && isLevelOpen(settings))
    return {
      names: ["shard", "level"],
      reason: `{shard ${shard}}: the level is yet to be found ({level auto}), and each machine would look for it by itself. Find it without {shard}, and name it.`,
    };
  if (blockOf(settings).count > 0) return null;
  const why = parallel === "auto" ? "" : ", since those that are played at a time stay together";
  return {
    names: ["shard", "rollouts"],
    reason: `{shard ${shard}}: of ${rollouts} rollouts none is left for it${why}. Use ${sharesAtMost(settings)} shares at most.`,
  };
}

/** What decides the instances: with some of it drawing would fail or never end. */
export function instanceRefusal(settings: Settings): Refusal | null {
  const { valueMax, values, dictionarySize, keysPerTurn, task } = settings;
  if (!tasks[task].takesManyKeys && keysPerTurn !== 1)
    return {
      names: ["keysPerTurn", "task"],
      reason: `{keysPerTurn ${keysPerTurn}}: ${task} asks for one step a turn. Use 1, or {task dict-sum}.`,
    };
  if (settings.dataset === null && valueMax === 1 && values === "zero-sum" && dictionarySize % 2 === 1)
    return {
      names: ["valueMax", "dictionarySize", "values"],
      reason:
        `{valueMax 1} with {dictionarySize ${dictionarySize}}: an odd number of +-1 cannot sum to zero. ` +
        "Use an even size, a larger {valueMax}, or {values free}.",
    };
  return null;
}

function probeRefusal(settings: Settings): Refusal | null {
  const { probe, history, until, turns } = settings;
  const { isGiven, isForProbes } = parseHistory(history);
  if (probe === null)
    return isForProbes
      ? {
          names: ["history", "probe"],
          reason: `{history ${history}}: it stands before a probed turn. Add {probe}, such as {probe ${turns}}.`,
        }
      : null;
  const asked = printed("probe", probe);
  if (probe.some((turn) => turn > turns))
    return {
      names: ["probe", "turns"],
      reason: `{probe ${asked}}: there are ${turns} turns. Use turns from 1 to ${turns}, or more {turns}.`,
    };
  if (!isGiven)
    return {
      names: ["probe", "history"],
      reason: `{probe ${asked}}: a history of the model's own answers has to be played. Use {history healed}, injected:... or filler, or leave {probe} out.`,
    };
  if (until === "first-error")
    return {
      names: ["until", "probe"],
      reason: "{until first-error}: probed turns stand for themselves. Leave out one of the two.",
    };
  return null;
}

function samplingRefusal({ votes, temperature, thinking, thinkingBudget }: Settings): Refusal | null {
  if (votes !== "none" && temperature === 0)
    return {
      names: ["votes", "temperature"],
      reason: `{votes ${votes}}: greedy samples are all the same. Add a {temperature} above 0, such as 0.7.`,
    };
  if (thinkingBudget !== null && thinking === "off")
    return {
      names: ["thinkingBudget", "thinking"],
      reason: `{thinkingBudget ${thinkingBudget}}: only reasoning has one. Add {thinking on}.`,
    };
  return null;
}

function historyRefusal({ task, history, keepReasoning, burnIn }: Settings): Refusal | null {
  if (history === historyAlias)
    return {
      names: ["history", "keepReasoning"],
      reason: `{history ${history}} with {keepReasoning ${keepReasoning}}: ${history} keeps no reasoning. Use {keepReasoning none}, or {history own}.`,
    };
  const { writesStates, seen, ...chosen } = parseHistory(history);
  if (burnIn > 0 && seen !== null)
    return {
      names: ["burnIn", "history"],
      reason: `{burnIn ${burnIn}} with {history ${history}}: the turns before the first stay in view, whatever the history leaves out. Use {history own}, or leave {burnIn} out.`,
    };
  if (!tasks[task].isShowable && writesStates)
    return {
      names: ["history", "task"],
      reason: `{history ${history}}: states of ${task} cannot be written into a history. Use {task matrix}, or {history own}.`,
    };
  const impossible = chosen.impossibleWith(tasks[task]);
  return impossible === null
    ? null
    : { names: ["history", "task"], reason: `{history ${history}}: ${impossible}` };
}

function templateRefusal({ chatTemplateKwargs }: Settings): Refusal | null {
  const variables = Object.keys(JSON.parse(chatTemplateKwargs ?? "{}") as object);
  for (const variable of variables) {
    const giver = giverOf(variable);
    if (giver === "program")
      return {
        names: ["chatTemplateKwargs"],
        reason: `{chatTemplateKwargs}: every template is given ${variable} anyway. Leave it out.`,
      };
    if (giver !== null)
      return {
        names: ["chatTemplateKwargs", giver],
        reason: `{chatTemplateKwargs}: ${variable} is what {${giver}} sets. Use that instead.`,
      };
  }
  return null;
}

function engineRefusal({ kvTypeV, flashAttention, parallel }: Settings, engine: EngineKind): Refusal | null {
  if (kvTypeV !== "f16" && flashAttention === "off")
    return {
      names: ["kvTypeV", "flashAttention"],
      reason: `{kvTypeV ${kvTypeV}} needs flash attention. Leave out {flashAttention off}, or use {kvTypeV f16}.`,
    };
  if (engine === "llama" && parallel !== "auto" && parallel > mostConversations)
    return {
      names: ["parallel"],
      reason: `{parallel ${parallel}}: llama.cpp holds at most ${mostConversations} conversations. Use ${mostConversations} or fewer.`,
    };
  return null;
}

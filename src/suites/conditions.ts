import { UsageError } from "../errors.ts";
import { impossibleProtocol } from "../rollout/protocol-limits.ts";
import { tasks } from "../tasks/index.ts";
import { parseHistory } from "../rollout/history/spec.ts";
import { parseVotes, plainProtocol } from "../rollout/protocol.ts";
import type { Condition } from "../runs/request.ts";
import { type Overrides, overrideNames, type SuiteExperiment } from "./suite-file.ts";

/** The settings of `longhaul run` without flags. */
export const plainCondition: Condition = {
  task: "dict-sum",
  settings: {
    turns: 60,
    keysPerTurn: 1,
    dictionarySize: 20,
    valueMax: 99,
    values: "zero-sum",
    sharedDictionary: false,
    shots: 4,
    prompt: "direct",
    start: "neutral",
  },
  rollouts: 32,
  seed: 1,
  parallel: "auto",
  gpu: "auto",
  gpuLayers: "auto",
  threads: "auto",
  context: "auto",
  kvTypeK: "f16",
  kvTypeV: "f16",
  flashAttention: true,
  temperature: 0,
  topP: 1,
  topK: 0,
  minP: 0,
  maxAnswerTokens: 32,
  stop: "answer",
  protocol: plainProtocol,
};

/** A condition with what was set; later ones win. @throws UsageError for a history or votes that cannot be read */
export function withOverrides(base: Condition, ...layers: readonly Overrides[]): Condition {
  const given: Overrides = Object.assign({}, ...layers.map(onlyGiven)) as Overrides;
  const { turns, keysPerTurn, dictionarySize, valueMax, values, sharedDictionary, shots, prompt, start } =
    given;
  const { history, votes, format, thinking, thinkingBudget, until, ...rest } = given;
  const settings = {
    turns,
    keysPerTurn,
    dictionarySize,
    valueMax,
    values,
    sharedDictionary,
    shots,
    prompt,
    start,
  };
  const plain = omit(rest, Object.keys(settings));
  return {
    ...base,
    ...onlyGiven(plain),
    settings: { ...base.settings, ...onlyGiven(settings) },
    protocol: {
      ...base.protocol,
      ...onlyGiven({ format, thinking, thinkingBudget, until }),
      ...(history === undefined ? {} : { history: parseHistory(history) }),
      ...(votes === undefined ? {} : { votes: parseVotes(votes) }),
    },
  };
}

/** Of an experiment's entry what are settings of a run, and what are its own options. */
export function splitEntry(entry: SuiteExperiment): {
  overrides: Overrides;
  options: Record<string, unknown>;
} {
  const { use: _use, name: _name, ...rest } = entry as Record<string, unknown>;
  const names: readonly string[] = overrideNames;
  return {
    overrides: Object.fromEntries(Object.entries(rest).filter(([key]) => names.includes(key))) as Overrides,
    options: Object.fromEntries(Object.entries(rest).filter(([key]) => !names.includes(key))),
  };
}

/** @throws UsageError for an arm that cannot be carried out, naming it */
export function refuseImpossible(condition: Condition, where: string): void {
  const { settings, protocol, temperature, kvTypeV, flashAttention } = condition;
  const task = tasks[condition.task];
  if (!task.takesManyKeys && settings.keysPerTurn !== 1)
    throw new UsageError(
      `${where}: keysPerTurn ${settings.keysPerTurn}, but ${task.name} asks for one step a turn.`,
    );
  if (kvTypeV !== "f16" && !flashAttention)
    throw new UsageError(`${where}: kvTypeV ${kvTypeV} needs flashAttention.`);
  // The run that a replay needs is filled in when it is there.
  const reason = impossibleProtocol(task, protocol, temperature);
  if (reason !== null) throw new UsageError(`${where}: ${reason}`);
}

/** What is there, without what is undefined. */
type Given<Item> = { [Name in keyof Item]?: Exclude<Item[Name], undefined> };

function onlyGiven<Item extends object>(item: Item): Given<Item> {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as Given<Item>;
}

function omit(item: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

import type { TaskSettings } from "../../src/tasks/task.ts";

/** The settings of `longhaul run` without flags, for which the reference models are made. */
export const defaultSettings: TaskSettings = {
  turns: 60,
  keysPerTurn: 1,
  dictionarySize: 20,
  valueMax: 99,
  values: "zero-sum",
  sharedDictionary: false,
  shots: 4,
  prompt: "direct",
  start: "neutral",
};

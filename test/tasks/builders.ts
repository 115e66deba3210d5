import type { TaskSettings } from "../../src/tasks/task.ts";

/** The defaults of `longhaul run`, with overrides. */
export function taskSettings(overrides: Partial<TaskSettings> = {}): TaskSettings {
  return {
    turns: 60,
    keysPerTurn: 1,
    dictionarySize: 20,
    valueMax: 99,
    values: "zero-sum",
    sharedDictionary: false,
    shots: 4,
    prompt: "direct",
    start: "neutral",
    ...overrides,
  };
}

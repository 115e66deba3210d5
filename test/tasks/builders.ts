import { standardSettings } from "../../src/settings/settings.ts";
import type { TaskSettings } from "../../src/tasks/task.ts";

/** The defaults of `longhaul run`, with overrides. */
export function taskSettings(overrides: Partial<TaskSettings> = {}): TaskSettings {
  return { ...standardSettings, ...overrides };
}

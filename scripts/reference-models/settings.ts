import { standardSettings } from "../../src/settings/settings.ts";
import type { TaskSettings } from "../../src/tasks/task.ts";

/** The settings of `longhaul run` without flags, for which the reference models are made. */
export const defaultSettings: TaskSettings = standardSettings;

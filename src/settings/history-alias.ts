import type { SettingName, Settings } from "./settings.ts";

/**
 * `stripped` as a history is one word for two settings, the model's own answers and none of its reasoning. They are kept
 * as those two, so that runs asked for either way are alike. Where both are said and do not agree, the word stays, and
 * the refusals name it.
 *
 * @param given what was said, by name
 */
export function withoutAlias(
  settings: Settings,
  given: Readonly<Partial<Record<SettingName, unknown>>>,
): Settings {
  const agrees = given.keepReasoning === undefined || given.keepReasoning === "none";
  if (settings.history !== historyAlias || !agrees) return settings;
  return { ...settings, history: "own", keepReasoning: "none" };
}

export const historyAlias = "stripped";

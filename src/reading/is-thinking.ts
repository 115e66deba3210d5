import type { RunRecord } from "../store/rows.ts";

/** Whether a run's answers stand behind reasoning: asked for, or not to be kept from it. */
export function isThinking({ chat, settings }: Pick<RunRecord, "chat" | "settings">): boolean {
  return chat?.isThinking ?? settings.thinking === "on";
}

import type { Settings } from "./settings.ts";

/**
 * Tokens at which answers are cut unless told: few for an answer at once, more after reasoning in words (a few sentences),
 * many after thinking (pages). Longer right answers get more room.
 */
export const usualLimits = { direct: 32, inWords: 256, thinking: 2048 } as const;

/** The usual limit of answers that are asked for in this way. */
export function usualLimitOf({ prompt, thinking }: Pick<Settings, "prompt" | "thinking">): number {
  if (thinking === "on") return usualLimits.thinking;
  return prompt === "direct" ? usualLimits.direct : usualLimits.inWords;
}

/**
 * Where answers are cut unless told, in tokens: at once, after reasoning in words (a few sentences), after thinking (pages).
 * Longer right answers get more room.
 */
export const usualLimits = { direct: 32, inWords: 256, thinking: 2048 } as const;

/** Whether room for every right answer came to what is usual. */
export function isUsualLimit(tokens: number | null): boolean {
  return Object.values(usualLimits).some((usual) => usual === tokens);
}

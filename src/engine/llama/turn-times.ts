/**
 * A turn's times from the moments at which its tokens were there. The second token of a conversation waits until all
 * prompts of the wave are evaluated; that is no time of decoding, so its clock starts where the wave's prefill ended.
 *
 * @param wave when it began, and when the last of its prompts was evaluated. All in milliseconds
 */
export function turnTimes(
  { startMs, prefilledMs }: { readonly startMs: number; readonly prefilledMs: number },
  timesMs: readonly number[],
): { readonly ttftMs: number; readonly decodeMs: number; readonly interTokenMs: readonly number[] } {
  const interTokenMs = timesMs
    .slice(1)
    .map((time, index) => Math.max(0, time - Math.max(prefilledMs, timesMs[index] ?? time)));
  return {
    ttftMs: (timesMs[0] ?? startMs) - startMs,
    decodeMs: interTokenMs.reduce((sum, ms) => sum + ms, 0),
    interTokenMs,
  };
}

/** A turn's times from the start of its wave and the moments at which its tokens were there. All in milliseconds. */
export function turnTimes(
  startMs: number,
  timesMs: readonly number[],
): { readonly ttftMs: number; readonly decodeMs: number; readonly interTokenMs: readonly number[] } {
  const interTokenMs = timesMs.slice(1).map((time, index) => time - (timesMs[index] ?? time));
  return {
    ttftMs: (timesMs[0] ?? startMs) - startMs,
    decodeMs: interTokenMs.reduce((sum, ms) => sum + ms, 0),
    interTokenMs,
  };
}

/**
 * Percentiles of raw samples, linearly interpolated between order statistics at position (n - 1) q / 100, counted from
 * 0 (Hyndman and Fan 1996, type 7; the default of R and NumPy).
 *
 * @param percents each in [0, 100]
 * @returns one value for each percent, null without samples
 */
export function percentiles(samples: ArrayLike<number>, percents: readonly number[]): (number | null)[] {
  return pooledPercentiles([samples], percents);
}

/** The same of samples in several lists, as of runs that were read one by one. */
export function pooledPercentiles(
  lists: readonly ArrayLike<number>[],
  percents: readonly number[],
): (number | null)[] {
  const sorted = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    sorted.set(list, at);
    at += list.length;
  }
  sorted.sort();
  return percents.map((percent) => (sorted.length === 0 ? null : interpolate(sorted, percent)));
}

function interpolate(sorted: Float64Array, percent: number): number {
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? 0;
  return below + (above - below) * (position - Math.floor(position));
}

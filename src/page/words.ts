/** How figures are written on the page; unknown is said, never shown as 0. */
const unknown = "unknown";

export function number(value: number | null): string {
  return value === null ? unknown : value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

export function percent(value: number | null): string {
  return value === null ? unknown : `${(100 * value).toFixed(value > 0.99 && value < 1 ? 1 : 0)} %`;
}

export function interval(low: number | null, high: number | null): string {
  const bound = (value: number | null): string => (value === null ? unknown : value.toFixed(1));
  return `${bound(low)} to ${bound(high)}`;
}

export function share({
  accuracy,
  low,
  high,
}: {
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  if (accuracy === null) return unknown;
  const bare = (value: number | null): string => percent(value).replace(" %", "");
  return low === null || high === null
    ? percent(accuracy)
    : `${percent(accuracy)} (${bare(low)} to ${bare(high)})`;
}

export function bytes(value: number | null): string {
  if (value === null) return unknown;
  const [scaled, unit] =
    value < 1e6 ? [value / 1e3, "kB"] : value < 1e9 ? [value / 1e6, "MB"] : [value / 1e9, "GB"];
  return `${scaled.toLocaleString("en", { maximumSignificantDigits: 3 })} ${unit}`;
}

interface Horizons {
  readonly horizons: readonly {
    readonly s: number;
    readonly turns: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly lastTurn: number;
  }[];
}

/** "20 (8 to 37)", "> 60", "fails at turn 1" */
export function horizon({ horizons }: Horizons, s: number): string {
  const found = horizons.find((one) => one.s === s);
  if (found === undefined || found.lastTurn === 0) return unknown;
  const { turns, low, high, lastTurn } = found;
  if (turns === 1) return "fails at turn 1";
  const bound = (value: number | null): string => (value === null ? `> ${lastTurn}` : String(value));
  return turns === null && low === null
    ? `> ${lastTurn}`
    : `${bound(turns)} (${bound(low)} to ${bound(high)})`;
}

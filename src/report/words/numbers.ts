/** What stands for a figure that nobody measured. */
export const unknown = "unknown";

/**
 * At most `digits` significant digits, never an exponent, thousands separated: 1234.5 -> "1,230", 0.01234 ->
 * "0.0123".
 */
export function significant(value: number, digits = 3): string {
  return value.toLocaleString("en", { maximumSignificantDigits: digits });
}

/** "812 tokens/s" without the unit, or "unknown". */
export function rateText(tokensPerSecond: number | null): string {
  return tokensPerSecond === null ? unknown : significant(tokensPerSecond);
}

/** From here on the two ends are far from alike. */
const wideMargin = 0.2;

/** "812 ±1.4 %": the farther end of the interval, both ends where it is wide; the rate alone where there is none. */
export function rateWithMargin(
  rate: number | null,
  { low, high }: { readonly low: number | null; readonly high: number | null },
): string {
  if (rate === null || rate === 0 || low === null) return rateText(rate);
  if (high === null) return `${rateText(rate)} (from ${significant(low)})`;
  const margin = Math.max(rate - low, high - rate) / rate;
  return margin > wideMargin
    ? `${rateText(rate)} (${significant(low)} to ${significant(high)})`
    : `${rateText(rate)} ±${partText(margin, margin < 0.0995 ? 1 : 0)}`;
}

/** Conversations in a batch, on average. */
export function conversationsText(conversations: number | null): string {
  return conversations === null ? unknown : significant(conversations);
}

/** "12.3 ms", "1.23 s", "4.1 min" */
export function durationText(ms: number | null): string {
  if (ms === null) return unknown;
  if (ms < 1000) return `${significant(ms)} ms`;
  return ms < 120_000 ? `${significant(ms / 1000)} s` : `${significant(ms / 60_000)} min`;
}

/** "980 B", "2.1 MB", "7.62 GB"; powers of 1,000. */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return unknown;
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${significant(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${significant(bytes / 1e6)} MB` : `${significant(bytes / 1e9)} GB`;
}

/** "0.46M", "135M", "7.2B": two digits, or all before the point. */
export function parametersText(parameters: number | null): string {
  if (parameters === null) return unknown;
  const [scaled, unit] = parameters < 1e9 ? [parameters / 1e6, "M"] : [parameters / 1e9, "B"];
  return `${scaled >= 100 ? Math.round(scaled) : significant(scaled, 2)}${unit}`;
}

export interface SharedInterval {
  readonly accuracy: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * "97 % (84 to 99)": as many decimals as the interval's half width can tell apart, more where a share that is not all
 * or not none would read as that.
 */
export function shareText({ accuracy, low, high }: SharedInterval): string {
  if (accuracy === null) return unknown;
  if (low === null || high === null) return partText(accuracy, tellingDecimals(accuracy, 0));
  const decimals = tellingDecimals(accuracy, decimalsFor((high - low) / 2));
  const bound = (share: number): string => partText(share, decimals).replace(" %", "");
  return `${partText(accuracy, decimals)} (${bound(low)} to ${bound(high)})`;
}

/** "93 %" of `n`: what is not all never reads as all, what is not none never as none. */
export function partText(share: number | null, decimals = 0): string {
  if (share === null) return unknown;
  const least = 10 ** -decimals;
  if (isRoundedToEnd(share, decimals))
    return share < 0.5 ? `<${least.toFixed(decimals)} %` : `>${(100 - least).toFixed(decimals)} %`;
  return `${percentText(share, decimals)} %`;
}

/** "8.21 (7.94 to 8.48)": as many decimals as tell the interval's half width to two digits, at most four. */
export function meanText({
  mean,
  low,
  high,
}: {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  if (mean === null) return unknown;
  if (low === null || high === null) return significant(mean);
  const decimals = Math.max(0, Math.min(mostDecimals, 1 - Math.floor(Math.log10((high - low) / 2))));
  // Adding 0 leaves no -0.
  const written = (value: number): string => (Number(value.toFixed(decimals)) + 0).toFixed(decimals);
  return `${written(mean)} (${written(low)} to ${written(high)})`;
}

/** "p = 0.041", "p < 0.0001" */
export function pValueText(pValue: number): string {
  return pValue < 0.0001 ? "p < 0.0001" : `p = ${significant(pValue, 2)}`;
}

function percentText(share: number, decimals: number): string {
  return (share * 100).toFixed(decimals);
}

/** No share has more decimals than this; what would still read as 0 % or 100 % is written with < or >. */
const mostDecimals = 4;

function tellingDecimals(share: number, least: number): number {
  let decimals = least;
  while (decimals < mostDecimals && isRoundedToEnd(share, decimals)) decimals++;
  return decimals;
}

function isRoundedToEnd(share: number, decimals: number): boolean {
  const rounded = Number(percentText(share, decimals));
  return (share > 0 && rounded === 0) || (share < 1 && rounded === 100);
}

function decimalsFor(halfWidth: number): number {
  if (halfWidth >= 0.01) return 0;
  return halfWidth >= 0.001 ? 1 : 2;
}

/** "Q4_K_M (7.55)": what a file says of its weights, and the bits that one takes in it. */
export function quantizationText({
  quantization,
  bitsPerWeight,
}: {
  readonly quantization: string | null;
  readonly bitsPerWeight: number | null;
}): string {
  const name = quantization ?? unknown;
  return bitsPerWeight === null ? name : `${name} (${bitsText(bitsPerWeight)})`;
}

/** Bits that a weight takes. */
export function bitsText(bitsPerWeight: number | null): string {
  return bitsPerWeight === null ? unknown : bitsPerWeight.toFixed(2);
}

/** What a horizon is called by its threshold: 0.5 is "H50", 0.975 "H97.5". */
export function horizonName(s: number): string {
  return `H${Number((s * 100).toFixed(2))}`;
}

import { UsageError } from "../errors.ts";
import { significant } from "../report/words/numbers.ts";

/** What is asked of a margin. */
export interface AskedMargin {
  /** By how much less far a model may get, above 0 and below 1; null: nobody asked. */
  readonly share: number | null;
  /** Whether `--fail-under` names it. */
  readonly isLimit: boolean;
  /** What else `--fail-under` names; null: nothing. */
  readonly limits: string | null;
}

/**
 * `--margin 20%`, and `margin` or `margin=20%` in `--fail-under`.
 *
 * @throws UsageError for what is no share, two that differ, and a limit without a margin
 */
export function askedMargin(flags: Readonly<Record<string, unknown>>): AskedMargin {
  const [asked, failUnder] = [flags["margin"], flags["failUnder"]];
  const given = typeof asked === "string" ? parseMargin("--margin", asked) : null;
  const parts = typeof failUnder === "string" ? failUnder.split(",") : [];
  const isMargin = (part: string): boolean => /^\s*margin\s*(=|$)/.test(part);
  const others = parts.filter((part) => !isMargin(part));
  const named = parts.filter(isMargin);
  const shares = named.flatMap((part) => {
    const value = part.split("=")[1];
    return value === undefined ? [] : [parseMargin("--fail-under margin=", value)];
  });
  const [share = null, other] = [...new Set([...(given === null ? [] : [given]), ...shares])];
  if (other !== undefined)
    throw new UsageError(
      `--fail-under ${named.join()}: ${shareText(share ?? 0)} and ${shareText(other)} are two margins. Give one.`,
    );
  if (named.length > 0 && share === null)
    throw new UsageError(`--fail-under margin: which margin? Write margin=20%, or add --margin 20%.`);
  return { share, isLimit: named.length > 0, limits: others.length === 0 ? null : others.join(",") };
}

/** "20%" */
function shareText(share: number): string {
  return `${significant(100 * share, 6)}%`;
}

/** @throws UsageError for what is no share: "20%" and "0.2" are */
export function parseMargin(flag: string, text: string): number {
  const match = /^\s*(\d+|\d*\.\d+)\s*(%?)\s*$/.exec(text);
  const value = Number(match?.[1]) / (match?.[2] === "%" ? 100 : 1);
  if (match === null || !(value > 0 && value < 1))
    throw new UsageError(
      `${flag}${flag.endsWith("=") ? "" : " "}${text.trim()}: must be a share between 0 and 100 %, for example 20% or 0.2.`,
    );
  return value;
}

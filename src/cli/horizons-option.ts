import type { Command } from "commander";
import { UsageError } from "../errors.ts";

/** So many columns can be read side by side. */
const most = 8;

/** Adds `--horizons`. */
export function withHorizonsOption(command: Command): Command {
  return command.option(
    "--horizons <list>",
    "the horizons to show, by the share of rollouts without an error below which they end, for example 0.5,0.8,0.95",
    joined,
  );
}

/** A list that is given in several parts is one list. */
export function joined(part: string, before: string | undefined): string {
  return before === undefined ? part : `${before},${part}`;
}

/**
 * The thresholds asked for, each once, in ascending order; none: the usual ones.
 *
 * @param text the flag's value; undefined: it was not given
 * @throws UsageError naming what is wrong, and what is allowed
 */
export function readHorizons(text: unknown): number[] {
  if (typeof text !== "string") return [];
  const thresholds = text.split(",").map((part) => readThreshold(part.trim(), text));
  const different = [...new Set(thresholds)].toSorted((one, other) => one - other);
  if (different.length > most)
    throw new UsageError(`--horizons ${text}: ${different.length} of them. Name ${most} or fewer.`);
  return different;
}

function readThreshold(part: string, text: string): number {
  const s = /^[0-9]*\.?[0-9]+$/.test(part) ? Number(part) : Number.NaN;
  if (s > 0 && s < 1 && Number(s.toFixed(4)) === s) return s;
  const share = s > 1 && s < 100 ? ` For ${part} % write ${Number((s / 100).toFixed(4))}.` : "";
  throw new UsageError(
    `--horizons ${text}: ${part === "" ? "an empty place" : part} is no share above 0 and below 1 with at most four places.${share} For example --horizons 0.5,0.8,0.95.`,
  );
}

import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { usualRequestTimeoutMs } from "../serving/address.ts";
import type { Flags } from "./flag-reader.ts";

/** Adds `--request-timeout`. */
export function withRequestTimeout(command: Command): Command {
  return command.option(
    "--request-timeout <seconds>",
    `of a server: without a byte for so long a request counts as lost (default: ${usualRequestTimeoutMs / 1000})`,
  );
}

/** In milliseconds. @param isServed whether a server is asked @throws UsageError where it is no time, or nothing is requested */
export function requestTimeoutOf({ requestTimeout: given }: Flags, isServed: boolean): number {
  if (given === undefined) return usualRequestTimeoutMs;
  const seconds = Number(given);
  if (!(seconds > 0 && seconds <= 86_400))
    throw new UsageError(
      `--request-timeout ${String(given)}: is no number of seconds up to 86400. Use one such as 600.`,
    );
  if (!isServed)
    throw new UsageError(
      `--request-timeout ${String(given)}: only a server is sent requests. Add --engine openai:URL, or leave it out.`,
    );
  return 1000 * seconds;
}

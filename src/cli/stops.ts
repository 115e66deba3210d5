import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { goOnWith } from "../report/sentences/resume.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";
import { typedLine } from "../typed-line.ts";

/** Who stops a run before it is done: a person at the keyboard; or something that wants it to be gone on with later. */
export type StopCause = "interrupt" | "signal" | "time";

/** Exit code of a run that can be gone on with (EX_TEMPFAIL of sysexits.h, by which schedulers know it). */
export const resumable = 75;

export { stopping } from "../report/sentences/run.ts";

/** How what stopped goes on, as it can be typed. @param words behind the program's name */
export function goOnLine(words: string, dbPath: string): string {
  return goOnWith(typedLine(words, dbPath));
}

/** The exit code of a command that was stopped. */
export function exitCodeOf(cause: StopCause): number {
  return cause === "interrupt" ? 130 : resumable;
}

/**
 * Ctrl-C once: finish the batch in flight. Twice: stop at once. So do signals by which systems end programs, and the end of
 * the time that was given.
 *
 * @param maxMs null: there is no such time
 * @returns what ends the listening
 */
export function listenForStops(stop: (cause: StopCause) => void, maxMs: number | null = null): () => void {
  const interrupted = (): void => stop("interrupt");
  const ended = (): void => stop("signal");
  process.on("SIGINT", interrupted);
  for (const signal of endings) process.on(signal, ended);
  // Whoever failed meanwhile ends at once, and not when the time is up.
  const timer = maxMs === null ? null : setTimeout(() => stop("time"), maxMs).unref();
  return () => {
    process.off("SIGINT", interrupted);
    for (const signal of endings) process.off(signal, ended);
    if (timer !== null) clearTimeout(timer);
  };
}

const endings = ["SIGTERM", "SIGHUP"] as const;

/** Adds `--max-time`. */
export function withMaxTime(command: Command): Command {
  return command.option(
    "--max-time <time>",
    "stop cleanly after so long (90m, 2h, 1h30m), to be resumed; exit code 75",
  );
}

/** Milliseconds; null: none was given. @throws UsageError */
export function maxTimeMs(flags: Flags): number | null {
  const text = new FlagReader(flags).optionalText("maxTime");
  if (text === null) return null;
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  // A timer of JavaScript can wait no longer.
  if (ms > 0 && ms < 2 ** 31) return ms;
  throw new UsageError(`--max-time ${text}: use a time of up to 24 days, such as 90m, 2h or 1h30m.`);
}

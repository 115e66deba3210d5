import type { Command } from "commander";
import { keepAwake } from "../runs/keep-awake.ts";
import { visible } from "../visible-text.ts";
import type { Flags } from "./flag-reader.ts";

/** Adds `--keep-awake`. */
export function withKeepAwake(command: Command): Command {
  return command.option(
    "--keep-awake",
    "keep the machine from falling asleep by itself meanwhile (systemd-inhibit, caffeinate)",
  );
}

/** Keeps it awake while something goes on, where that was asked for. */
export async function whileAwake<T>(flags: Flags, act: () => Promise<T>): Promise<T> {
  const say = (words: string): void => void process.stderr.write(`${visible(words)}\n`);
  const letSleep = flags["keepAwake"] === true ? keepAwake(say) : null;
  try {
    return await act();
  } finally {
    letSleep?.();
  }
}

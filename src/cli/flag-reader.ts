import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { flagOf } from "../settings/flags.ts";

/** The flags of a command as commander gives them: texts, or true where a flag has no value. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** Whether a flag was typed, rather than left to its default. */
export type GivenFlags = (name: string) => boolean;

export function givenFlags(command: Command): GivenFlags {
  return (name) => command.getOptionValueSource(name) === "cli";
}

/** Checks flags one by one. Every method throws a UsageError that names the flag, its value and what is allowed. */
export class FlagReader {
  readonly #flags: Flags;

  constructor(flags: Flags) {
    this.#flags = flags;
  }

  text(name: string): string {
    return String(this.#flags[name] ?? "");
  }

  optionalText(name: string): string | null {
    const value = this.#flags[name];
    // An unset variable of a shell, which must not read as if the flag were not there.
    if (typeof value === "string" && value.trim() === "")
      throw new UsageError(`${flagOf(name)} is empty. Name one, or leave the flag out.`);
    return typeof value === "string" ? value : null;
  }

  choice<T extends string>(name: string, allowed: readonly T[]): T {
    const text = this.text(name);
    const found = allowed.find((value) => value === text);
    if (found !== undefined) return found;
    throw new UsageError(
      `${flagOf(name)} ${text}: must be ${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1)}.`,
    );
  }
}

import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { takeApiKey } from "../engine/server/api-key.ts";
import { ServerFault } from "../engine/server/fault.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import { commands, isCommand } from "./commands.ts";
import { dbPath } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { inLongFlags } from "./long-flags.ts";
import { complain, harmless, outputStyle, print } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";
import { fileTrouble, isDamage } from "../store/file-errors.ts";
import { onFileNote } from "../store/file-notes.ts";

/**
 * Runs one command line. A user's mistake is one line on stderr and exit code 2, so is a damaged file; a failed engine is
 * 1; a bug shows its stack and ends with 1.
 *
 * @returns the exit code
 */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // Before anything that could have a child.
  takeApiKey();
  hearOfStreams();
  onFileNote(complain);
  let flags: Flags = {};
  try {
    if (argv.length === 2 && process.stdin.isTTY && process.stdout.isTTY) return await showStart();
    // A command alone starts in half the time of all of them; help and what is mistyped need all.
    const [, , name = ""] = argv;
    const program = (await createProgram(isCommand(name) ? [name] : undefined)).hook(
      "preAction",
      (_, command) => {
        flags = command.opts();
      },
    );
    await program.parseAsync(inLongFlags(argv));
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = isForeseen(thrown) ? thrown : ((await damageFound(thrown, flags)) ?? thrown);
    if (isForeseen(error)) complain(messageOf(error));
    else if (fileTrouble(error) !== null) complain(`the database: ${fileTrouble(error)}.`);
    else complain(error instanceof Error ? (error.stack ?? messageOf(error)) : String(error));
    return error instanceof UsageError ? 2 : 1;
  }
}

/** For a person; a script that forgot the command gets the help and a failure. */
async function showStart(): Promise<number> {
  const { startScreen } = await import("./start-screen.ts");
  print(await startScreen(dbPath({}), outputStyle(process.stdout)));
  return 0;
}

/** The file may not even open again; and what SQLite says of the disk or of others is no damage. */
async function damageFound(thrown: unknown, flags: Flags): Promise<UsageError | null> {
  if (fileTrouble(thrown) !== null && !isDamage(thrown)) return null;
  const { damageBehind } = await import("./damaged-file.ts");
  try {
    return damageBehind(flags);
  } catch {
    return null;
  }
}

function isForeseen(error: unknown): error is UsageError | EngineError | ServerFault {
  return [UsageError, EngineError, ServerFault].some((kind) => error instanceof kind);
}

/** The command line with these commands, all if none are named. */
async function createProgram(names = Object.keys(commands)): Promise<Command> {
  const program = new Command("longhaul")
    .description(
      "How far does a local model get before it slips, how fast, and which size or quantization to run?",
    )
    .version(
      (
        JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
          version: string;
        }
      ).version,
    )
    .configureOutput({ writeErr: (text) => process.stderr.write(harmless(text)) })
    .showHelpAfterError(`See all commands: ${typedLine("--help")}`)
    .exitOverride();
  for (const name of names) await commands[name]?.(program);
  for (const command of program.commands)
    for (const one of [command, ...command.commands])
      one
        .exitOverride()
        .showHelpAfterError(`See all flags: ${typedLine(`${wordsOf(one, one.name())} --help`)}`);
  return program;
}

/** A command as it is typed behind the program's name. */
function wordsOf({ parent }: Command, name: string): string {
  return parent?.parent == null ? name : `${parent.name()} ${name}`;
}

/** `longhaul ls | head` must not end in a stack trace, nor must a full disk; and a run goes on where nobody hears of it. */
function hearOfStreams(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    complain(`the output could not be written: ${messageOf(error)}.`);
    process.exit(1);
  });
  process.stderr.on("error", () => undefined);
}

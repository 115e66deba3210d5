import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { foundModels } from "./found-models.ts";
import { renderFound } from "./found-table.ts";
import { wordFor } from "./model-word.ts";
import { servedModels } from "./served-models.ts";
import { complain, outputStyle, print } from "./terminal.ts";
import { visible } from "../visible-text.ts";
import { typedLine } from "../typed-line.ts";

const examples = `
Without folders: those of Ollama, Hugging Face, llama.cpp, LM Studio, Jan and GPT4All, what LONGHAUL_MODELS names, and the
current folder, three folders deep. Only headers are read, and nothing is sent anywhere. run, speed and suite run take a name
from this list.

A server that wants a key gets the one of LONGHAUL_API_KEY, over https or on this machine.

Examples:
  longhaul models                                        what is on this machine
  longhaul models ~/models /mnt/disk/ollama              what is in these folders
  longhaul models --json
  longhaul models --server http://127.0.0.1:11434        what a server offers
  longhaul models --server openai:http://127.0.0.1:8080/v1 --json`;

/** Adds `models`: what is on this machine, and what a server offers. */
export function addModelsCommand(program: Command): void {
  const command = program
    .command("models")
    .description(
      "list the models on this machine, or those that a server offers, by the names that run takes",
    )
    .argument("[folders...]", "folders to look into; none: wherever models usually are");
  withDatabaseOption(command)
    .option("--server <url>", "of the server, with openai: or ollama: before it if only one is to be tried")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (folders: string[], flags: Flags) => {
      if (flags["server"] === undefined) return listFound(folders, flags);
      if (folders.length > 0)
        throw new UsageError(`${folders.join(", ")}: no folder is looked into with --server. Leave one out.`);
      return print(await servedModels(flags));
    });
}

async function listFound(folders: readonly string[], flags: Flags): Promise<void> {
  const path = dbPath(flags);
  const document = await foundModels(folders, path);
  for (const { path: closed, tool } of document.closed)
    complain(
      visible(
        `${closed}: this user may not read it. ${tool === "Ollama" ? "Join its group (sudo usermod -aG ollama $USER, then log in again)" : "Let its owner open it (chmod a+rx)"}, or leave it out by naming folders.`,
      ),
    );
  if (flags["json"] === true) return print(jsonOf("models", document));
  const style = outputStyle(process.stdout);
  // A file or a pager has any width.
  const width = process.stdout.isTTY ? style.width : Number.POSITIVE_INFINITY;
  return print(
    renderFound(
      document,
      { ...style, width },
      {
        wordOf: (model) => wordFor(model, document.models, folders),
        lineOf: (words) => typedLine(words, path),
      },
    ),
  );
}

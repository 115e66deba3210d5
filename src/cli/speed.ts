import type { Command } from "commander";
import type { SpeedDocument } from "../figures/speed-test-schema.ts";
import { speedTestFigure } from "../figures/speed-tests.ts";
import { type ReadSpeedTest, readSpeedTests } from "../reading/speed-tests.ts";
import { renderSpeedCsv } from "../report/speed/csv.ts";
import { slowerThan } from "../report/speed/limits.ts";
import { renderSpeedMarkdown } from "../report/speed/markdown.ts";
import { renderSpeed } from "../report/speed/text.ts";
import { UsageError } from "../errors.ts";
import { speedSettingNames } from "../speed/asked-settings.ts";
import { measureSpeed } from "../speed/measure.ts";
import { type Database, openReadOnly } from "../store/database.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import { type Flags, type GivenFlags, givenFlags } from "./flag-reader.ts";
import { writeOutput } from "./output.ts";
import { modelFiles } from "./model-names.ts";
import { storedTests } from "./stored-tests.ts";
import { type OutputPlace, outputPlace } from "./output-place.ts";
import { listenForStops } from "./stops.ts";
import { withSettings } from "./setting-options.ts";
import { parseSpeedOptions } from "./speed-options.ts";
import { createSpeedView } from "./speed-view.ts";
import { complain, outputStyle } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

const examples = `
Examples:
  longhaul speed model.gguf                              pp512 and tg128, as llama-bench has them
  longhaul speed model.gguf -p 512 -n 128 -d 0,4096      the same behind 4,096 tokens, too
  longhaul speed model.gguf -p 0 --parallel 1,8,32       generating in several conversations at a time
  longhaul speed a.gguf b.gguf -t 4,8 -ctk f16,q8_0      a grid of threads and cache types
  longhaul speed model.gguf --against ~/llama.cpp/build/bin/llama-bench
  longhaul speed model.gguf --fail-slower tg=5%          for CI: 3 when slower than the test before
  longhaul speed model.gguf --conversation chat.json     a conversation of your own, turn by turn
  longhaul speed --stored --csv                          what was measured before
  longhaul speed qwen3:8b --stored                       the same of one model

A list of values makes a grid: 128,512 or 128-512*2. Every repetition is stored.
Names for --fail-slower: pp, tg, all; with .low the interval's lower end has to hold the limit.
Exit codes: 0 done, 1 something failed, 2 usage, 3 slower than --fail-slower allows, or nothing to show that it is not, 130 interrupted.`;

/** Adds `speed`: plain speed in the numbers that llama-bench's users know. */
export function addSpeedCommand(program: Command): void {
  const command = program
    .command("speed")
    .description("how fast models read and generate: llama-bench's tests, or a conversation of your own")
    .argument("[models...]", "GGUF files or folders, or names that longhaul models lists")
    .option("-p, --n-prompt <tokens>", "tokens of a prompt; 0: no such test", "512")
    .option("-n, --n-gen <tokens>", "generated tokens; 0: no such test", "128")
    .option("-d, --n-depth <tokens>", "tokens in the cache before", "0")
    .option("-r, --repetitions <n>", "of each test, the warm-up apart", "5")
    .option(
      "--sampling <mode>",
      "generate without sampling as llama-bench does (off), with it (on), or both",
      "both",
    )
    .option("--against <program>", "llama-bench beside ours, a repetition of each in turns")
    .option("--fail-slower <limits>", "exit with 3 when slower than the test before, for example 5%")
    .option("--conversation <file>", "evaluate a conversation of OpenAI messages (JSON) again instead")
    .option(
      "--cache <mode>",
      "with --conversation: turns keep what was evaluated (on), do not (off), or both",
      "both",
    )
    .option("--stored", "show what is in the file instead of measuring");
  withDatabaseOption(command);
  withSettings(command, speedSettingNames)
    .option("--json", "one JSON document on stdout")
    .option("--markdown", "tables in Markdown")
    .option("--csv", "one line for each test, or turn, with llama-bench's names")
    .option("-o, --output <file>", "where to write (default: stdout)")
    .option("--quiet", "no progress")
    .addHelpText("after", examples)
    .action(async (models: string[], flags: Flags) => {
      process.exitCode =
        flags["stored"] === true
          ? await showStored(models, flags)
          : await speed(models, flags, givenFlags(command));
    });
}

async function speed(named: readonly string[], flags: Flags, given: GivenFlags): Promise<number> {
  if (named.length === 0)
    throw new UsageError(
      `speed: name a model: a .gguf file, a folder that holds some, or a name from this list: ${typedLine("models")}`,
    );
  const path = dbPath(flags);
  const { asked: parsed, limits } = parseSpeedOptions(flags, given, path);
  const asked = { ...parsed, files: await modelFiles(named, flags["quiet"] === true) };
  const output = outputPlace(flags, "output", asked.dbPath);
  const stop = new AbortController();
  const stopListening = listenForStops(() => stop.abort());
  const view = createSpeedView(process.stderr, flags["quiet"] === true);
  const { ids, failures } = await measureSpeed(asked, view, stop.signal).finally(stopListening);
  const document = await documentOf(asked.dbPath, (database) => readSpeedTests(database, ids));
  // What went wrong is told; a document says that there is nothing, too.
  if (ids.length > 0 || flags["json"] === true) await write(document, flags, output);
  if (stop.signal.aborted) return 130;
  if (failures > 0) return 1;
  const slower = slowerThan(document.tests, limits);
  for (const failure of slower) complain(`--fail-slower: ${failure}`);
  return slower.length > 0 ? 3 : 0;
}

async function showStored(models: readonly string[], flags: Flags): Promise<number> {
  const path = dbPath(flags);
  const output = outputPlace(flags, "output", path);
  await write(await documentOf(path, (database) => storedTests(database, path, models)), flags, output);
  return 0;
}

async function documentOf(
  path: string,
  read: (database: Database) => readonly ReadSpeedTest[] | Promise<readonly ReadSpeedTest[]>,
): Promise<SpeedDocument> {
  const database = openReadOnly(path);
  try {
    const tests = (await read(database)).map((test) => speedTestFigure(test));
    return { schemaVersion: 1, db: path, tests };
  } finally {
    database.close();
  }
}

async function write(document: SpeedDocument, flags: Flags, output: OutputPlace | null): Promise<void> {
  const text = textOf(document, flags);
  await writeOutput([text.endsWith("\n") ? text : `${text}\n`], output);
}

function textOf(document: SpeedDocument, flags: Flags): string {
  if (flags["json"] === true) return jsonOf("speed", document);
  if (flags["markdown"] === true) return renderSpeedMarkdown(document);
  if (flags["csv"] === true) return renderSpeedCsv(document);
  return renderSpeed(document, outputStyle(process.stdout));
}

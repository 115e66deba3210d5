import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { buildDocument } from "../report/run-document.ts";
import { renderDocument } from "../report/text.ts";
import { readRuns } from "../reading/runs.ts";
import { firstWrongTurns, readWrongNumbers } from "../reading/wrong-numbers.ts";
import { type Database, openReadOnly } from "../store/database.ts";
import { transcriptText } from "../report/tables/transcript-table.ts";
import { slipTeller } from "../report/slips/slips.ts";
import { getRun, transcript } from "../store/queries.ts";
import { jsonListOf, jsonOf } from "./documents/json.ts";
import { readHorizons, withHorizonsOption } from "./horizons-option.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import type { Flags } from "./flag-reader.ts";
import { showPaperScoring } from "./paper-scoring.ts";
import { showPrompt } from "./show-prompt.ts";
import { blockOf } from "../settings/shard.ts";
import { outputStyle, print } from "./terminal.ts";
import { typedLine } from "../typed-line.ts";

/** Adds `show`: one run, or one rollout of it turn by turn. */
export function addShowCommand(program: Command): void {
  const command = program
    .command("show")
    .description("show one run, or one of its rollouts turn by turn")
    .argument("<run>", "the run's number, as longhaul ls gives it");
  withHorizonsOption(withDatabaseOption(command))
    .option("--rollout <n>", "read this rollout's turns (the first is 0)")
    .option(
      "--prompt",
      "with --rollout: what the model was given to answer, word for word, and its token ids",
    )
    .option("--turn <n>", "with --prompt: of this turn (default: the last one finished)")
    .option("--scoring <rules>", "paper: step, index and prefix accuracy as the paper's code counts them")
    .option("--verbose", "tell how the run was fitted to the machine, and what was tried")
    .option("--json", "JSON instead of text")
    .addHelpText(
      "after",
      "\nExamples:\n  longhaul show 1\n  longhaul show 1 --rollout 0\n  longhaul show 1 --rollout 0 --prompt --turn 1\n  longhaul show 1 --scoring paper\n  longhaul show 1 --json",
    )
    .action(async (run: string, flags: Flags) => {
      const path = dbPath(flags);
      const database = openReadOnly(path);
      try {
        print(await show(database, path, run, flags));
      } finally {
        database.close();
      }
    });
}

async function show(database: Database, path: string, run: string, flags: Flags): Promise<string> {
  const id = /^\d+$/.test(run) ? Number(run) : Number.NaN;
  const record = Number.isSafeInteger(id) ? getRun(database, id) : null;
  if (record === null)
    throw new UsageError(`show ${run}: no such run in ${path}. See what is there: ${typedLine("ls", path)}`);
  const isJson = flags["json"] === true;
  const horizons = readHorizons(flags["horizons"]);
  const other = ["rollout", "prompt", "scoring"].find((name) => flags[name] !== undefined);
  if (horizons.length > 0 && other !== undefined)
    throw new UsageError(`--horizons: there are none with --${other}. Leave one of them out.`);
  if (flags["scoring"] !== undefined) {
    if (flags["scoring"] !== "paper" || flags["rollout"] !== undefined)
      throw new UsageError(
        `--scoring ${JSON.stringify(flags["scoring"])}: must be paper, and without --rollout.`,
      );
    return showPaperScoring(database, path, record, isJson);
  }
  if (flags["prompt"] === true) return showPrompt(database, record, flags);
  if (flags["turn"] !== undefined)
    throw new UsageError(`--turn ${JSON.stringify(flags["turn"])}: is that of a prompt. Add --prompt.`);
  if (flags["rollout"] === undefined) {
    const document = buildDocument(readRuns({ path, database }, [id]), path, horizons);
    return isJson
      ? jsonOf("run", document)
      : renderDocument(document, {
          ...outputStyle(process.stdout),
          isVerbose: flags["verbose"] === true,
        });
  }
  const text = typeof flags["rollout"] === "string" ? flags["rollout"] : "";
  const turns = /^\d+$/.test(text) ? transcript(database, record, Number(text)) : [];
  if (turns.length === 0) {
    const { first, count } = blockOf(record.settings);
    throw new UsageError(
      `--rollout ${text}: no finished turn of that rollout. Run ${id} has rollouts ${first} to ${first + count - 1}.`,
    );
  }
  const wrong = readWrongNumbers(database, record, Number(text));
  const slips = slipTeller(record, firstWrongTurns(database, record))?.(Number(text), wrong);
  const marked = turns.map((turn) => ({ ...turn, slip: slips?.get(turn.turn) ?? null }));
  if (isJson) return jsonListOf("turn", marked);
  return transcriptText(marked, record.settings);
}

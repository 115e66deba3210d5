import { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  dictionaryGathered,
  dictionaryShared,
  keysPerTurnOpen,
  notPublishedWords,
  rowsHeld,
  valuesHeld,
  zeroSums,
} from "../report/sentences/dataset.ts";
import { renderTable } from "../report/words/table.ts";
import { type DatasetRow, rowOf } from "../datasets/dataset.ts";
import { type DatasetFacts, factsOf } from "../datasets/facts.ts";
import { type DatasetHead, experimentTypes, writeDataset } from "../datasets/writer.ts";
import { tasks } from "../tasks/index.ts";
import { createInstance } from "../tasks/instance.ts";
import { drawPublished, firstDifference, published } from "../datasets/published.ts";
import { openDataset, readWords } from "./dataset-file.ts";
import { flagOf, settingsOfFlags } from "../settings/flags.ts";
import { inFlags, instanceRefusal } from "../settings/refusals.ts";
import type { SettingName, Settings } from "../settings/settings.ts";
import { jsonOf } from "./documents/json.ts";
import { type Flags, FlagReader, type GivenFlags, givenFlags } from "./flag-reader.ts";
import { writeOutput } from "./output.ts";
import { outputPlace } from "./output-place.ts";
import { withSettings } from "./setting-options.ts";
import { print, remark } from "./terminal.ts";
import { visible } from "../visible-text.ts";

const exportExamples = `
Examples:
  longhaul dataset export --seed 7 -o mine.json                              our format
  longhaul dataset export --shared-dictionary --paper-format -o paper.json   the paper's
  longhaul dataset export --published --words words.txt -o dict_sum_100.json the published set, drawn again
Then: longhaul run model.gguf --dataset mine.json`;

/** Adds `dataset`: instances to and from files. */
export function addDatasetCommand(program: Command): void {
  const command = program.command("dataset").description("write instances to a file, or check such a file");
  addExport(command);
  addImport(command);
}

/** Settings that decide which instances are drawn. */
const drawnBy: readonly SettingName[] = [
  "task",
  "turns",
  "rollouts",
  "keysPerTurn",
  "dictionarySize",
  "valueMax",
  "values",
  "sharedDictionary",
  "seed",
];

function addExport(parent: Command): void {
  const command = parent.command("export").description("write the instances that a run would play");
  withSettings(command, drawnBy)
    .option("--paper-format", "the paper's JSON and nothing else; needs --shared-dictionary")
    .option("--published", "the paper's published set instead, drawn again from seed 42; needs --words")
    .option("--words <file>", `its list of ${published.words} words, one a line`)
    .option("-o, --output <file>", "where to write (default: stdout)")
    .addHelpText("after", exportExamples)
    .action(async (flags: Flags) => {
      const given = givenFlags(command);
      const output = outputPlace(flags, "output");
      const { head, rows } = flags["published"] === true ? fromWords(flags, given) : fromSeed(flags);
      await writeOutput(writeDataset(head, rows), output);
    });
}

function addImport(parent: Command): void {
  parent
    .command("import")
    .description("check a data set file and say what it holds; longhaul run --dataset plays it")
    .argument("<file>", "in the paper's JSON format or ours, or its rows alone (a list, or one a line)")
    .option("--json", "JSON instead of text")
    .addHelpText("after", "\nExamples:\n  longhaul dataset import dict_sum_100.json")
    .action((path: string, flags: Flags) => {
      const { file, sha256, dataset } = openDataset("dataset import", path);
      const facts = factsOf(dataset);
      print(flags["json"] === true ? jsonOf("dataset", { file, sha256, ...facts }) : render(file, facts));
    });
}

interface Source {
  readonly head: DatasetHead;
  readonly rows: Iterable<DatasetRow>;
}

function fromSeed(flags: Flags): Source {
  const settings = settingsOfFlags(flags);
  const refusal = instanceRefusal(settings);
  if (refusal !== null) throw new UsageError(inFlags(refusal));
  const isPaper = flags["paperFormat"] === true;
  const { task, seed } = settings;
  if (experimentTypes[task] === undefined)
    throw new UsageError(
      `--task ${task}: data set files hold ${Object.keys(experimentTypes).join(" or ")}. Use one of them.`,
    );
  if (isPaper && !settings.sharedDictionary) {
    throw new UsageError(
      "--paper-format: that format holds one dictionary for all rows, and here every rollout has its own. " +
        "Add --shared-dictionary, or leave out --paper-format.",
    );
  }
  if (isPaper && task !== "dict-sum")
    throw new UsageError(`--paper-format: that format knows no ${task}. Leave one of the two out.`);
  if (typeof flags["words"] === "string")
    throw new UsageError(
      `--words ${flags["words"]}: goes with --published only. Add it, or leave --words out.`,
    );
  const { turns, keysPerTurn, dictionarySize, valueMax } = settings;
  const head = {
    task,
    keysPerTurn: isPaper ? null : keysPerTurn,
    rows: settings.rollouts,
    horizon: turns * keysPerTurn,
    dictionarySize,
    valueMax,
    dictionary: settings.sharedDictionary
      ? createInstance(tasks[task], { ...settings, turns: 1 }, seed, 0).dictionary
      : null,
  };
  return { head, rows: drawRows(settings) };
}

function* drawRows(settings: Settings): Generator<DatasetRow> {
  const { task, rollouts, seed } = settings;
  for (let rollout = 0; rollout < rollouts; rollout++)
    yield rowOf(createInstance(tasks[task], settings, seed, rollout));
}

/** Flags that say what the published set already says. */
const settled = ["task", "dictionarySize", "valueMax", "values", "sharedDictionary", "seed"] as const;

function fromWords(flags: Flags, given: GivenFlags): Source {
  const read = new FlagReader(flags);
  for (const name of settled)
    if (given(name)) throw new UsageError(`${flagOf(name)}: --published has its own. Leave it out.`);
  const asked = settingsOfFlags(flags);
  const size = asked.keysPerTurn;
  const horizon = given("turns") ? Math.min(published.horizon, size * asked.turns) : published.horizon;
  if (asked.rollouts > published.rows && given("rollouts"))
    throw new UsageError(`--rollouts ${asked.rollouts}: must be a whole number from 1 to ${published.rows}.`);
  const rollouts = given("rollouts") ? asked.rollouts : published.rows;
  const { dictionary, rows } = drawPublished(publishedWords(read.optionalText("words")));
  const head = {
    task: "dict-sum" as const,
    keysPerTurn: given("keysPerTurn") && flags["paperFormat"] !== true ? size : null,
    rows: rollouts,
    horizon,
    dictionarySize: published.entries,
    valueMax: published.valueMax,
    dictionary,
  };
  return { head, rows: cutRows(rows, rollouts, horizon) };
}

/** Any list of the right length is drawn from; a note says where it is not the published one. */
function publishedWords(path: string | null): string[] {
  if (path === null)
    throw new UsageError(
      "--published: needs the list of words it was drawn from. Name it with --words FILE.",
    );
  const words = readWords("--words", path);
  const different = new Set(words).size;
  if (words.length !== published.words || different !== words.length) {
    throw new UsageError(
      `--words ${path}: holds ${words.length} words, ${different} of them different. ` +
        `The published set was drawn from ${published.words} different words.`,
    );
  }
  const difference = firstDifference(words);
  if (difference !== null) remark(notPublishedWords(path, difference.place + 1, difference.word));
  return words;
}

function* cutRows(rows: Iterable<DatasetRow>, count: number, horizon: number): Generator<DatasetRow> {
  let left = count;
  for (const { dictionary, keys } of rows) {
    yield { dictionary, keys: keys.slice(0, horizon) };
    if (--left === 0) return;
  }
}

function render(file: string, facts: DatasetFacts): string {
  const { dictionary, keysPerTurn, duplicateRows } = facts;
  const first = dictionary.first.map(({ key, value }) => `${key} ${value}`).join(", ");
  const rows: [string, string][] = [
    ["file", file],
    ["task", facts.task],
    ["rows", rowsHeld(facts.rows, facts.horizon, duplicateRows)],
    ["keys per turn", keysPerTurn === null ? keysPerTurnOpen() : `${keysPerTurn}, so ${facts.turns} turns`],
    [
      "dictionary",
      facts.gatheredDictionary
        ? dictionaryGathered(dictionary.entries)
        : facts.sharedDictionary
          ? dictionaryShared(dictionary.entries)
          : `${dictionary.entries} entries, one a row`,
    ],
    ["begins", first],
    ["values", valuesHeld(dictionary)],
    ["zero sum", zeroSums(facts.zeroSumTurns, facts.zeroSumPairs)],
  ];
  return renderTable(
    [{ title: "" }, { title: "" }],
    rows.map(([name, text]) => [name, visible(text)]),
  ).trimStart();
}

import * as say from "../report/sentences/start.ts";
import { indented, wrap } from "../report/words/layout.ts";
import { renderTable } from "../report/words/table.ts";
import { catalogue, packageVersion } from "../runs/shipped.ts";
import { visible } from "../visible-text.ts";
import { type FoundDocument, type FoundModel, foundModels } from "./found-models.ts";
import { modelTable, resultText } from "./found-table.ts";
import { wordFor } from "./model-word.ts";
import { type Past, pastIn, takes } from "./past.ts";
import type { OutputStyle } from "./terminal.ts";
import { shellWord, typedLine } from "../typed-line.ts";

/** What the line that is proposed asks for. */
const [rollouts, turns] = [8, 20];
const shownMost = 5;
const namedMost = 2;
const resultsMost = 3;

/**
 * What a person sees who types the program's name alone: the models that there are, a line that measures some, how long it
 * takes, what came out before, and how to go on. Nothing is run, written or asked.
 */
export async function startScreen(path: string, style: OutputStyle): Promise<string> {
  const past = pastIn(path, resultsMost);
  const found = await foundModels([], past.why === null ? path : "", { isKept: false });
  const models = found.models.toSorted(byUse);
  const chosen = models.filter((one) => fits(one)).slice(0, namedMost);
  const lineOf = (words: string): string => typedLine(words, path);
  const wrapped = (text: string): string => wrap(visible(text), style.width, "");
  return [
    wrapped(say.whatItTells(packageVersion())),
    ...(models.length === 0 ? [] : [shownModels(models, lineOf("models"), style)]),
    [
      wrapped(chosen.length > 0 ? say.measuresFound(chosen.length) : say.measuresReferences(models.length)),
      `  ${lineOf(runWords(chosen, found))}`,
      wrapped(howLong(chosen, past)),
    ].join("\n"),
    ...(chosen.length > 0 ? [] : [wrapped(say.whereModelsAre())]),
    ...(past.results.length > 0 ? [`Last results\n${indented(resultTable(past.results))}`] : []),
    ...(past.why === null ? [] : [wrapped(past.why)]),
    nextTable(past.results.length > 0, lineOf),
  ].join("\n\n");
}

function fits({ fits: { onCpu, onGpu, onBoth } }: FoundModel): boolean {
  return [onCpu, onGpu, onBoth].includes(true);
}

/** What fits first, then what was made for conversations, then the smallest. */
function byUse(one: FoundModel, other: FoundModel): number {
  const rank = (model: FoundModel): number => (fits(model) ? 0 : 2) + (model.hasTemplate ? 0 : 1);
  return rank(one) - rank(other) || one.bytes - other.bytes;
}

function shownModels(
  models: readonly FoundModel[],
  listLine: string,
  { width, unicode }: OutputStyle,
): string {
  const shown = models.slice(0, shownMost);
  const table = modelTable(shown, {
    sign: unicode ? "\u2248" : "~",
    width: width - 2,
    wordOf: (model) => wordFor(model, models, []),
  });
  return `${wrap(say.modelsShown(shown.length, models.length, listLine), width, "")}\n${indented(table)}`;
}

function runWords(chosen: readonly FoundModel[], { models }: FoundDocument): string {
  const names = chosen.map((model) => shellWord(wordFor(model, models, [])));
  return ["run", ...names, "--rollouts", rollouts, "--turns", turns].join(" ");
}

function howLong(chosen: readonly FoundModel[], { costs }: Past): string {
  const areReferences = chosen.length === 0;
  const hashes = areReferences ? [...catalogue().values()] : chosen.map(({ sha256 }) => sha256);
  const known = takes(costs, hashes, rollouts * turns);
  return known === null ? say.takesUnknown(areReferences) : say.takesAbout(known.ms, known.machines);
}

function resultTable(results: Past["results"]): string {
  const columns = [{ title: "started" }, { title: "model" }, { title: "result" }];
  const rows = results.map((one) => [
    one.startedAt.slice(0, 10),
    visible(one.name),
    visible(resultText(one)),
  ]);
  return renderTable(columns, rows);
}

function nextTable(hasResults: boolean, lineOf: (words: string) => string): string {
  const lines = say.nextCommands(hasResults).map(([words, does]) => [lineOf(words), does] as const);
  const width = Math.max(...lines.map(([line]) => line.length));
  return ["Next", ...lines.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`)].join("\n");
}

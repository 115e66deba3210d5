import { homedir } from "node:os";
import {
  apartBecause,
  fitsEstimated,
  noModelFound,
  ollamaUnused,
  runOne,
} from "../report/sentences/model-folders.ts";
import { horizonWithInterval } from "../report/sentences/horizons.ts";
import { type Measure, renderMeasures } from "../report/tables/measure-table.ts";
import { type TextStyle, wrap } from "../report/words/layout.ts";
import { bytesText, parametersText, partText, unknown } from "../report/words/numbers.ts";
import { renderTable } from "../report/words/table.ts";
import { shellWord } from "../typed-line.ts";
import { visible } from "../visible-text.ts";
import type { FoundDocument, FoundModel, LastResult } from "./found-models.ts";

interface Typed {
  readonly wordOf: (model: FoundModel) => string;
  readonly lineOf: (words: string) => string;
}

/**
 * What was found, a line each, and apart from it what is no model that answers.
 *
 * @param typed what run takes for a model, and a line that can be typed with it
 */
export function renderFound(
  document: FoundDocument,
  { width, unicode }: TextStyle,
  { wordOf, lineOf }: Typed,
): string {
  const { models, apart, folders, room } = document;
  const sign = unicode ? "\u2248" : "~";
  const notes = [
    ...(models.length === 0
      ? [
          noModelFound(
            folders.map(({ path }) => homeless(path)),
            lineOf("run"),
          ),
        ]
      : []),
    ...(models.length > 0 ? [fitsEstimated(room.gpuBytes !== null, sign)] : []),
    ...(models.some(isOllamas)
      ? [ollamaUnused(new Set(models.flatMap(({ adapters }) => adapters)).size)]
      : []),
  ].map((note) => wrap(visible(note), width, ""));
  const first = [true, null].flatMap((fits) => models.find((one) => placesOf(one).includes(fits)) ?? [])[0];
  return [
    ...(models.length === 0 ? [] : [modelTable(models, { sign, width, wordOf })]),
    ...(apart.length === 0 ? [] : [apartTable(apart)]),
    notes.join("\n"),
    ...(first === undefined ? [] : [visible(runOne(lineOf(`run ${shellWord(wordOf(first))}`)))]),
  ].join("\n\n");
}

/** Whether it finds room on each side, and on both together; null: not known. */
function placesOf({ fits: { onCpu, onGpu, onBoth } }: FoundModel): (boolean | null)[] {
  return [onCpu, onGpu, onBoth];
}

/** A line each, as wide as it may be. @param how beside the width, the sign before what is estimated and what run takes */
export function modelTable(
  models: readonly FoundModel[],
  { sign, width, wordOf }: { readonly sign: string; readonly width: number } & Pick<Typed, "wordOf">,
): string {
  const labels = models.map((model) => visible(labelOf(model, wordOf(model))));
  const lines = renderMeasures(models, labels, columnsOf(models, sign), width, false).split("\n");
  // Other names go behind the line, where a narrow terminal breaks them.
  const others = models.map(({ names }) => names.slice(1).map((name) => `  = ${visible(nameText(name))}`));
  return lines.map((line, index) => `${line}${others[index - 1]?.join("") ?? ""}`).join("\n");
}

function columnsOf(models: readonly FoundModel[], sign: string): Measure<FoundModel>[] {
  const right = "right" as const;
  const hasResults = models.some(({ lastResult }) => lastResult !== null);
  const hasAdapters = models.some(({ adapters }) => adapters.length > 0);
  return [
    { title: "quant", rank: 1, cell: ({ quantization }) => quantization ?? unknown },
    { title: "weights", rank: 9, cell: weightsText },
    { title: "architecture", rank: 10, cell: ({ architecture }) => visible(architecture ?? unknown) },
    { title: "parameters", align: right, rank: 6, cell: ({ parameters }) => parametersText(parameters) },
    { title: "size", align: right, rank: 3, cell: ({ bytes }) => bytesText(bytes) },
    {
      title: "context",
      align: right,
      rank: 7,
      cell: ({ trainContextLength }) => trainContextLength?.toLocaleString("en") ?? unknown,
    },
    { title: "chat", rank: 8, cell: chatText },
    ...(hasAdapters
      ? [
          {
            title: "LoRA",
            align: right,
            rank: 5,
            cell: ({ adapters }: FoundModel) => String(adapters.length),
          },
        ]
      : []),
    { title: "fits here", rank: 2, cell: ({ fits }) => fitsText(fits, sign) },
    ...(hasResults
      ? [
          {
            title: "last result",
            rank: 4,
            cell: ({ lastResult }: FoundModel) => (lastResult === null ? "" : resultText(lastResult)),
          },
        ]
      : []),
  ];
}

/** Types that hold less than this share of the weights are norms and the like. */
const shareLeast = 0.01;

function weightsText({ weights }: FoundModel): string {
  const told = weights.filter(({ share }) => share >= shareLeast);
  return told.map(({ type, share }) => `${type} ${partText(share)}`).join(", ") || unknown;
}

function chatText({ hasTemplate, canReason }: FoundModel): string {
  if (!hasTemplate) return "base";
  return canReason ? "template, reasons" : "template";
}

function fitsText({ bytes, onCpu, onGpu, onBoth }: FoundModel["fits"], sign: string): string {
  const where = placeText({ onCpu, onGpu, onBoth });
  return where === null ? unknown : `${sign} ${where}${bytes === null ? "" : `, ${bytesText(bytes)}`}`;
}

/** Null: not known. */
function placeText({ onCpu, onGpu, onBoth }: Omit<FoundModel["fits"], "bytes">): string | null {
  const where = [...(onGpu === true ? ["GPU"] : []), ...(onCpu === true ? ["CPU"] : [])];
  if (where.length > 0) return where.join(" or ");
  if (onBoth === true) return "partly GPU";
  if (onCpu !== false) return null;
  return onBoth === false ? "no" : "not on CPU";
}

/** "H50 20 (8 to 37), dict-sum, run 1" */
export function resultText({ run, task, horizon, turnAccuracy }: LastResult): string {
  const isTold = horizon !== null && horizon.status !== "unknown";
  const text = isTold ? `H50 ${horizonWithInterval(horizon)}` : `${partText(turnAccuracy)} right`;
  return `${text}, ${task}, run ${run}`;
}

function apartTable(apart: FoundDocument["apart"]): string {
  return renderTable(
    [{ title: "not listed" }, { title: "since it is" }],
    apart.map(({ names: [name], kind, detail }) => [
      visible(nameText(name)),
      visible(apartBecause(kind, detail)),
    ]),
  );
}

/** A file that no tool names has its path beside the name that a run takes. */
function labelOf({ names: [name] }: FoundModel, word: string): string {
  return name.tool === null && word === name.name ? `${word} (${homeless(name.path)})` : nameText(name);
}

/** A file that no tool names is called by its path. */
function nameText({ tool, name, path }: FoundModel["names"][number]): string {
  return tool === null ? homeless(path) : `${name} (${tool})`;
}

function homeless(path: string): string {
  const home = homedir();
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function isOllamas({ names }: FoundModel): boolean {
  return names.some(({ tool }) => tool === "Ollama");
}

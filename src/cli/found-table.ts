import { homedir } from "node:os";
import {
  apartBecause,
  fitsEstimated,
  noModelFound,
  ollamaUnused,
} from "../report/sentences/model-folders.ts";
import { horizonWithInterval } from "../report/sentences/horizons.ts";
import { type Measure, renderMeasures } from "../report/tables/measure-table.ts";
import { type TextStyle, wrap } from "../report/words/layout.ts";
import { bytesText, parametersText, partText, unknown } from "../report/words/numbers.ts";
import { renderTable } from "../report/words/table.ts";
import { visible } from "../visible-text.ts";
import type { FoundDocument, FoundModel, LastResult } from "./found-models.ts";

/**
 * What was found, a line each, and apart from it what is no model that answers.
 *
 * @param runLine the line that runs a model, which is named so
 */
export function renderFound(
  document: FoundDocument,
  { width, unicode }: TextStyle,
  runLine: (model: FoundModel) => string,
): string {
  const { models, apart, folders, room } = document;
  const sign = unicode ? "\u2248" : "~";
  const notes = [
    ...(models.length === 0 ? [noModelFound(folders.map(({ path }) => homeless(path)))] : []),
    ...(models.length > 0 ? [fitsEstimated(room.gpuBytes !== null, sign)] : []),
    ...(models.some(isOllamas)
      ? [ollamaUnused(new Set(models.flatMap(({ adapters }) => adapters)).size)]
      : []),
  ].map((note) => wrap(visible(note), width, ""));
  const fitting =
    models.find(({ fits: { onCpu, onGpu, onBoth } }) => [onCpu, onGpu, onBoth].includes(true)) ?? models[0];
  return [
    ...(models.length === 0 ? [] : [modelTable(models, sign, width)]),
    ...(apart.length === 0 ? [] : [apartTable(apart)]),
    notes.join("\n"),
    ...(fitting === undefined ? [] : [visible(runLine(fitting))]),
  ].join("\n\n");
}

/** A line each, as wide as it may be. @param sign before what is estimated */
export function modelTable(models: readonly FoundModel[], sign: string, width: number): string {
  const labels = models.map(({ names: [name] }) => visible(nameText(name)));
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

import { horizonText, unknown } from "../numbers.ts";
import { columnsOf, type Metric } from "./metrics.ts";
import type { CompareDocument, CompareGroup } from "./schema.ts";
import { slipLines } from "./slip-lines.ts";
import { speedLines } from "./speed-lines.ts";
import { tableNotes } from "./table-notes.ts";

/** A table for an issue or a model card, and the verdict below it. */
export function renderCompareMarkdown(document: CompareDocument, metric: Metric): string {
  const { groups, verdict, notes } = document;
  const lines = metric === "speed" ? speedLines(groups) : groups;
  const columns = columnsOf(metric).filter(({ cell }) => lines.some((group) => cell(group) !== unknown));
  const slips = metric === "slips" ? slipLines(groups) : [];
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [
    line(["model", ...columns.map(({ title }) => title)]),
    `|---|${columns.map(({ align }) => (align === "right" ? "--:|" : "---|")).join("")}`,
    ...lines.map((group) => line([group.label, ...columns.map(({ cell }) => cell(group))])),
    "",
    escapeMarkdown(verdict),
    ...[...slips, ...notes, ...tableNotes(document, metric)].map((note) => `\n${escapeMarkdown(note)}`),
  ].join("\n");
}

/** One line for each group, or each of its speeds; plain numbers, empty where unknown (RFC 4180). */
export function renderCompareCsv({ groups }: CompareDocument, metric: Metric): string {
  const fields = csvFields;
  const rows = metric === "speed" ? speedLines(groups) : groups;
  const lines = [
    Object.keys(fields),
    ...rows.map((group) => Object.values(fields).map((field) => field(group))),
  ];
  return lines.map((cells) => cells.map(quoted).join(",")).join("\r\n");
}

type Cell = string | number | null;

const csvFields: Readonly<Record<string, (group: CompareGroup) => Cell>> = {
  label: ({ label }) => label,
  runs: ({ runs }) => runs.join(" "),
  file: ({ model }) => model.file,
  parameters: ({ model }) => model.parameters,
  quantization: ({ model }) => model.quantization,
  bytes: ({ model }) => model.bytes,
  rollouts: ({ rollouts }) => rollouts.counted,
  turns: ({ settings }) => settings.turns,
  turn2_accuracy: ({ turnAccuracy }) => turnAccuracy.find(({ turn }) => turn === 2)?.accuracy ?? null,
  turn_accuracy: ({ overallTurnAccuracy }) => overallTurnAccuracy.accuracy,
  turn_accuracy_low: ({ overallTurnAccuracy }) => overallTurnAccuracy.low,
  turn_accuracy_high: ({ overallTurnAccuracy }) => overallTurnAccuracy.high,
  turn_accuracy_of: ({ turnAccuracyOf }) => turnAccuracyOf,
  ...Object.fromEntries(
    [0.5, 0.8, 0.9].flatMap((s) => [
      [`h${s * 100}`, (group: CompareGroup) => horizonOf(group, s)],
      [`h${s * 100}_low`, (group: CompareGroup) => group.horizons.find((one) => one.s === s)?.low ?? null],
      [`h${s * 100}_high`, (group: CompareGroup) => group.horizons.find((one) => one.s === s)?.high ?? null],
    ]),
  ),
  prefill_tokens_per_second: ({ speed }) => speed.aggregate.prefillTokensPerSecond,
  decode_tokens_per_second: ({ speed }) => speed.aggregate.decodeTokensPerSecond,
  decode_conversations: ({ speed }) => speed.aggregate.conversations,
  ttft_ms_p50: ({ speed }) => speed.ttftMs.p50,
  correct_turns_per_second: ({ correctTurnsPerSecond }) => correctTurnsPerSecond,
  peak_rss_bytes: ({ memory }) => memory.peakRssBytes,
};

/** A number, "> 60" where the turns ended before; nothing where too few rollouts are left to tell. */
function horizonOf({ horizons }: CompareGroup, s: number): Cell {
  const found = horizons.find((one) => one.s === s);
  if (found === undefined || found.n === 0 || found.status === "unknown") return null;
  return found.turns ?? horizonText(found);
}

function quoted(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function escapeMarkdown(text: string): string {
  return text.replace(/[|<>\\`*_]/g, "\\$&").replace(/[\r\n]+/g, " ");
}

import stringWidth from "string-width";
import {
  bytesText,
  horizonIntervalText,
  horizonText,
  parametersText,
  partText,
  rateText,
  significant,
  unknown,
} from "./numbers.ts";
import type { RunHorizon, RunSummary } from "./schema.ts";
import { type Column, renderTable } from "./table.ts";

interface Measure extends Column {
  /** The least important go first when the terminal is too narrow. */
  readonly rank: number;
  readonly cell: (run: RunSummary) => string;
}

const right = "right";

const measures: readonly Measure[] = [
  { title: "params", align: right, rank: 5, cell: ({ model }) => parametersText(model.parameters) },
  { title: "quant", rank: 4, cell: ({ model }) => model.quantization ?? unknown },
  { title: "size", align: right, rank: 9, cell: ({ model }) => bytesText(model.bytes) },
  { title: "turn 1", align: right, rank: 8, cell: (run) => turnCell(run, 1) },
  { title: "turn 2", align: right, rank: 3, cell: (run) => turnCell(run, 2) },
  { title: "H50 (95 %)", rank: 1, cell: (run) => horizonCell(run, 0.5) },
  { title: "H80 (95 %)", rank: 2, cell: (run) => horizonCell(run, 0.8) },
  {
    title: "prefill t/s",
    align: right,
    rank: 7,
    cell: ({ speed }) => rateText(speed.aggregate.prefillTokensPerSecond),
  },
  {
    title: "decode t/s",
    align: right,
    rank: 6,
    cell: ({ speed }) => rateText(speed.aggregate.decodeTokensPerSecond),
  },
  { title: "TTFT p50 ms", align: right, rank: 10, cell: ({ speed }) => millisecondsCell(speed.ttftMs.p50) },
  { title: "p95", align: right, rank: 12, cell: ({ speed }) => millisecondsCell(speed.ttftMs.p95) },
  { title: "memory", align: right, rank: 11, cell: ({ memory }) => bytesText(memory.peakRssBytes) },
];

/**
 * One line for each run, with as many measures as the width holds, the most telling ones kept. All runs are of one
 * engine: a simulated model never stands beside a real one.
 */
export function renderComparison(
  runs: readonly RunSummary[],
  labels: readonly string[],
  width: number,
): string {
  const title = runs[0]?.engine === "scripted" ? "simulated model" : "model";
  const isMeasured = (measure: Measure): boolean => runs.some((run) => measure.cell(run) !== unknown);
  const kept = new Set(measures.filter(isMeasured));
  for (;;) {
    const shown = measures.filter((measure) => kept.has(measure));
    const rows = runs.map((run, index) => [labels[index] ?? run.name, ...shown.map(({ cell }) => cell(run))]);
    const text = renderTable([{ title }, ...shown], rows);
    const isFitting = text.split("\n").every((line) => stringWidth(line) <= width);
    const least = shown.toSorted((left, other) => other.rank - left.rank)[0];
    if (isFitting || least === undefined || shown.length <= 2) return text;
    kept.delete(least);
  }
}

function turnCell(run: RunSummary, wanted: number): string {
  const found = run.turnAccuracy.find(({ turn }) => turn === wanted);
  return found === undefined ? unknown : partText(found.accuracy);
}

function horizonCell(run: RunSummary, s: number): string {
  const horizon: RunHorizon | undefined = run.horizons.find((one) => one.s === s);
  if (horizon === undefined || run.rollouts.counted === 0) return run.status;
  const interval = horizonIntervalText(horizon);
  return interval === null ? horizonText(horizon) : `${horizonText(horizon)} (${interval})`;
}

function millisecondsCell(ms: number | null): string {
  return ms === null ? unknown : significant(ms);
}

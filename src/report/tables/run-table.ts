import {
  bytesText,
  conversationsText,
  parametersText,
  partText,
  bitsText,
  rateWithMargin,
  significant,
  unknown,
} from "../words/numbers.ts";
import { horizonWithInterval } from "../sentences/horizons.ts";
import type { RunHorizon, RunSummary } from "../../figures/run-schema.ts";
import { ofWhom } from "../words/survivors.ts";
import { type Measure, renderMeasures } from "./measure-table.ts";

const right = "right";

const measures: readonly Measure<RunSummary>[] = [
  { title: "params", align: right, rank: 5, cell: ({ model }) => parametersText(model.parameters) },
  { title: "quant", rank: 4, cell: ({ model }) => model.quantization ?? unknown },
  { title: "bits", align: right, rank: 6.5, cell: ({ model }) => bitsText(model.bitsPerWeight) },
  { title: "size", align: right, rank: 9, cell: ({ model }) => bytesText(model.bytes) },
  { title: "turn 1", align: right, rank: 8, cell: (run) => turnCell(run, 1) },
  { title: "turn 2", align: right, rank: 3, cell: (run) => turnCell(run, 2) },
  { title: "H50 (95 %)", rank: 1, cell: (run) => horizonCell(run, 0.5) },
  { title: "H80 (95 %)", rank: 2, cell: (run) => horizonCell(run, 0.8) },
  {
    title: "prefill t/s",
    align: right,
    rank: 7,
    cell: prefillCell,
  },
  {
    title: "decode t/s",
    align: right,
    rank: 6,
    cell: decodeCell,
  },
  { title: "batch", align: right, rank: 6, cell: conversationsCell },
  { title: "TTFT p50 ms", align: right, rank: 10, cell: ({ speed }) => millisecondsCell(speed.ttftMs.p50) },
  { title: "p95", align: right, rank: 12, cell: ({ speed }) => millisecondsCell(speed.ttftMs.p95) },
  { title: "memory", align: right, rank: 11, cell: ({ memory }) => bytesText(memory.peakRssBytes) },
];

/**
 * One line for each run, with as many measures as the width holds, the most telling ones kept. All runs are of one
 * engine: a simulated model never stands beside a real one.
 */
export function renderRuns(runs: readonly RunSummary[], labels: readonly string[], width: number): string {
  return renderMeasures(runs, labels, measures, width, runs[0]?.engine === "scripted");
}

type Accuracies = Pick<RunSummary, "turnAccuracy" | "turnAccuracyOf">;
type Horizons = Pick<RunSummary, "horizons" | "rollouts" | "status">;

/** Turn accuracy at one turn. */
export function turnCell(run: Accuracies, wanted: number): string {
  const found = run.turnAccuracy.find(({ turn }) => turn === wanted);
  if (found === undefined) return unknown;
  const text = partText(found.accuracy);
  return wanted > 1 ? ofWhom(run, text) : text;
}

/** H_s with its interval. */
export function horizonCell(run: Horizons, s: number): string {
  const horizon: RunHorizon | undefined = run.horizons.find((one) => one.s === s);
  if (horizon === undefined || (run.rollouts.counted === 0 && horizon.begun === 0)) return run.status;
  return horizonWithInterval(horizon);
}

/** Milliseconds, or unknown. */
export function millisecondsCell(ms: number | null): string {
  return ms === null ? unknown : significant(ms);
}

/** Tokens a second of the batches that only prefilled, with their interval. */
export function prefillCell({ speed: { aggregate } }: Pick<RunSummary, "speed">): string {
  return rateWithMargin(aggregate.prefillTokensPerSecond, aggregate.prefillInterval);
}

/** Those of the batches that only decoded. */
export function decodeCell({ speed: { aggregate } }: Pick<RunSummary, "speed">): string {
  return rateWithMargin(aggregate.decodeTokensPerSecond, aggregate.decodeInterval);
}

/** Those of one conversation that was measured by itself. */
export function aloneCell({ speed: { oneConversation } }: Pick<RunSummary, "speed">): string {
  return rateWithMargin(oneConversation.decodeTokensPerSecond, oneConversation);
}

/** Conversations in a decode batch, on average. */
export function conversationsCell({ speed }: Pick<RunSummary, "speed">): string {
  return conversationsText(speed.aggregate.conversations);
}

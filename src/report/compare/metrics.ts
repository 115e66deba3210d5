import { figureColumns } from "./figure-columns.ts";
import type { Measure } from "../tables/measure-table.ts";
import {
  aloneCell,
  conversationsCell,
  decodeCell,
  horizonCell,
  millisecondsCell,
  prefillCell,
  turnCell,
} from "../tables/run-table.ts";
import {
  bytesText,
  parametersText,
  partText,
  bitsText,
  shareText,
  significant,
  unknown,
  horizonName,
} from "../words/numbers.ts";
import { askedInstead } from "../tables/asked-horizons.ts";
import { bitsColumn } from "../tables/bits-column.ts";
import { ofWhom } from "../words/survivors.ts";
import { slipColumns } from "./slip-columns.ts";
import { outcomeWords } from "../words/words.ts";
import { type OutcomeClass, outcomeClasses } from "../../store/rows.ts";
import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { Metric } from "../../figures/metric.ts";

type Column = Measure<CompareGroup>;

/**
 * The columns of a table of that metric, in order, those of figures that have their own behind; the lowest rank stays longest.
 *
 * @param rows that the table is to show
 * @param asked thresholds of the horizons that it is to show; none: the usual ones
 */
export function columnsOf(
  metric: Metric,
  rows: readonly CompareGroup[] = [],
  asked: readonly number[] = [],
): readonly Column[] {
  // The summary always has them.
  const added = metric === "summary" ? [] : bitsColumn(rows, ({ model }) => model.bitsPerWeight);
  return [...ownColumns(metric, rows, asked), ...figureColumns(metric), ...added];
}

function ownColumns(
  metric: Metric,
  rows: readonly CompareGroup[],
  asked: readonly number[],
): readonly Column[] {
  if (metric === "slips") return slipColumns(rows);
  return metric === "outcomes" ? outcomeColumns(rows) : ranked(tables[metric] ?? [], asked);
}

/** In the order of classes; the larger the share that one has in any row, the longer its column stays. */
function outcomeColumns(rows: readonly CompareGroup[]): Column[] {
  const mostOf = (name: OutcomeClass): number =>
    Math.max(0, ...rows.map(({ outcomes }) => outcomes[name] / Math.max(1, answersOf(outcomes))));
  const byShare = outcomeClasses.toSorted((left, other) => mostOf(other) - mostOf(left));
  return outcomeClasses.map((name) => ({
    title: outcomeWords[name],
    align: right,
    rank: byShare.indexOf(name),
    cell: (group) => outcomeCell(group, name),
  }));
}

const right = "right";
const parameters: Unranked = {
  title: "params",
  align: right,
  cell: ({ model }) => parametersText(model.parameters),
};
const quantization: Unranked = { title: "quant", cell: ({ model }) => model.quantization ?? unknown };
const bits: Unranked = { title: "bits", align: right, cell: ({ model }) => bitsText(model.bitsPerWeight) };
const size: Unranked = { title: "size", align: right, cell: ({ model }) => bytesText(model.bytes) };
const [half, eighty, ninety] = [0.5, 0.8, 0.9].map(horizonColumn) as [Unranked, Unranked, Unranked];
const rollouts: Unranked = {
  title: "rollouts",
  align: right,
  cell: ({ rollouts: { counted } }) => String(counted),
};
const first: Unranked = { title: "turn 1", align: right, cell: (group) => turnCell(group, 1) };
const second: Unranked = { title: "turn 2", align: right, cell: (group) => turnCell(group, 2) };
const mean: Unranked = {
  title: "all turns (95 %)",
  cell: (group) => ofWhom(group, shareText(group.overallTurnAccuracy)),
};
const prefill: Unranked = {
  title: "prefill t/s",
  align: right,
  cell: prefillCell,
};
const decode: Unranked = {
  title: "decode t/s",
  align: right,
  cell: decodeCell,
};
/** Conversations in a batch, shown beside every decode rate: with fewer the rate is lower at equal speed. */
const together: Unranked = { title: "batch", align: right, cell: conversationsCell };
const ttft: Unranked = {
  title: "TTFT p50 ms",
  align: right,
  cell: ({ speed }) => millisecondsCell(speed.ttftMs.p50),
};
const memory: Unranked = {
  title: "memory",
  align: right,
  cell: (group) => bytesText(group.memory.peakRssBytes),
};
const rightPerSecond: Unranked = {
  title: "right turns/s",
  align: right,
  cell: ({ correctTurnsPerSecond: rate }) => (rate === null ? unknown : significant(rate)),
};

/** Those that a metric has by itself, whatever its rows are. */
const tables: Readonly<Partial<Record<Metric, readonly (readonly [number, Unranked])[]>>> = {
  summary: [
    [6, parameters],
    [5, quantization],
    // Where there is room besides the speed.
    [7.5, bits],
    [10, size],
    [4, second],
    [3, mean],
    [1, half],
    [2, eighty],
    [11, prefill],
    [7, decode],
    [7, together],
    [9, ttft],
    [12, memory],
    [8, rightPerSecond],
  ],
  horizon: [
    [4, rollouts],
    [1, half],
    [2, eighty],
    [5, ninety],
  ],
  accuracy: [
    [3, first],
    [2, second],
    [1, mean],
    [5, { title: "last turn", align: right, cell: lastTurnCell }],
  ],
  speed: [
    [3, prefill],
    [1, decode],
    [1, together],
    [2, { title: "alone t/s", align: right, cell: aloneCell }],
    [4, ttft],
    [7, { title: "p95", align: right, cell: ({ speed }) => millisecondsCell(speed.ttftMs.p95) }],
    [5, { title: "KV reuse", align: right, cell: ({ speed }) => partText(speed.reuseShare.withPrefix, 1) }],
    [2, rightPerSecond],
    [
      6,
      {
        title: "tokens/right turn",
        align: right,
        cell: ({ tokensPerCorrectTurn: tokens }) => (tokens === null ? unknown : significant(tokens)),
      },
    ],
    [8, memory],
    [9, { title: "J/token", align: right, cell: ({ speed }) => joulesCell(speed.energy.joulesPerToken) }],
    [
      10,
      {
        title: "J/right turn",
        align: right,
        cell: ({ speed }) => joulesCell(speed.energy.joulesPerRightTurn),
      },
    ],
  ],
  // Its table has lines of its own (depth-rows.ts).
  decay: [
    [3, { title: "constant p (95 %)", cell: ({ decay }) => shareText(shareOf(decay?.constant ?? null)) }],
    [1, { title: "Weibull shape (95 %)", cell: shapeCell }],
    [2, { title: "hazard", cell: trendCell }],
    [4, { title: "AIC, constant", align: right, cell: ({ decay }) => aicCell(decay?.constant ?? null) }],
    [5, { title: "AIC, Weibull", align: right, cell: ({ decay }) => aicCell(decay?.weibull ?? null) }],
  ],
  "self-conditioning": [
    [3, { title: "up to the first error", cell: (group) => conditionedCell(group, "beforeFirstError") }],
    [4, { title: "after it", cell: (group) => conditionedCell(group, "afterFirstError") }],
    [2, { title: "no error shown", cell: (group) => conditionedCell(group, "noneShown") }],
    [1, { title: "errors shown", cell: (group) => conditionedCell(group, "errorsShown") }],
  ],
  // Its columns depend on what there is to show (slip-columns.ts).
};

type Unranked = Omit<Column, "rank">;

function ranked(columns: readonly (readonly [number, Unranked])[], asked: readonly number[]): Column[] {
  const instead = askedInstead(asked.map(horizonColumn), half, [eighty, ninety]);
  return columns.flatMap(([rank, column]) =>
    (instead.get(column) ?? [column]).map((shown) => ({ ...shown, rank })),
  );
}

function horizonColumn(s: number): Unranked {
  return { title: `${horizonName(s)} (95 %)`, cell: (group) => horizonCell(group, s) };
}

function joulesCell(joules: number | null): string {
  return joules === null ? unknown : significant(joules);
}

function lastTurnCell(group: CompareGroup): string {
  return turnCell(group, group.turnAccuracy.at(-1)?.turn ?? 0);
}

function trendCell({ decay }: CompareGroup): string {
  const trend = decay?.weibull?.trend ?? unknown;
  return decay?.weibull?.trend === "unknown" ? "cannot be told" : trend;
}

function outcomeCell({ outcomes }: CompareGroup, name: OutcomeClass): string {
  const total = answersOf(outcomes);
  return total === 0 ? unknown : partText(outcomes[name] / total, 1);
}

function answersOf(outcomes: CompareGroup["outcomes"]): number {
  return outcomeClasses.reduce((sum, one) => sum + outcomes[one], 0);
}

function shareOf(fit: { p: number | null; low: number | null; high: number | null } | null) {
  return { accuracy: fit?.p ?? null, low: fit?.low ?? null, high: fit?.high ?? null };
}

function shapeCell({ decay }: CompareGroup): string {
  const fit = decay?.weibull ?? null;
  if (fit === null) return unknown;
  const bound = (value: number | null): string => (value === null ? unknown : significant(value, 2));
  return `${significant(fit.shape, 2)} (${bound(fit.low)} to ${bound(fit.high)})`;
}

function aicCell(fit: { aic: number | null } | null): string {
  return fit?.aic === null || fit === null ? unknown : fit.aic.toFixed(1);
}

function conditionedCell(
  { conditioning }: CompareGroup,
  part: "beforeFirstError" | "afterFirstError" | "noneShown" | "errorsShown",
): string {
  return conditioning === null ? unknown : shareText(conditioning[part]);
}
